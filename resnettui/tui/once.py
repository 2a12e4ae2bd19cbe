"""The live panels as plain text, after some seconds of measuring: for pipes and screen readers."""

import asyncio
import shutil
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from rich.style import Style

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live import Snapshot
from resnettui.core.live_events import LiveEvent
from resnettui.core.protocol import Event, Measure
from resnettui.core.trial import TrialResult
from resnettui.errors import HistoryError, TrialError
from resnettui.live_run import living
from resnettui.machine.probe import named, probe
from resnettui.places import history_path
from resnettui.progress import Progress
from resnettui.report.terminal import title
from resnettui.tui.keeper import Keeper
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import EIGHTHS_ACROSS, EIGHTHS_UP
from resnettui.tui.widgets.cores import cores_lines, cores_state
from resnettui.tui.widgets.kernels import kernels_lines, kernels_state
from resnettui.tui.widgets.latency import latency_lines, latency_title
from resnettui.tui.widgets.operators import operators_lines
from resnettui.tui.widgets.panel import Draw, State
from resnettui.tui.widgets.status import status_lines

COLUMNS = 100
"""The width where there is no terminal."""

INDENT = "  "

FIGURES = 2
"""Lines of the latency panel that are words and figures, without its histogram."""

EVERY_LINE = 1000

PANEL_CELLS = 62
"""A wider panel would tear names and figures apart."""

PANELS: tuple[tuple[str, Draw, State, int], ...] = (
    ("Latency", latency_lines, latency_title, FIGURES),
    ("Cores", cores_lines, cores_state, EVERY_LINE),
    ("Kernels", kernels_lines, kernels_state, EVERY_LINE),
    ("Operators", operators_lines, lambda frame: "", EVERY_LINE),
)
"""Title, drawing, state and lines of each."""

PLAIN = Palette(**{field.name: Style() for field in fields(Palette)})

_BARS = {*EIGHTHS_ACROSS, *EIGHTHS_UP, "─"} - {" "}
_WITHOUT_BARS = str.maketrans(dict.fromkeys(_BARS, ""))


def once(wish: Measure, history: Path | None) -> None:
    """Measure, print, and keep the trial in a history (None: the user's), as the screen does.

    TrialError where it cannot be measured, HistoryError where it cannot be kept.
    """
    keeper = Keeper(history or history_path(), lambda _error: None)
    with Progress(wish) as progress:
        snapshot = asyncio.run(_measured(wish, progress, keeper))
    failure, trouble = snapshot.failure, keeper.trouble
    if failure is not None:
        raise TrialError(failure.reason, failure.hint)
    for line in page(snapshot, shutil.get_terminal_size((COLUMNS, 0)).columns):
        sys.stdout.write(line + "\n")
    if trouble is not None:
        raise HistoryError(trouble.reason, trouble.hint)


async def _measured(wish: Measure, progress: Progress, keeper: Keeper) -> Snapshot:
    def hear(event: LiveEvent) -> None:
        if isinstance(event, Event):
            progress.show(event)

    async with living(named(probe()), hear) as (run, crew):
        crew.measure(run.chosen(wish))
        while await run.go_on():
            pass
    await keeper.finish(run.snapshot)
    return run.snapshot


def page(snapshot: Snapshot, width: int) -> Iterator[str]:
    """Yield the lines of the live panels, one below the other, in words and figures alone."""
    frame = frame_of(snapshot)
    yield from (line.plain.rstrip() for line in status_lines(frame, width, 1, PLAIN))
    yield from textwrap.wrap(title(snapshot.trial), width)
    for name, draw, state, height in PANELS:
        told = state(frame)
        yield ""
        yield from textwrap.wrap(f"{name}: {told}" if told else name, width)
        yield from _spoken(frame, draw, min(PANEL_CELLS, width) - len(INDENT), height)
        if draw is latency_lines and frame.result is not None:
            yield from _flags(frame.result, width)


def _flags(result: TrialResult, width: int) -> Iterator[str]:
    """Yield every flag with its reason."""
    for flag, why in result.flags.items():
        told = f"! {flag}: {why}"
        yield from textwrap.wrap(told, width, initial_indent=INDENT, subsequent_indent=2 * INDENT)


def _spoken(frame: Frame, draw: Draw, width: int, height: int) -> Iterator[str]:
    """Yield what a panel says, without its bars, nor the lines of which nothing else is left."""
    for line in draw(frame, width, height, PLAIN)[:height]:
        said = line.plain.translate(_WITHOUT_BARS).rstrip()
        bars = _BARS & {*line.plain}
        if said and (not bars or any(letter.isdigit() for letter in said)):
            yield INDENT + said
