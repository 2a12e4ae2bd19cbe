"""Exports screens as SVG after real measurements, for the README.

    python tests/benchmarks/screenshot.py all [FOLDER COLUMNS ROWS THEME]
    python tests/benchmarks/screenshot.py SCREEN OUT.svg [COLUMNS ROWS THEME]

SCREEN: live, sweep, operators, compare, machine; all writes a file for each of them into FOLDER,
.screenshots if none is named. It measures ResNet50 and takes some minutes; a machine that does
nothing else gives figures that are worth showing.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual.pilot import Pilot

from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.tui.app import ResnettuiApp

VISITS = ("", "T", "f", "t")
"""Keys that lead from one configuration to the next."""

STUDY = "threads"

PASSES = 400
LOOK_S = 0.2
PATIENCE_S = 900.0
"""For a configuration, or a profile; a sweep may take that long for each of its trials."""

STILL_S = 2.0
"""Before a picture is taken: two frames."""


@dataclass(frozen=True)
class Look:
    """The size of the terminal, and its colours."""

    columns: int
    rows: int
    theme: str


async def until(done: Callable[[], object], what: str) -> None:
    """Wait until a function returns something true; TimeoutError says what was waited for."""
    for _ in range(int(PATIENCE_S / LOOK_S)):
        await asyncio.sleep(LOOK_S)
        if done():
            return
    raise TimeoutError(f"{what} did not come within {PATIENCE_S:.0f} s")


async def live(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Measure each configuration until it has enough passes for every percentile."""
    for run_id, key in enumerate(VISITS, start=1):
        if key:
            await pilot.press(key)
        await until(partial(measured, app, run_id), f"run {run_id}")


def measured(app: ResnettuiApp, run_id: int) -> bool:
    """Tell whether a run has enough passes."""
    return app.snapshot.run_id == run_id and app.snapshot.passes >= PASSES


async def sweep(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Measure the study of threads to its end, and let live measuring go on."""
    await until(lambda: app.sweep.view.preview, "the worker")
    await pilot.press("2")
    while app.sweep.view.study != STUDY:
        await pilot.press("down")
    await pilot.press("enter")
    await until(lambda: app.sweep.view.running, "the start of the sweep")
    while app.sweep.view.running:
        done = trials_done(app)
        await until(partial(beyond, app, done), f"trial {done + 1} of the sweep")
    if trials_done(app) < trials(app):
        raise RuntimeError(f"the sweep ended early: {app.sweep.view.trouble or 'stopped'}")
    await until(lambda: app.snapshot.passes >= PASSES, "the live measurement after the sweep")


def beyond(app: ResnettuiApp, done: int) -> bool:
    """Tell whether more trials of the sweep are behind it, or it is over."""
    return trials_done(app) > done or not app.sweep.view.running


def trials_done(app: ResnettuiApp) -> int:
    """Return how many trials of the sweep are behind it."""
    state = app.sweep.view.state
    return state.done if state else 0


def trials(app: ResnettuiApp) -> int:
    """Return how many trials the sweep has."""
    state = app.sweep.view.state
    return state.total if state else 0


async def operators(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Profile the first configuration with fusion."""
    await until(lambda: app.snapshot.passes >= PASSES, "the live measurement")
    await pilot.press("f", "3")
    await until(lambda: len(app.snapshot.profiles) == 2, "both profiles")
    await until(lambda: app.snapshot.passes >= PASSES, "the live measurement after them")


async def machine(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Look at the board beside a live measurement."""
    await until(lambda: app.snapshot.passes > 0, "the live measurement")
    await pilot.press("5")
    await until(lambda: app.snapshot.board and not app.snapshot.surveying, "the board")


async def compare(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Show the tables after a sweep."""
    if app.sweep.view.state is None:
        await sweep(app, pilot)
    await pilot.press("4")


Show = Callable[[ResnettuiApp, Pilot[None]], Awaitable[None]]

SCREENS: dict[str, Show] = {
    "live": live,
    "sweep": sweep,
    "operators": operators,
    "compare": compare,
    "machine": machine,
}


TOURS = (("live",), ("sweep", "compare"), ("operators",), ("machine",))
"""The screens that one app shows after the other, for `all`."""


async def export(names: Sequence[str], outs: Sequence[Path], look: Look) -> None:
    """Lead an app to screens, and write a picture of each."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(precision="int8", threads=2)
        history = Path(folder) / "history.sqlite"
        app = ResnettuiApp(trial, settings=Settings(theme=look.theme), history=history)
        async with app.run_test(size=(look.columns, look.rows)) as pilot:
            try:
                for name, out in zip(names, outs, strict=True):
                    print(f"{name} ...", file=sys.stderr, flush=True)
                    await SCREENS[name](app, pilot)
                    await asyncio.sleep(STILL_S)
                    await pilot.pause()
                    picture = app.export_screenshot(title="resnettui", simplify=True)
                    out.write_text(picture, encoding="utf-8")
            finally:
                await app.action_quit()


def main(screen: str, out: Path, look: Look) -> None:
    """Export one screen into a file, or all of them into a folder."""
    if screen != "all":
        asyncio.run(export([screen], [out], look))
        return
    out.mkdir(exist_ok=True)
    for names in TOURS:
        asyncio.run(export(names, [out / f"{name}.svg" for name in names], look))


if __name__ == "__main__":
    given = sys.argv[1:]
    usual = ".screenshots" if given[:1] == ["all"] else "live.svg"
    screen, out, columns, rows, theme = (
        *given,
        *("live", usual, "120", "40", "ember")[len(given) :],
    )
    main(screen, Path(out), Look(int(columns), int(rows), theme))
