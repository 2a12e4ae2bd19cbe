"""Settings: how the live screen looks and behaves, whatever it measures."""

from dataclasses import dataclass

LOG_LEVELS = ("debug", "info", "warning", "error")
"""How much the log holds, from everything to what went wrong alone."""

DEFAULT_LOG_LEVEL = "info"


@dataclass(frozen=True)
class Settings:
    """What a user sets once, by a flag, the environment or the settings file."""

    log_level: str = DEFAULT_LOG_LEVEL
    """One of LOG_LEVELS."""
    theme: str | None = None
    """The colour theme; None for the one that is used without any."""
