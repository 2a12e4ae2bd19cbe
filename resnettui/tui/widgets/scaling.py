"""The scaling panel: a row for every configuration visited."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from resnettui.core.axes import AXIS
from resnettui.core.frame import Frame
from resnettui.core.scaling import ScalingRow
from resnettui.core.trial import Trial
from resnettui.report.figures import milliseconds, percent, ratio, significant
from resnettui.report.words import others
from resnettui.tui.keymap import key_of
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.configuration import SHORT_VALUES
from resnettui.tui.widgets.fitting import fitting, shortened
from resnettui.tui.widgets.words import wrapped

HEADINGS = ("cores", "latency ms", "img/s", "speedup", "efficiency", "fused benefit")
SHORT_HEADINGS = ("cores", "ms", "img/s", "speedup", "effic.", "fused")
FIGURE_CELLS = (6, 11, 9, 9, 12, 14)
SHORT_FIGURE_CELLS = (6, 8, 8, 9, 8, 8)
NAME_CELLS = 30
FLAG_CELLS = 8
"""Beside its sign a flag needs some letters, to be told from others."""

BASELINE_SIGN = "◆ "
"""Marks the configuration that the others are compared with."""
LEAST_NAME_CELLS = 16
"""Columns go, from the right, before a name has less room."""
SHORT_PHRASES = {"engine": "{}", "math_mode": "{} math", "image_size": "{}px"}
"""What a name in a row calls a value, where not as a sentence does."""


def scaling_state(frame: Frame) -> str:
    """Return how many configurations were visited."""
    visited = len(frame.scaling)
    return f"{visited} configuration{'s' if visited != 1 else ''}"


@fitting
def scaling_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the configurations visited, around the current one."""
    if not frame.scaling:
        more, fewer = (key_of(f"{word}-threads", frame.keys) for word in ("next", "previous"))
        keys = f"{more} and {fewer} change the threads"
        hint = f"every configuration you visit leaves a row here: {keys}"
        return wrapped(hint, palette.dim, width)
    current = frame.result.trial if frame.result else None
    baseline = frame.snapshot.baseline.trial if frame.snapshot.baseline else None
    marks = {current: "▸ ", baseline: BASELINE_SIGN}
    return rows_lines(frame.scaling, width, height, palette, marks=marks, centre=current)


@fitting
def sweep_rows_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the configurations that the sweep has measured, around the last one."""
    if not frame.sweep.rows:
        return wrapped("a row for every trial as it ends", palette.dim, width)
    last = frame.sweep.last
    return rows_lines(frame.sweep.rows, width, height, palette, marks={last: "▸ "}, centre=last)


def sweep_rows_state(frame: Frame) -> str:
    """Return how many configurations the sweep has measured."""
    measured = len(frame.sweep.rows)
    return f"{measured} configuration{'s' if measured != 1 else ''}" if measured else ""


def rows_lines(
    rows: Sequence[ScalingRow],
    width: int,
    height: int,
    palette: Palette,
    *,
    marks: Mapping[Trial | None, str],
    centre: Trial | None,
) -> list[Text]:
    """Draw the heading and the rows around one of them; marks stand before their names."""
    columns = _columns(width)
    names = width - sum(cells for _, cells in columns)
    figures = "".join(f"{heading:>{cells}}" for heading, cells in columns)
    heading = Text(" " * names + figures, palette.dim)
    at = next((i for i, row in enumerate(rows) if row.trial == centre), 0)
    start = max(0, min(at - (height - 1) // 2, len(rows) - (height - 1)))
    return [
        heading,
        *(
            _row(
                *(row, names, columns, palette),
                mark=marks.get(row.trial, "  "),
                strong=row.trial == centre,
            )
            for row in rows[start : start + height - 1]
        ),
    ]


def _columns(width: int) -> list[tuple[str, int]]:
    """Return the headings with their cells: whole where there is room, then short, then fewer."""
    columns = list(zip(HEADINGS, FIGURE_CELLS, strict=True))
    if width - sum(FIGURE_CELLS) < NAME_CELLS:
        columns = list(zip(SHORT_HEADINGS, SHORT_FIGURE_CELLS, strict=True))
    while columns and width - sum(cells for _, cells in columns) < LEAST_NAME_CELLS:
        columns.pop()
    return columns


def _row(
    row: ScalingRow,
    names: int,
    columns: list[tuple[str, int]],
    palette: Palette,
    *,
    mark: str,
    strong: bool,
) -> Text:
    figures = (
        cores_of(row.trial),
        milliseconds(row.latency_ns),
        significant(row.throughput_img_s),
        ratio(row.speedup),
        percent(row.efficiency),
        ratio(row.fusion_benefit),
    )
    name = _name(row, names - len(mark), palette)
    name = Text.assemble((mark, palette.accent), name)
    name.truncate(names, overflow="ellipsis", pad=True)
    style = palette.strong if strong else palette.text
    cells = [f"{text:>{room}}" for text, (_, room) in zip(figures, columns, strict=False)]
    return Text.assemble(name, ("".join(cells), style))


def _name(row: ScalingRow, width: int, palette: Palette) -> Text:
    """Return the variant and its flags; where they have no room, shorter words and a bare sign."""
    told, sign = (f"  ! {', '.join(row.flags)}", " !") if row.flags else ("", "")
    least = {told: FLAG_CELLS, sign: len(sign)} if row.flags else {"": 0}
    ways = [(words(row.trial), flags) for words in (variant, short_variant) for flags in least]
    fitting = ((words, flags) for words, flags in ways if len(words) + least[flags] <= width)
    words, flags = next(fitting, (shortened(ways[-1][0], width - len(sign)), sign))
    return Text.assemble((words, palette.fusion(row.trial.fusion)), (flags, palette.warning))


def cores_of(trial: Trial) -> str:
    """Return how many cores are kept busy; of several processes as processes × threads."""
    if trial.processes == 1:
        return str(trial.cores)
    return f"{trial.processes}×{trial.threads}"


def variant(trial: Trial) -> str:
    """Return what distinguishes a configuration, apart from its cores."""
    format_and_batch = (SHORT_VALUES[trial.memory_format], f"b{trial.batch_size}")
    return _words(trial, trial.model, format_and_batch)


def short_variant(trial: Trial) -> str:
    """Return what distinguishes a configuration, without what is as usual."""
    layout, batch_size = trial.memory_format, trial.batch_size
    unusual = (
        SHORT_VALUES[layout] if layout != AXIS["memory_format"].default else "",
        f"b{batch_size}" if batch_size != AXIS["batch_size"].default else "",
    )
    return _words(trial, trial.model.replace("resnet", "r"), unusual)


def _words(trial: Trial, model: str, format_and_batch: tuple[str, str]) -> str:
    words = [
        model if trial.model != AXIS["model"].default else "",
        trial.precision,
        "fused" if trial.fusion == "full" else "unfused",
        *format_and_batch,
        *others(trial, SHORT_PHRASES),
    ]
    return " ".join(word for word in words if word)
