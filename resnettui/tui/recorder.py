"""Writes what the app folds into a recording, beside the event loop."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path

from resnettui import __version__
from resnettui.core.live_events import LiveEvent
from resnettui.core.recording import Heading, Recorded, encode_event, encode_heading
from resnettui.errors import UsageError, reason_of
from resnettui.store import now
from resnettui.tui.host import Host

FLUSH_S = 1.0
"""At most so much of what happened is lost where the program is killed."""

WAITING_EVENTS = 20_000
"""A file that takes nothing for as long as these came is given up; memory must not grow."""


class Recorder:
    """Writes events once a second, in a thread; after the first error it writes no more.

    UsageError where the file cannot be made, or holds something.
    """

    def __init__(self, host: Host, path: Path) -> None:
        self._host = host
        self._file = _made(path)
        self._waiting: list[Recorded] = []
        self._writing: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self.trouble = ""
        """Why the recording broke off; "" where it did not."""

    def hear(self, event: LiveEvent) -> None:
        """Take an event, after the snapshot has."""
        if self.trouble or self._closing.is_set():
            return
        self._waiting.append(Recorded(time.monotonic_ns(), event))
        if len(self._waiting) > WAITING_EVENTS:
            self._give_up("the file takes nothing any more")
        elif self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what waits, at once."""
        self._closing.set()
        if self._writing is not None:
            await self._writing
        self._file.close()

    async def _write(self) -> None:
        while self._waiting:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._closing.wait(), FLUSH_S)
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(_append, self._file, batch)
            except OSError as error:
                self._give_up(reason_of(error))

    def _give_up(self, reason: str) -> None:
        if not self.trouble:
            title = "The recording broke off"
            self._host.notify(reason, title=title, severity="warning", markup=False)
        self.trouble = reason
        self._waiting = []


def _made(path: Path) -> FileIO:
    """Return the file with its first line, unbuffered: what is written once is out of our hands."""
    hint = "--record takes the name of a file that does not exist yet"
    try:
        path = path.expanduser()
        if path.is_file() and path.stat().st_size:
            raise UsageError(f"--record: {path} exists, and nothing is written over", hint)
        return _begun(FileIO(path, "w"))
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"--record: {path}: {reason_of(error)}", hint) from None


def _begun(file: FileIO) -> FileIO:
    try:
        _put(file, encode_heading(Heading(__version__, now())))
    except OSError:
        file.close()
        raise
    return file


def _append(file: FileIO, batch: Sequence[Recorded]) -> None:
    _put(file, b"".join(map(encode_event, batch)))


def _put(file: FileIO, lines: bytes) -> None:
    """Write all of it: a file that is nearly full takes a part."""
    while lines:
        lines = lines[file.write(lines) :]
