"""Takes the roof of the machine from the history, and puts what is measured of it there."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from resnettui.core.platforms import Place, place_of
from resnettui.core.protocol import PeaksFound
from resnettui.errors import HistoryError
from resnettui.tui.host import Host

Known = TypeVar("Known")


class PeakKeeping:
    """The peaks of an app in a history, read and written beside the event loop.

    Without a path nothing is known and nothing is kept.
    """

    def __init__(self, host: Host, path: Path | None) -> None:
        self._host = host
        self._path = path

    async def recall(self) -> None:
        """Take into the snapshot what the history knows of this machine."""
        from resnettui.tui.known import known_peaks

        peaks = await self._use(lambda place: known_peaks(self._path, place)) or ()
        snapshot = self._host.snapshot
        fresh = tuple(peak for peak in peaks if peak not in snapshot.peaks)
        self._host.fold(PeaksFound(snapshot.run_id, fresh))

    async def keep(self) -> None:
        """Store what the snapshot knows."""
        from resnettui.tui.known import keep_peaks

        peaks = self._host.snapshot.peaks
        await self._use(lambda place: keep_peaks(self._path, place, peaks))

    async def _use(self, use: Callable[[Place], Known]) -> Known | None:
        """Use the history of this machine and its torch; tell where that is not possible."""
        snapshot = self._host.snapshot
        if snapshot.build is None:
            return None
        place = place_of(snapshot.machine, snapshot.build)
        try:
            return await asyncio.to_thread(use, place)
        except HistoryError as error:
            title = "The roof in the history"
            self._host.notify(error.reason, title=title, severity="warning", markup=False)
            return None
