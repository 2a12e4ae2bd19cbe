"""The latency panel: the median first, then its spread, then the minute behind it."""

from io import StringIO

from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.renderables.digits import Digits

from resnettui.core.live import Frame, Phase
from resnettui.core.stats import PERCENTILES, Histogram, Summary, histogram
from resnettui.core.timeline import columns_of
from resnettui.report.figures import milliseconds, percent, significant
from resnettui.report.terminal import percentile_text
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import columns
from resnettui.tui.widgets.words import failure_lines, waiting_lines

TALL = 9
"""From this height on the median is written in large digits."""

TIMELINE_HEIGHT = 2
BIN_CELLS = 2
TICK_CELLS = 12


def latency_title(frame: Frame) -> str:
    """Return the state in the panel's border."""
    batch = frame.snapshot.trial.batch_size
    return f"one pass of {batch} image{'s' if batch > 1 else ''}, closed loop"


def latency_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw figures, histogram and timeline, or what is waited for, or what went wrong."""
    if frame.snapshot.phase is Phase.FAILED:
        return failure_lines(frame, width, palette)
    if frame.summary is None or frame.result is None:
        return waiting_lines(frame, width, height, palette)
    lines = _figures(frame, frame.summary, height >= TALL, palette)
    lines += [
        Text(f"! {flag}: {reason}", palette.warning, overflow="ellipsis", no_wrap=True)
        for flag, reason in frame.result.flags.items()
    ]
    timeline = _timeline(frame, width, palette) if height - len(lines) >= 8 else []
    rest = height - len(lines) - len(timeline) - 2
    if rest > 0:
        lines += [Text(), *_histogram(frame, width, rest, palette)]
    return [_cut(line, width) for line in [*lines, *timeline]]


def _figures(frame: Frame, summary: Summary, tall: bool, palette: Palette) -> list[Text]:
    assert frame.result is not None
    median = milliseconds(summary.p50)
    left = [
        ("ms median", palette.dim),
        (f"{significant(frame.result.throughput_img_s)} img/s", palette.strong),
        (f"n {frame.snapshot.passes}", palette.text),
    ]
    right = [(f"p{p} ", percentile_text(summary, p)) for p in PERCENTILES]
    extremes = [
        ("min ", milliseconds(summary.min)),
        ("max ", milliseconds(summary.max)),
        ("IQR ", percent(summary.spread)),
    ]
    if not tall:
        return [
            Text.assemble((f"{median} ", palette.strong), "   ".join(text for text, _ in left)),
            _pairs(right, palette),
        ]
    hue = palette.fusion(frame.snapshot.trial.fusion) + Style(bold=True)
    digits = large_digits(median)
    return [
        Text.assemble(
            (digits[row].ljust(len(max(digits, key=len)) + 2), hue),
            (left[row][0].ljust(14), left[row][1]),
            (right[row][0], palette.dim),
            (right[row][1].ljust(11), palette.text),
            (extremes[row][0], palette.dim),
            (extremes[row][1], palette.text),
        )
        for row in range(3)
    ]


def _pairs(pairs: list[tuple[str, str]], palette: Palette) -> Text:
    parts = [part for name, value in pairs for part in ((name, palette.dim), f"{value}  ")]
    return Text.assemble(*parts)


def large_digits(number: str) -> list[str]:
    """Return a number in three lines of box characters."""
    console = Console(file=StringIO(), width=200, color_system=None)
    with console.capture() as capture:
        console.print(Digits(number, "bold"))
    return [line.rstrip() for line in capture.get().splitlines()[:3]]


def _histogram(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw `height` lines of columns and one of labels in ms."""
    bins = max(1, width // BIN_CELLS)
    counted = histogram(frame.snapshot.latencies_ns, bins)
    most = max(counted.counts)
    shares = [count / most for count in counted.counts for _ in range(BIN_CELLS)]
    hue = palette.fusion(frame.snapshot.trial.fusion)
    assert frame.summary is not None
    middle = counted.bin_of(frame.summary.p50) * BIN_CELLS
    lines = []
    for row in columns(shares, height):
        line = Text(row, hue)
        line.stylize(palette.strong, middle, middle + BIN_CELLS)
        lines.append(line)
    return [*lines, _axis(counted, bins * BIN_CELLS, palette)]


def _axis(counted: Histogram, width: int, palette: Palette) -> Text:
    """Label the axis evenly, each label starting at its value."""
    ticks = max(1, width // TICK_CELLS)
    span = counted.high - counted.low
    labels = [milliseconds(counted.low + span * i / ticks) for i in range(ticks)]
    end = f"{milliseconds(counted.high)}{f' +{counted.beyond}' if counted.beyond else ''}"
    text = "".join(f"╵{label}".ljust(width // ticks) for label in labels)
    return Text(text[: width - len(end)].ljust(width - len(end)) + end, palette.dim)


def _timeline(frame: Frame, width: int, palette: Palette) -> list[Text]:
    points = columns_of(frame.snapshot.timeline, width)
    known = [point for point in points if point is not None]
    if not known:
        return []
    low = min(known)
    high = max(*known, low * 1.1)
    shares = [None if p is None else 0.15 + 0.85 * (p - low) / (high - low) for p in points]
    scale = f"{milliseconds(low)} to {milliseconds(max(known))} ms"
    title = Text.assemble(("last 60 s  ", palette.dim), (scale, palette.dim))
    return [Text(), title, *(Text(row, palette.accent) for row in columns(shares, TIMELINE_HEIGHT))]


def _cut(line: Text, width: int) -> Text:
    line.truncate(width, overflow="ellipsis")
    return line
