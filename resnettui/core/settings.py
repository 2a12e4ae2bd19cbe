"""Settings: how the live screen looks and behaves, whatever it measures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What a user sets once, by a flag, the environment or the settings file."""

    rate_s: float = 1.0
    """Between two frames, and between two looks at the sensors."""
    theme: str | None = None
    """The colour theme; None for the one that is used without any."""
