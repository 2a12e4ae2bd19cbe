"""The table of operators: its rows around the selected one, and everything about that below."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.op_rows import COMPUTE, MEMORY, OpRow
from resnettui.core.op_view import OpLine, OpView
from resnettui.report.figures import milliseconds, percent, significant
from resnettui.tui.keymap import key_of
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.flow import flowed
from resnettui.tui.widgets.profile_words import nothing_lines, operators_of
from resnettui.tui.widgets.words import wrapped

HINT = "every operator: calls, time, FLOP/s, the share of either roof, and the kernel that ran"

BINDS = "▴"
"""Marks the roof that binds."""

GONE = "·"
"""Stands where fusion took the work into another operator."""

LEAST_NAME_CELLS, MOST_NAME_CELLS = 22, 34
NARROW_CELLS, NARROW_NAME_CELLS = 60, 14
"""A table narrower than the one has names as short as the other."""
LEAST_KERNEL_CELLS = 14
MARK_CELLS = 2
WHOLE_KERNEL_CELLS = 26
"""The figure that matters least gives way to kernels that would be cut."""


@dataclass(frozen=True)
class Figure:
    """A column of numbers: how it is headed, how wide it is, what it says of a line."""

    heading: str
    cells: int
    text: Callable[[OpLine], str]


def table_state(frame: Frame) -> str:
    """Return how the rows are taken together and ordered, and the keys that change it."""
    view = operators_of(frame)
    group, sort = (key_of(id, frame.keys) for id in ("group", "sort"))
    return f"{group} by {view.by}, {sort} sorted by {view.sort}" if view.lines else ""


@dataclass(frozen=True)
class Layout:
    """The figures that there is room for, and the cells of names and of kernels."""

    figures: tuple[Figure, ...]
    names: int
    kernels: int


@fitting
def table_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the heading, all operators together, the rows that there is room for, and one whole."""
    view = operators_of(frame)
    if view.whole is None or view.line is None:
        return nothing_lines(HINT, frame, width, palette)
    layout = _layout(view, width)
    details = _details(view.line, layout, width, palette)[: height // 2]
    room = max(1, height - 2 - len(details))
    start = max(0, min(view.selected - room // 2, len(view.lines) - room))
    lines = [
        _heading(layout, palette),
        _line(view.whole, layout, palette, palette.strong),
        *(
            _line(line, layout, palette, palette.accent if line is view.line else palette.text)
            for line in view.lines[start : start + room]
        ),
    ]
    blank = [Text()] * (height - len(lines) - len(details)) if details else []
    return [*lines, *blank, *details]


def _layout(view: OpView, width: int) -> Layout:
    longest = max(len(line.label) for line in view.lines)
    names = min(longest + MARK_CELLS, MOST_NAME_CELLS)
    least = min(names, LEAST_NAME_CELLS) if width >= NARROW_CELLS else NARROW_NAME_CELLS
    wanted = [f for f in FIGURES if f.heading != UNFUSED or view.unfused is not None]
    figures = list(wanted)
    while width - sum(figure.cells for figure in figures) < least:
        figures.remove(max(figures, key=lambda figure: IMPORTANCE.index(figure.heading)))
    left = width - sum(figure.cells for figure in figures)
    if len(figures) < len(wanted):
        return Layout(tuple(figures), left, 0)
    names = min(names, left)
    if left - names < WHOLE_KERNEL_CELLS <= left - names + figures[-1].cells:
        left += figures.pop().cells
    if left - names < LEAST_KERNEL_CELLS:
        return Layout(tuple(figures), left, 0)
    return Layout(tuple(figures), names, left - names)


def _heading(layout: Layout, palette: Palette) -> Text:
    numbers = "".join(f"{figure.heading:>{figure.cells}}" for figure in layout.figures)
    kernel = "  kernel" if layout.kernels else ""
    return Text(" " * layout.names + numbers + kernel, palette.dim)


def _line(line: OpLine, layout: Layout, palette: Palette, style: Style) -> Text:
    """Draw a row; what fusion took away is dim."""
    mark = "▸ " if style is palette.accent else "  "
    name = Text(mark + line.label, palette.dim if style is palette.text and not line.row else style)
    name.truncate(layout.names, overflow="ellipsis", pad=True)
    text = Text.assemble(name)
    for figure in layout.figures:
        hue = palette.unfused if figure.heading == UNFUSED else palette.text
        text.append(f"{figure.text(line):>{figure.cells}}", hue)
    if layout.kernels:
        slow = line.either.reference_calls
        told = f"  {'! ' if slow else ''}{_kernels(line.either)}"
        kernel = Text(told, palette.warning if slow else palette.dim)
        kernel.truncate(layout.kernels, overflow="ellipsis")
        text.append(kernel)
    return text


def _kernels(row: OpRow) -> str:
    """Return the kernels that ran, the longest first, without the word for what they do."""
    return ", ".join(kernel.partition(" ")[2] or kernel for kernel in row.kernels)


def _details(line: OpLine, layout: Layout, width: int, palette: Palette) -> list[Text]:
    """Return what the columns do not say of a line, or cut."""
    row, shown = line.either, {figure.heading for figure in layout.figures}
    facts = {
        "share": ("of the pass", percent(row.share)),
        "calls": ("calls", str(len(row.calls))),
        "compute": ("of compute roof", percent(row.compute_share)),
        "memory": ("of memory roof", percent(row.memory_share)),
        "bound": ("bound by", row.bound or "-"),
        "GFLOP/s": ("GFLOP/s", _rate(row)),
        "GB/s": ("GB/s", significant(row.bytes_per_s / 1e9)),
        "FLOP/B": ("FLOP/byte", significant(row.intensity)),
        "MB": ("MB", significant(row.moved_bytes / 1e6)),
    }
    parts = [
        Text.assemble((f"{name} ", palette.dim), (value, palette.text))
        for heading, (name, value) in facts.items()
        if heading not in shown
    ]
    if len(line.label) + MARK_CELLS > layout.names:
        parts.insert(0, Text(line.label, palette.accent))
    if not line.row:
        parts.insert(0, Text("gone with fusion; unfused it was", palette.dim))
    kernels = ", ".join(f"{calls} {kernel}" for kernel, calls in row.kernels.items())
    return flowed([*parts, *wrapped(kernels, palette.text, width)], width, "  ")


UNFUSED = "unfused ms"


def _of(text: Callable[[OpRow], str]) -> Callable[[OpLine], str]:
    """Say something of the configuration's own row, or that it has none."""
    return lambda line: text(line.row) if line.row else GONE


def _roof(bound: str, row: OpRow) -> str:
    """Return the share of a roof, marked where it is the one that binds."""
    share = row.compute_share if bound == COMPUTE else row.memory_share
    return f"{percent(share)} {BINDS if row.bound == bound else ' '}"


def _rate(row: OpRow) -> str:
    return significant(row.flop_per_s / 1e9) if row.flop else "-"


FIGURES = (
    Figure("calls", 6, lambda line: str(len(line.either.calls) or "-")),
    Figure(UNFUSED, 12, lambda line: milliseconds(line.unfused.time_ns) if line.unfused else "-"),
    Figure("ms", 8, _of(lambda row: milliseconds(row.time_ns))),
    Figure("share", 7, _of(lambda row: percent(row.share))),
    Figure("GFLOP/s", 9, _of(_rate)),
    Figure("compute", 9, _of(lambda row: _roof(COMPUTE, row))),
    Figure("memory", 9, _of(lambda row: _roof(MEMORY, row))),
    Figure("FLOP/B", 8, _of(lambda row: significant(row.intensity) if row.flop else "-")),
    Figure("MB", 7, _of(lambda row: significant(row.moved_bytes / 1e6))),
)
"""The columns from left to right."""

IMPORTANCE = (*("ms", UNFUSED, "share", "calls", "compute", "memory", "GFLOP/s", "FLOP/B", "MB"),)
"""Where there is no room the last of these go first; the line below the table has them all."""
