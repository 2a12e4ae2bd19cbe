"""Exports a screen as SVG after real measurements, for the README.

python tests/benchmarks/screenshot.py SCREEN OUT.svg [COLUMNS ROWS THEME]

SCREEN: live, sweep, operators, compare, machine.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.tui.app import ResnettuiApp

VISITS = ("", "T", "f", "t")
"""Keys that lead from one configuration to the next."""

STUDY_KEYS = ("down", "down", "down")
"""From the study that is selected at first, all, to threads."""

PASSES = 400
PATIENCE_S = 900.0


async def until(done: object, what: str) -> None:
    """Wait until a function without arguments returns something true."""
    assert callable(done)
    for _ in range(int(PATIENCE_S / 0.2)):
        await asyncio.sleep(0.2)
        if done():
            return
    raise TimeoutError(what)


async def visit_all(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Measure each configuration until it has enough passes for every percentile."""
    for run_id, key in enumerate(VISITS, start=1):
        if key:
            await pilot.press(key)
        await until(
            lambda run_id=run_id: app.snapshot.run_id == run_id and app.snapshot.passes >= PASSES,
            f"run {run_id}",
        )


async def sweep(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Measure the study of threads on the sweep screen."""
    await until(lambda: app.snapshot.build, "the worker")
    await pilot.press("2")
    await pilot.press(*STUDY_KEYS, "enter")
    await until(lambda: app.sweep.view.running, "the start of the sweep")
    await until(lambda: not app.sweep.view.running, "the end of the sweep")


async def operators(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Profile the first configuration with fusion."""
    await until(lambda: app.snapshot.passes >= PASSES, "the live measurement")
    await pilot.press("f", "3")
    await until(lambda: len(app.snapshot.profiles) == 2, "both profiles")
    await until(lambda: app.snapshot.passes > 0, "the live measurement after them")


async def machine(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Look at the board beside a live measurement."""
    await until(lambda: app.snapshot.passes > 0, "the live measurement")
    await pilot.press("5")
    await until(lambda: app.snapshot.board and not app.snapshot.surveying, "the board")


async def compare(app: ResnettuiApp, pilot: Pilot[None]) -> None:
    """Show the tables after a sweep."""
    await sweep(app, pilot)
    await pilot.press("4")


SCREENS = {
    "live": visit_all,
    "sweep": sweep,
    "operators": operators,
    "compare": compare,
    "machine": machine,
}


async def main(screen: str, out: str, columns: int, rows: int, theme: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(precision="int8", threads=2)
        app = ResnettuiApp(
            trial, settings=Settings(theme=theme), history=Path(folder) / "history.sqlite"
        )
        async with app.run_test(size=(columns, rows)) as pilot:
            await SCREENS[screen](app, pilot)
            await asyncio.sleep(2)
            await pilot.pause()
            Path(out).write_text(app.export_screenshot(title="resnettui"))
            await app.action_quit()


if __name__ == "__main__":
    screen, out, columns, rows, theme = (
        *sys.argv[1:],
        *("live", "live.svg", "120", "40", "ember")[len(sys.argv) - 1 :],
    )
    asyncio.run(main(screen, out, int(columns), int(rows), theme))
