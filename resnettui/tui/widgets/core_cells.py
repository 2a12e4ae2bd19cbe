"""Many cores in few lines: a cell for each of them, cluster by cluster where there is room."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.machine import Machine
from resnettui.report.figures import significant
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import EIGHTHS_UP

UNNAMED = "other"
"""What the cores without a cluster are called, on a machine that has some."""

Use = Mapping[int, float]
"""Core -> how busy it is, 0 to 1."""


def dense_lines(
    cores: Sequence[int], frame: Frame, width: int, height: int, palette: Palette
) -> list[Text]:
    """Draw a cell per core in at most `height` lines, with the first core of each in front.

    Clusters have lines of their own: with two lines for each, one of them is its heading; with
    one, it begins with its name; with less, clusters are not told apart.
    """
    clusters, use = _clusters(cores, frame.snapshot.machine), frame.snapshot.reading.core_use
    if len(clusters) < 2 or height < len(clusters):
        return _numbered(cores, use, width, height, palette)
    if height < 2 * len(clusters):
        return _named(clusters, use, width, palette)
    left = height - len(clusters)
    needed = sum(len(_numbered(of, use, width, left, palette)) for of in clusters.values())
    each = left if needed <= left else left // len(clusters)
    return [
        line
        for name, members in clusters.items()
        for line in (
            _heading(name, members, frame, width, palette),
            *_numbered(members, use, width, each, palette),
        )
    ]


def _clusters(cores: Sequence[int], machine: Machine) -> dict[str, list[int]]:
    """Return name -> cores, in the order of their first cores."""
    clusters: dict[str, list[int]] = {}
    for core in cores:
        clusters.setdefault(machine.clusters.get(core, UNNAMED), []).append(core)
    return clusters


def _heading(name: str, cores: Sequence[int], frame: Frame, width: int, palette: Palette) -> Text:
    """Say how many cores' worth a cluster is busy, and how it is clocked at most."""
    reading = frame.snapshot.reading
    busy = significant(sum(reading.core_use[core] for core in cores))
    clock = max((reading.clock_hz.get(core, 0) for core in cores), default=0)
    left = Text.assemble((name, palette.text), (f" {busy}/{len(cores)} busy", palette.dim))
    right = f"{clock / 1e9:.1f} GHz" if clock else ""
    left.pad_right(max(1, width - left.cell_len - len(right)))
    return left.append(right)


def _named(
    clusters: Mapping[str, Sequence[int]], use: Use, width: int, palette: Palette
) -> list[Text]:
    """Draw one line for each cluster."""
    longest = max(map(len, clusters))
    return [
        Text.assemble((f"{name:<{longest}} ", palette.dim), (cells, palette.accent))
        for name, members in clusters.items()
        for _, cells in _rows(members, use, width - longest - 1, 1)
    ]


def _numbered(
    cores: Sequence[int], use: Use, width: int, height: int, palette: Palette
) -> list[Text]:
    """Draw lines that begin with the number of their first core."""
    digits = len(str(max(use)))
    return [
        Text.assemble((f"{first:>{digits}} ", palette.dim), (cells, palette.accent))
        for first, cells in _rows(cores, use, width - digits - 1, height)
    ]


def _rows(cores: Sequence[int], use: Use, width: int, height: int) -> list[tuple[int, str]]:
    """Return the first core and the cells of each line, which holds eights of them if it can.

    Where cells do not suffice, each stands for several cores, and shows the busiest of them.
    """
    across = max(1, width - width % 8 if width > 8 else width)
    each = -(-len(cores) // (across * max(1, height)))
    shared = [cores[at : at + each] for at in range(0, len(cores), each)]
    rows = [shared[at : at + across] for at in range(0, len(shared), across)]
    return [
        (row[0][0], "".join(_cell(max(use[core] for core in cell)) for cell in row)) for row in rows
    ]


def _cell(use: float) -> str:
    return EIGHTHS_UP[max(1, round(use * 8))]
