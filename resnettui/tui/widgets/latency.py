"""The latency panel: the median first, its spread, the baseline, then the minute behind it."""

import textwrap
from collections.abc import Mapping
from functools import lru_cache
from io import StringIO

from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.renderables.digits import Digits

from resnettui.core.frame import Frame
from resnettui.core.live import Phase
from resnettui.core.stats import PERCENTILES, Histogram, Summary, histogram
from resnettui.core.timeline import TIMELINE_S, columns_of
from resnettui.report.figures import milliseconds, percent, significant
from resnettui.report.terminal import percentile_text
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import columns
from resnettui.tui.widgets.baseline import baseline_lines
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.words import failure_lines, waiting_lines

TALL = 9
"""From this height on the median is written in large digits."""

ROOMY = 18
"""From this height on the flags have two lines."""

TIMELINE_HEIGHT = 2
BIN_CELLS = 2
TICK_CELLS = 12
COLUMN_CELLS = 9
COLUMN_GAP = 2


def latency_title(frame: Frame) -> str:
    """Return the state in the panel's border."""
    batch = frame.snapshot.trial.batch_size
    images = f"{batch} image{'s' if batch > 1 else ''}"
    processes = frame.snapshot.trial.processes
    return f"one pass of {images}, closed loop" + (
        f", {processes} processes" if processes > 1 else ""
    )


@fitting
def latency_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw figures, histogram and timeline, or what is waited for, or what went wrong."""
    if frame.snapshot.phase is Phase.FAILED:
        return failure_lines(frame, width, palette)
    if frame.summary is None or frame.result is None:
        return waiting_lines(frame, width, height, palette)
    lines = _figures(frame, frame.summary, width, height >= TALL, palette)
    lines += _flags(frame.result.flags, width, 2 if height >= ROOMY else 1, palette)
    lines += baseline_lines(frame, width, palette)[: height - len(lines) - 1]
    timeline = _timeline(frame, width, palette) if height - len(lines) >= 8 else []
    rest = height - len(lines) - len(timeline) - 1
    if rest > 0:
        lines += _histogram(frame, width, rest, palette)
    return [*lines, *timeline]


def _flags(flags: Mapping[str, str], width: int, height: int, palette: Palette) -> list[Text]:
    """Return the flags in `height` lines, which are there without any as well: nothing may move."""
    told = "  ".join(f"! {flag}" for flag in flags)
    if len(flags) == 1:
        told += f": {next(iter(flags.values()))}"
    lines = textwrap.wrap(told, width, max_lines=height, placeholder=" …")
    return [Text(line, palette.warning) for line in [*lines, *[""] * (height - len(lines))]]


def _figures(
    frame: Frame, summary: Summary, width: int, tall: bool, palette: Palette
) -> list[Text]:
    """Draw the median, large where there is height for it, and three columns beside it."""
    assert frame.result is not None
    median = milliseconds(summary.p50)
    throughput = f"{significant(frame.result.throughput_img_s)} img/s"
    passes = f"n {frame.snapshot.passes}"
    tails = [(f"p{p} ", percentile_text(summary, p)) for p in PERCENTILES]
    if not tall:
        head = Text.assemble((f"{median} ms", palette.strong), f"   {throughput}   {passes}")
        return [head, *_pairs(tails, width, palette)]
    extremes = [
        ("min ", milliseconds(summary.min)),
        ("max ", milliseconds(summary.max)),
        ("IQR ", percent(summary.spread)),
    ]
    hue = palette.fusion(frame.snapshot.trial.fusion) + Style(bold=True)
    digits = large_digits(median)
    beside = [
        [Text(line, hue) for line in digits],
        [Text("ms median", palette.dim), Text(throughput, palette.strong), Text(passes)],
        [Text.assemble((name, palette.dim), value) for name, value in tails],
        [Text.assemble((name, palette.dim), value) for name, value in extremes],
    ]
    lines = _columns(beside, width)
    below = [] if tails[0][0] in lines[0].plain else _pairs(tails, width, palette)
    return [*lines, *below]


def _columns(cells: list[list[Text]], width: int) -> list[Text]:
    """Put columns of three cells side by side, as many as the width has room for."""
    lines = [Text(), Text(), Text()]
    for column in cells:
        if column is not cells[0]:
            for line in lines:
                line.append(" " * COLUMN_GAP)
        room = max(COLUMN_CELLS, *(cell.cell_len for cell in column))
        if lines[0].cell_len + max(cell.cell_len for cell in column) > width:
            break
        for line, cell in zip(lines, column, strict=True):
            line.append(cell)
            line.pad_right(room - cell.cell_len)
    return lines


def _pairs(pairs: list[tuple[str, str]], width: int, palette: Palette) -> list[Text]:
    """Put names and values side by side, in as many lines as it takes."""
    lines = [Text()]
    for pair in (Text.assemble((name, palette.dim), value) for name, value in pairs):
        if lines[-1].cell_len and lines[-1].cell_len + 2 + pair.cell_len > width:
            lines.append(Text())
        lines[-1].append(" " * 2 * bool(lines[-1].cell_len)).append_text(pair)
    return lines


@lru_cache(maxsize=64)
def large_digits(number: str) -> list[str]:
    """Return a number in three lines of box characters."""
    console = Console(file=StringIO(), width=200, color_system=None)
    with console.capture() as capture:
        console.print(Digits(number, "bold"))
    return [line.rstrip() for line in capture.get().splitlines()[:3]]


def _histogram(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw `height` lines of columns and one of labels in ms."""
    bins = max(1, width // BIN_CELLS)
    assert frame.result is not None
    assert frame.summary is not None
    counted = histogram(frame.result.ordered_ns, bins)
    most = max(counted.counts)
    shares = [count / most for count in counted.counts]
    hue = palette.fusion(frame.snapshot.trial.fusion)
    middle = counted.bin_of(frame.summary.p50) * BIN_CELLS
    lines = []
    for row in columns(shares, height, BIN_CELLS):
        line = Text(row, hue)
        line.stylize(palette.strong, middle, middle + BIN_CELLS)
        lines.append(line)
    return [*lines, _axis(counted, bins * BIN_CELLS, palette)]


def _axis(counted: Histogram, width: int, palette: Palette) -> Text:
    """Label the axis evenly, each label starting at its value."""
    beyond = f" +{counted.beyond}" if counted.beyond else ""
    end = milliseconds(counted.high) + beyond
    ticks = max(1, (width - len(end)) // TICK_CELLS)
    cells = width / ticks
    span = counted.high - counted.low
    text = ""
    for tick in range(ticks):
        label = f"╵{milliseconds(counted.low + span * tick / ticks)}"
        start = round(tick * cells)
        if start + len(label) < width - len(end):
            text = text.ljust(start) + label
    return Text((text.ljust(width - len(end)) + end)[:width], palette.dim)


def _timeline(frame: Frame, width: int, palette: Palette) -> list[Text]:
    # More columns than seconds would have gaps, for want of passes.
    columns_there = min(width, TIMELINE_S)
    found = columns_of(frame.snapshot.timeline, columns_there)
    points = [found[cell * columns_there // width] for cell in range(width)]
    known = [point for point in points if point is not None]
    if not known:
        return []
    low = min(known)
    high = max(*known, low * 1.1)
    shares = [None if p is None else 0.15 + 0.85 * (p - low) / (high - low) for p in points]
    scale = f"{milliseconds(low)} to {milliseconds(max(known))} ms"
    title = Text.assemble(("last 60 s  ", palette.dim), (scale, palette.dim))
    return [Text(), title, *(Text(row, palette.accent) for row in columns(shares, TIMELINE_HEIGHT))]
