"""Settings: how the live screen looks and behaves, whatever it measures."""

from dataclasses import dataclass
from pathlib import Path

SCREENS = ("live", "sweep", "operators", "compare", "machine")
"""The screens, in the order of their keys."""

LOG_LEVELS = ("debug", "info", "warning", "error")
"""How much the log holds, from everything to what went wrong alone."""

DEFAULT_LOG_LEVEL = "info"


@dataclass(frozen=True)
class KeyWish:
    """The keys that a user wants for an action."""

    action: str
    keys: tuple[str, ...]
    where: str
    """The file and the line that say so."""


@dataclass(frozen=True)
class Settings:
    """What a user sets once, by a flag, the environment or the settings file."""

    ascii: bool | None = None
    """Whether nothing but ASCII is drawn; None for what the terminal can show."""
    keys: tuple[KeyWish, ...] = ()
    """Keys in place of the usual ones; the settings file alone names them."""
    last_theme: str | None = None
    """The colour theme of the last time, taken where it still exists and no other is named."""
    log_level: str = DEFAULT_LOG_LEVEL
    """One of LOG_LEVELS."""
    mouse: bool = True
    """Whether the mouse is heard; without it, the terminal selects text with it as ever."""
    rate_s: float = 1.0
    """Between two frames, and between two looks at the sensors."""
    record: Path | None = None
    """Where all that happens is recorded; None records nothing."""
    screen: str = SCREENS[0]
    """The screen to begin with, of SCREENS."""
    theme: str | None = None
    """The colour theme; None for the last one, or the usual."""
    usual_theme: str = "ember"
    """The colour theme where none was ever chosen; it suits the terminal."""


@dataclass(frozen=True)
class Given:
    """A setting as it holds, and who said so."""

    table: str
    """The table of the settings file that it belongs to; "" for none."""
    key: str
    value: str | int | float | bool | None
    origin: str
    """A flag, a variable of the environment, FILE:LINE, remembered, or default."""

    @property
    def name(self) -> str:
        """The key with its table."""
        return f"{self.table}.{self.key}" if self.table else self.key
