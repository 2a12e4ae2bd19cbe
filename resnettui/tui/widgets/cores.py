"""The cores panel: how busy each allowed core is, its clock, and who used the time."""

from collections.abc import Sequence

from rich.text import Text

from resnettui.core.live import Frame
from resnettui.report.figures import percent, significant
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import EIGHTHS_UP, bar
from resnettui.tui.widgets.fitting import fitting


def cores_state(frame: Frame) -> str:
    """Return how many cores there are to use."""
    machine = frame.snapshot.machine
    return f"{machine.cores_allowed} of {len(machine.cores_online)}" if machine.arch else ""


@fitting
def cores_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw a bar per core, or a cell per core where the bars would not fit."""
    machine, reading = frame.snapshot.machine, frame.snapshot.reading
    if not reading.core_use:
        return [Text("first reading in a second", palette.dim)]
    cores = [core for core in machine.cores_usable if core in reading.core_use]
    if len(cores) <= height - 1:
        lines = [_bar_line(core, frame, width, palette) for core in cores]
    else:
        lines = _dense_lines(cores, frame, width, height - 1, palette)
    return [*lines[: height - 1], _used_line(frame, palette)]


def _bar_line(core: int, frame: Frame, width: int, palette: Palette) -> Text:
    machine, reading = frame.snapshot.machine, frame.snapshot.reading
    use = reading.core_use[core]
    longest = max(map(len, machine.clusters.values()), default=-1)
    name = f"{core:>2} {machine.clusters.get(core, ''):<{longest + 1}}"
    clock = reading.clock_hz.get(core)
    figures = f"{percent(use):>6}" + (f" {clock / 1e9:.1f} GHz" if clock else "")
    room = max(1, width - len(name) - len(figures))
    filled = bar(use, room)
    return Text.assemble(
        (name, palette.dim),
        (filled, palette.accent),
        ("─" * (room - len(filled)), palette.track),
        (figures, palette.text),
    )


def _dense_lines(
    cores: Sequence[int], frame: Frame, width: int, height: int, palette: Palette
) -> list[Text]:
    """Draw one cell per core, with the first core of each line in front.

    Where even cells do not fit, each stands for several cores, and shows the busiest of them.
    """
    use = frame.snapshot.reading.core_use
    label = len(str(max(cores))) + 1
    room = max(1, width - label)
    room -= room % 8 if room > 8 else 0
    each = -(-len(cores) // (room * max(1, height)))
    shared = [cores[i : i + each] for i in range(0, len(cores), each)]
    rows = [shared[i : i + room] for i in range(0, len(shared), room)]
    return [
        Text.assemble(
            (f"{row[0][0]:>{label - 1}} ", palette.dim),
            ("".join(_cell(max(use[core] for core in cell)) for cell in row), palette.accent),
        )
        for row in rows
    ]


def _cell(use: float) -> str:
    return EIGHTHS_UP[max(1, round(use * 8))]


def _used_line(frame: Frame, palette: Palette) -> Text:
    reading = frame.snapshot.reading
    worker = significant(reading.worker_cores)
    return Text.assemble(
        ("worker ", palette.dim),
        (worker, palette.text),
        (" cores", palette.dim),
    )
