"""The scaling panel: a row for every configuration visited."""

from rich.text import Text

from resnettui.core.live import Frame
from resnettui.core.scaling import ScalingRow
from resnettui.core.trial import Trial
from resnettui.report.figures import milliseconds, percent, ratio, significant
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.configuration import SHORT_VALUES

HEADINGS = ("cores", "latency ms", "img/s", "speedup", "efficiency", "fused benefit")
FIGURE_CELLS = 11


def scaling_state(frame: Frame) -> str:
    """Return how many configurations were visited."""
    visited = len(frame.scaling)
    return f"{visited} configuration{'s' if visited != 1 else ''}"


def scaling_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the rows around the current one."""
    if not frame.scaling:
        hint = "every configuration you visit leaves a row here: t and T change the threads"
        return [Text(hint, palette.dim)]
    cells = min(FIGURE_CELLS, (width - 20) // len(HEADINGS)) if width < 90 else FIGURE_CELLS + 2
    names = max(8, width - cells * len(HEADINGS))
    heading = Text("".ljust(names) + "".join(f"{h[: cells - 1]:>{cells}}" for h in HEADINGS))
    heading.stylize(palette.dim)
    current = frame.result.trial if frame.result else None
    rows = [_row(row, row.trial == current, names, cells, palette) for row in frame.scaling]
    at = next((i for i, row in enumerate(frame.scaling) if row.trial == current), 0)
    start = max(0, min(at - (height - 1) // 2, len(rows) - (height - 1)))
    return [heading, *rows[start : start + height - 1]]


def _row(row: ScalingRow, current: bool, names: int, cells: int, palette: Palette) -> Text:
    figures = (
        str(row.trial.cores),
        milliseconds(row.latency_ns),
        significant(row.throughput_img_s),
        ratio(row.speedup),
        percent(row.efficiency),
        ratio(row.fusion_benefit),
    )
    name = Text.assemble(
        ("▸ " if current else "  ", palette.accent),
        (variant(row.trial), palette.fusion(row.trial.fusion)),
        (f"  ! {', '.join(row.flags)}" if row.flags else "", palette.warning),
    )
    name.truncate(names, overflow="ellipsis", pad=True)
    style = palette.strong if current else palette.text
    return Text.assemble(name, (("".join(f"{figure:>{cells}}" for figure in figures)), style))


def variant(trial: Trial) -> str:
    """Return what distinguishes a configuration, apart from its cores."""
    words = [
        trial.model if trial.model != "resnet50" else "",
        trial.precision,
        "fused" if trial.fusion == "full" else "unfused",
        SHORT_VALUES[trial.memory_format],
        f"b{trial.batch_size}",
        trial.engine or "",
    ]
    return " ".join(word for word in words if word)
