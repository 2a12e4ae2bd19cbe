"""Settings: how the live screen looks and behaves, whatever it measures."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What a user sets once, by a flag, the environment or the settings file."""

    record: Path | None = None
    """Where all that happens is recorded; None records nothing."""
    theme: str | None = None
    """The colour theme; None for the one that is used without any."""
