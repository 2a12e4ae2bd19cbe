"""Writes a sweep of the screen into the history, trial by trial."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

from resnettui.bench import Bench, Watch, Workers
from resnettui.core.platforms import place_of
from resnettui.core.roof import Peak, missing_kinds
from resnettui.core.sweep import SweepOrder
from resnettui.core.trial import Trial, TrialResult
from resnettui.machine.conditions import conditions
from resnettui.store import History, new_id, now

Written = TypeVar("Written")


class SweepKeeping:
    """Writes a sweep into the history, beside the event loop; without a path it keeps nothing."""

    def __init__(self, path: Path | None, bench: Bench) -> None:
        self._path = path
        self._bench = bench
        self.sweep = ""

    async def begin(self, order: SweepOrder) -> None:
        """Enter the sweep, which has an id from here on."""
        text = json.dumps(asdict(order))
        self.sweep = await self._write(lambda history: history.begin_sweep(text)) or ""

    async def keep(
        self, position: int, trial: Trial, result: TrialResult | None, failure: str
    ) -> None:
        """Store a trial, or why there is no result of it."""
        entry = replace(
            self._bench.entry(new_id(), now(), trial, result, failure),
            sweep=self.sweep,
            position=position,
            facts=conditions(),
        )
        await self._write(lambda history: history.add(entry))

    async def peaks(
        self, workers: Workers, kinds: tuple[str, ...], threads: int, watch: Watch
    ) -> tuple[Peak, ...]:
        """Return peaks of the history; those it does not know are measured and stored."""
        bench = self._bench
        build = bench.build or await bench.start(workers, watch)
        place = place_of(bench.machine, build)
        known = await self._write(lambda history: history.peaks(place))
        bench.known_peaks = bench.known_peaks if known is None else known
        if missing := missing_kinds(bench.known_peaks, threads, kinds, bench.machine.isa):
            found = await bench.peaks(workers, missing, threads, watch)
            await self._write(lambda history: history.keep_peaks(place, found))
        return tuple(peak for peak in bench.known_peaks if peak.threads == threads)

    async def finish(self) -> None:
        """Mark the sweep as finished."""
        await self._write(lambda history: history.finish_sweep(self.sweep))

    async def _write(self, write: Callable[[History], Written]) -> Written | None:
        path = self._path
        if path is None:
            return None

        def opened() -> Written:
            with History.open(path) as history:
                return write(history)

        writing = asyncio.ensure_future(asyncio.to_thread(opened))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            # A thread cannot be stopped: wait for it, and hear why it failed, if it did.
            await asyncio.wait([writing])
            writing.result()
            raise
