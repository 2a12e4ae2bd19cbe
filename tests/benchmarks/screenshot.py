"""Exports the live screen as SVG after real measurements, for the README.

python tests/benchmarks/screenshot.py OUT.svg [COLUMNS ROWS THEME]
"""

import asyncio
import sys
from pathlib import Path

from resnettui.core.trial import Trial
from resnettui.tui.app import ResnettuiApp

VISITS = ("", "T", "f", "t")
"""Keys that lead from one configuration to the next."""

PASSES = 400
PATIENCE_S = 60.0


async def measured(app: ResnettuiApp, run_id: int) -> None:
    """Wait until a run has enough passes for every percentile."""
    for _ in range(int(PATIENCE_S / 0.2)):
        await asyncio.sleep(0.2)
        if app.snapshot.run_id == run_id and app.snapshot.passes >= PASSES:
            return
    raise TimeoutError(f"run {run_id}: {app.snapshot.phase}, {app.snapshot.failure}")


async def main(out: str, columns: int, rows: int, theme: str) -> None:
    app = ResnettuiApp(Trial(precision="int8", threads=2), theme=theme)
    async with app.run_test(size=(columns, rows)) as pilot:
        for run_id, key in enumerate(VISITS, start=1):
            if key:
                await pilot.press(key)
            await measured(app, run_id)
        await asyncio.sleep(2)
        await pilot.pause()
        Path(out).write_text(app.export_screenshot(title="resnettui"))
        await app.action_quit()


if __name__ == "__main__":
    out, columns, rows, theme = (
        *sys.argv[1:],
        *("live.svg", "120", "40", "ember")[len(sys.argv) - 1 :],
    )
    asyncio.run(main(out, int(columns), int(rows), theme))
