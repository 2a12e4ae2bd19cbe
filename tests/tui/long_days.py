"""Hours of measuring, as fast as they can be told: samples, readings, frames, changes, visits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from scripted import MS, SECOND, ScriptedSensors, Stage
from textual.pilot import Pilot

from resnettui.core.live_events import Looked
from resnettui.core.machine import Reading
from resnettui.core.protocol import Samples

REPORTS = (12, 13)
"""Passes told with each report of a second."""
PASSES_PER_S = sum(REPORTS)
PAINT_S = 0.003
"""A frame is painted within this, at 1000 frames a second."""
CHANGES = ("t", "f", "T", "f")
"""Keys that lead around four configurations."""
SCREENS = ("2", "3", "4", "5", "1")


class DaySensors(ScriptedSensors):
    """Readings of a clock that goes on by a second with each, and of cores that are never still."""

    def __init__(self) -> None:
        super().__init__()
        self._at_s = 0.0

    def read(self, worker_pids: Sequence[int] = ()) -> Reading:
        self._at_s += 1.0
        use = {core: (self._at_s + core) % 7 / 7 for core in range(4)}
        return replace(super().read(worker_pids), at_s=self._at_s, core_use=use, interval_s=1.0)


class Day:
    """A stage whose hours pass as fast as one asks for them."""

    def __init__(self, stage: Stage, pilot: Pilot[None]) -> None:
        self._stage = stage
        self._pilot = pilot
        self._sensors = DaySensors()
        self._second = 0
        self._changes = 0
        self._prepared = stage.app.snapshot.run_id

    async def seconds(self, count: int, *, between_frames: int) -> AsyncIterator[int]:
        """Let seconds pass, and yield after each frame how many have."""
        for second in range(1, count + 1):
            self._report()
            self._stage.app.fold(Looked(self._sensors.read((4711,))))
            if second % between_frames == 0:
                self._stage.app.draw()
                await asyncio.sleep(PAINT_S)
                yield second

    async def change(self) -> None:
        """Choose the next configuration, whose warm-up takes no time."""
        await self._press(CHANGES[self._changes % len(CHANGES)])
        self._changes += 1

    async def visit(self) -> None:
        """Look at each screen, and come back to the first."""
        for key in SCREENS:
            await self._press(key)

    async def _press(self, key: str) -> None:
        await self._pilot.press(key)
        await self._pilot.pause(0.1)
        self._prepare()

    def _prepare(self) -> None:
        """Let what was asked for last be measured from here on, if it is not yet."""
        run_id = self._stage.app.snapshot.run_id
        if self._stage.supervisor.wishes[-1].run_id == run_id != self._prepared:
            self._prepared = run_id
            self._stage.supervisor.prepare()

    def _report(self) -> None:
        """Tell a second's passes; each second is a little slower or faster than the one before."""
        self._second += 1
        run_id = self._stage.app.snapshot.run_id
        for report, count in enumerate(REPORTS):
            ms = 40 + (self._second * 7 + report) % 13 / 10
            latencies = tuple(int((ms + n % 5 / 10) * MS) for n in range(count))
            end_ns = self._second * SECOND + report * SECOND // len(REPORTS)
            self._stage.supervisor.tell(Samples(run_id, latencies, sum(latencies), end_ns))
