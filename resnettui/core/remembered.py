"""How the live screen was left, for the next time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resnettui.core.axes import AXES, Axis, Value
from resnettui.core.settings import SCREENS
from resnettui.core.trial import Trial


@dataclass(frozen=True)
class Remembered:
    """What the live screen was left with; None for what is not known."""

    theme: str | None = None
    screen: str | None = None
    trial: Trial | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, which remembered_from understands."""
        trial = self.trial.as_dict() if self.trial else None
        return {"theme": self.theme, "screen": self.screen, "configuration": trial}


def remembered_from(plain: object) -> Remembered:
    """Return what plain values say; ValueError where that is nothing of the kind.

    What another version remembered beyond this is left aside.
    """
    if not isinstance(plain, Mapping):
        raise ValueError("it is no table")
    theme, screen = plain.get("theme"), plain.get("screen")
    if theme is not None and not isinstance(theme, str):
        raise ValueError(f"theme: {theme!r} is no name")
    if screen is not None and screen not in SCREENS:
        raise ValueError(f"screen: {screen!r} is none")
    return Remembered(theme, screen, _trial(plain.get("configuration")))


def _trial(values: object) -> Trial | None:
    if values is None:
        return None
    if not isinstance(values, Mapping):
        raise ValueError("configuration: it is no table")
    known = {axis.name: _value(axis, values[axis.name]) for axis in AXES if axis.name in values}
    return Trial(**known)  # type: ignore[arg-type]


def _value(axis: Axis, value: object) -> Value | None:
    if value is None and axis.default is None:
        return None
    return axis.domain.parse(str(value))
