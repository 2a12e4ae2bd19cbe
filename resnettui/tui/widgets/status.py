"""The first line: which machine this is, how it is, and what is going on."""

from rich.style import Style
from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.live import Phase
from resnettui.report.figures import significant
from resnettui.report.terminal import cores_text
from resnettui.tui.keymap import key_of
from resnettui.tui.keys import screen_action
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.words import phase_text

FINDINGS_CELLS = 70
"""A narrower line has no room for the findings."""


@fitting
def status_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw machine and torch at the left, the app's own cost and the phase at the right."""
    left = Text.assemble(
        ("resnettui ", palette.accent), (" · ".join(_machine(frame)), palette.text)
    )
    right = Text.assemble(
        (_findings(frame, width), palette.dim),
        (f"ui {_ui(frame)} %  ", palette.dim),
        _phase(frame, palette),
    )
    room = max(0, width - right.cell_len - 1)
    held = Text(_held(frame, room - left.cell_len), palette.warning)
    left.truncate(max(0, room - held.cell_len), overflow="ellipsis")
    line = Text.assemble(left, held)
    line.truncate(room, overflow="ellipsis", pad=True)
    return [Text.assemble(line, " ", right)]


def _held(frame: Frame, room: int) -> str:
    """Return what holds the processor back, if anything; where that has no room, that it is so."""
    throttled = frame.snapshot.reading.throttled
    if not throttled:
        return ""
    told = f" · ! {throttled}"
    return told if len(told) <= room else " · ! throttled"


def _findings(frame: Frame, width: int) -> str:
    """Return how much triage found, and the key that shows it, where there is room."""
    count = frame.grave
    if not count or width < FINDINGS_CELLS:
        return ""
    key = key_of(screen_action("machine"), frame.keys)
    return f"{count} finding{'' if count == 1 else 's'} ({key})  "


def _phase(frame: Frame, palette: Palette) -> tuple[str, Style]:
    style = {
        Phase.FAILED: palette.error,
        Phase.MEASURING: palette.strong,
    }.get(frame.snapshot.phase, palette.text)
    return phase_text(frame), style


def _ui(frame: Frame) -> str:
    share = frame.snapshot.reading.ui_cores
    return "-" if share is None else f"{100 * share:.1f}"


def _machine(frame: Frame) -> list[str]:
    machine, reading, build = (
        frame.snapshot.machine,
        frame.snapshot.reading,
        frame.snapshot.build,
    )
    clock = max(reading.clock_hz.values(), default=None)
    temperature = reading.temperature_celsius
    return [
        machine.cpu or machine.board or machine.arch or "reading the machine",
        *([cores] if (cores := cores_text(machine)) else []),
        *([machine.isa[-1]] if machine.isa else []),
        *([f"torch {build.torch}"] if build else []),
        *([] if temperature is None else [f"{temperature:.0f} °C"]),
        *([] if clock is None else [f"{significant(clock / 1e9)} GHz"]),
    ]
