"""Each of the five screens of the real app with something on it, for what holds for all."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from profiling_stage import on_operators_screen
from scripted import Stage
from sweeping_stage import finish_trial, on_sweep_screen, start
from test_app import measured, staged, until
from test_compare_screen import on_compare_screen
from test_machine_screen import HOT, on_machine_screen
from textual.pilot import Pilot
from textual.widget import Widget

from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.sheet import Sheet

Size = tuple[int, int]

On = Callable[[Stage, Size], AbstractAsyncContextManager[Pilot[None]]]


@asynccontextmanager
async def _on_live_screen(stage: Stage, size: Size) -> AsyncIterator[Pilot[None]]:
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("k", "f")
        await measured(pilot, stage, 30.0)
        yield pilot


@asynccontextmanager
async def _amid_a_sweep(stage: Stage, size: Size) -> AsyncIterator[Pilot[None]]:
    async with on_sweep_screen(stage, size) as pilot:
        await start(pilot, stage, "threads")
        for ms in range(60, 35, -5):  # A curve needs two of a kind.
            await finish_trial(pilot, stage, ms)
        await pilot.pause(0.25)
        yield pilot


SCREENS: dict[str, On] = {
    "live": _on_live_screen,
    "sweep": _amid_a_sweep,
    "operators": on_operators_screen,
    "compare": on_compare_screen,
    "machine": on_machine_screen,
}


@asynccontextmanager
async def on_screen(
    name: str, size: Size, settings: Settings | None = None, history: Path | None = None
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """Yield the app on a screen, on a machine with grave findings."""
    fusion = "full" if name == "operators" else "none"
    stage = Stage(Trial(threads=2, fusion=fusion), settings, history=history)
    stage.board = HOT
    async with SCREENS[name](stage, size) as pilot:
        await until(pilot, lambda: stage.app.snapshot.board is not None)
        yield stage, pilot


def rows(stage: Stage) -> list[str]:
    """Return all that stands on the screen, without its colours."""
    return [strip.text for strip in stage.app.screen._compositor.render_strips()]


def parts(stage: Stage) -> list[Widget]:
    """Return what the screen in front consists of, as far as it is shown."""
    screen = stage.app.screen
    return [part for kind in (Panel, Sheet) for part in screen.query(kind) if part.display]
