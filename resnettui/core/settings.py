"""Settings: how the live screen looks and behaves, whatever it measures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What a user sets once, by a flag, the environment or the settings file."""

    ascii: bool | None = None
    """Whether nothing but ASCII is drawn; None for what the terminal can show."""
    mouse: bool = True
    """Whether the mouse is heard; without it, the terminal selects text with it as ever."""
    theme: str | None = None
    """The colour theme; None for the one that suits the terminal."""
