"""The configuration panel: every axis with its key, its value, and arrows to click."""

from rich.style import Style
from rich.text import Text

from resnettui.core.axes import AXES, Axis
from resnettui.core.frame import Frame
from resnettui.tui.keymap import key_of
from resnettui.tui.keys import step_action
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting

PANEL_AXES = tuple(axis for axis in AXES if axis.panel)

SHORT_VALUES = {"channels_last": "nhwc", "contiguous": "nchw"}
"""What a narrow column calls a value."""

IDLE_VALUES = {"engine": "float"}
"""What stands for the value of an axis that has no meaning for the precision, where not n/a."""


@fitting
def configuration_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw one line per axis, or those around the selected one, which stands out."""
    names = [axis.name for axis in PANEL_AXES]
    at = names.index(frame.selected) if frame.selected in names else 0
    start = max(0, min(at - height // 2, len(PANEL_AXES) - height))
    keys = [_key(axis, frame) for axis in PANEL_AXES]
    longest = max(map(len, keys))
    rows = list(zip(PANEL_AXES, keys, strict=True))[start : start + height]
    return [_axis_line(axis, f"{key:{longest}} ", frame, width, palette) for axis, key in rows]


def _axis_line(axis: Axis, key: str, frame: Frame, width: int, palette: Palette) -> Text:
    selected = axis.name == frame.selected
    value = _value(axis, frame)
    label = Text.assemble(
        ("▸ " if selected else "  ", palette.accent),
        (key, palette.accent if selected else palette.dim),
        (axis.label, palette.accent if selected else palette.dim),
        style=_click(f"screen.select('{axis.name}')"),
    )
    room = max(3, width - label.cell_len - 5)
    shown = value if len(value) <= room else SHORT_VALUES.get(value, value)[:room]
    style = palette.accent if selected else palette.strong
    choice = Text.assemble(
        ("‹ ", palette.dim + _click(f"screen.step('{axis.name}', -1)")),
        (shown, style + _click(f"screen.step('{axis.name}', 1)")),
        (" ›", palette.dim + _click(f"screen.step('{axis.name}', 1)")),
    )
    gap = max(1, width - label.cell_len - choice.cell_len)
    return Text.assemble(label, " " * gap, choice)


def _key(axis: Axis, frame: Frame) -> str:
    return key_of(step_action(axis), frame.keys) if axis.key else ""


def _click(action: str) -> Style:
    return Style(meta={"@click": action})


def _value(axis: Axis, frame: Frame) -> str:
    trial = frame.snapshot.trial
    if axis.name in trial.idle:
        return IDLE_VALUES.get(axis.name, "n/a")
    value = getattr(trial, axis.name)
    return "auto" if value is None else str(value)
