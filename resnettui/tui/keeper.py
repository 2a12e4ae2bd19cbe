"""Puts what the user leaves on the live screen into the history, beside the event loop."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from resnettui.core.history import Entry
from resnettui.core.live import Snapshot
from resnettui.core.protocol import Failed, WorkerLost
from resnettui.core.visits import visit
from resnettui.errors import HistoryError
from resnettui.machine.conditions import conditions


class Keeper:
    """Stores visits in a thread, one after the other; without a path it keeps nothing.

    What cannot be written waits for the next visit. `complain` hears of it once, not every time.
    """

    def __init__(self, path: Path | None, complain: Callable[[HistoryError], None]) -> None:
        self._path = path
        self._complain = complain
        self._waiting: list[Entry] = []
        self._writing: asyncio.Task[None] | None = None
        self._kept_failure: Failed | WorkerLost | None = None
        self._finished = False
        self.trouble: HistoryError | None = None
        """Why some visits are not stored; None where all are, or are about to be."""

    def keep(self, snapshot: Snapshot) -> None:
        """Store the current configuration, which is about to be left, where it has something."""
        if self._path is None or self._finished or self._is_kept(snapshot):
            return
        self._kept_failure = snapshot.failure
        from resnettui.store import new_id, now

        entry = visit(snapshot, id=new_id(), at=now(), facts=conditions())
        if entry is not None:
            self._waiting.append(entry)
            self._write_on(self._path)

    def _is_kept(self, snapshot: Snapshot) -> bool:
        """Tell whether this is a failure that was stored already, by a reset."""
        return snapshot.failure is not None and snapshot.failure is self._kept_failure

    async def finish(self, snapshot: Snapshot | None) -> None:
        """Store the last visit, if it is one, and wait until all is written, or cannot be."""
        if snapshot is not None:
            self.keep(snapshot)
        self._finished = True
        await self.retry()

    async def retry(self) -> None:
        """Write what waits, where it can be written by now; a write under way is that try."""
        if self._waiting and self._path is not None:
            self._write_on(self._path)
        if self._writing is not None:
            # Whoever waits may be cancelled; the thread that writes cannot.
            await asyncio.shield(self._writing)

    def _write_on(self, path: Path) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(path))

    async def _write(self, path: Path) -> None:
        while self._waiting:
            entries = tuple(self._waiting)
            try:
                await asyncio.to_thread(_store, path, entries)
            except HistoryError as error:
                self._tell(error)
                return
            del self._waiting[: len(entries)]
            self.trouble = None

    def _tell(self, error: HistoryError) -> None:
        before, self.trouble = self.trouble, error
        if before is None or before.reason != error.reason:
            self._complain(error)


def _store(path: Path, entries: tuple[Entry, ...]) -> None:
    from resnettui.store import History

    with History.open(path) as history:
        for entry in entries:
            history.add(entry)
