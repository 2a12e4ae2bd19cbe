"""The cores panel: how busy each allowed core is, its clock, and who used the time."""

from collections.abc import Sequence

from rich.text import Text

from resnettui.core.cpu_list import format_cpu_list
from resnettui.core.flags import HOT_HEADROOM_CELSIUS, WAITING_SHARE
from resnettui.core.frame import Frame
from resnettui.core.surroundings import waited_share
from resnettui.core.trial import Member
from resnettui.report.figures import mebibytes, milliseconds, percent, significant
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import bar
from resnettui.tui.widgets.core_cells import dense_lines
from resnettui.tui.widgets.fitting import fitting


def cores_state(frame: Frame) -> str:
    """Return how many cores there are to use."""
    machine = frame.snapshot.machine
    return f"{machine.cores_allowed} of {len(machine.cores_online)}" if machine.arch else ""


@fitting
def cores_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw a bar per core, or a cell per core where the bars would not fit, and the processes."""
    machine, reading = frame.snapshot.machine, frame.snapshot.reading
    if not reading.core_use:
        return [Text("first reading in a second", palette.dim)]
    cores = [core for core in machine.cores_usable if core in reading.core_use]
    used = [
        _used_line(frame, palette),
        *_trouble_lines(frame, palette),
        *_spread_line(frame, palette),
    ][: height - 1]
    room = height - len(used)
    if len(cores) <= room:
        lines = [_bar_line(core, frame, width, palette) for core in cores]
    else:
        lines = dense_lines(cores, frame, width, room, palette)
    lines = [*lines[:room], *used]
    return [*lines, *_member_lines(frame, height - len(lines), palette)]


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


def _used_line(frame: Frame, palette: Palette) -> Text:
    reading, processes = frame.snapshot.reading, frame.snapshot.trial.processes
    pinned = frame.result.pinned_cores if frame.result and processes == 1 else ()
    return Text.assemble(
        ("worker " if processes == 1 else f"{processes} workers ", palette.dim),
        (significant(reading.worker_cores), palette.text),
        (" cores", palette.dim),
        (f" on {format_cpu_list(pinned)}" if pinned else "", palette.dim),
    )


def _trouble_lines(frame: Frame, palette: Palette) -> list[Text]:
    """Say what disturbs the workers now; nothing where all is well."""
    reading = frame.snapshot.reading
    waited, headroom = waited_share([reading]), reading.headroom_celsius
    found = [
        f"waits {percent(waited)} for a core" if waited and waited > WAITING_SHARE else "",
        f"stopped by the quota, {reading.quota_stops} ×" if reading.quota_stops else "",
        f"{headroom:.0f} °C below its limit"
        if headroom is not None and headroom < HOT_HEADROOM_CELSIUS
        else "",
    ]
    return [Text(f"! {text}", palette.warning) for text in found if text]


def _members(frame: Frame) -> Sequence[Member]:
    """Return the processes where there are several."""
    members = frame.result.members if frame.result else ()
    return members if len(members) > 1 else ()


def _spread_line(frame: Frame, palette: Palette) -> list[Text]:
    """Say how far the processes' medians lie apart."""
    medians = [member.median_ns for member in _members(frame) if member.passes]
    if not medians:
        return []
    spread = f"{milliseconds(min(medians))} to {milliseconds(max(medians))} ms"
    return [Text.assemble(("medians ", palette.dim), (spread, palette.text))]


def _member_lines(frame: Frame, height: int, palette: Palette) -> list[Text]:
    """Draw a line for each process where there is room for all of them."""
    members = _members(frame)
    if not members or len(members) + 1 > height:
        return []
    heading = Text(f"{'cores':<9}{'ms':>9}{'MiB':>8}", palette.dim)
    return [heading, *(Text(_member_text(member), palette.text) for member in members)]


def _member_text(member: Member) -> str:
    cores = format_cpu_list(member.cores) or "any"
    figures = f"{milliseconds(member.median_ns):>9}{mebibytes(member.memory_bytes):>8}"
    return f"{cores:<9}{figures}"
