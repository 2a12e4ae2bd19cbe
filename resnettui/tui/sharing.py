"""One measurement for many: what is folded goes to whoever follows it, over a socket."""

import asyncio
import json
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from resnettui import __version__
from resnettui.core.codec import LINE_LIMIT_BYTES, NOT_PLAIN, as_line, revive
from resnettui.core.live import Snapshot
from resnettui.core.live_events import Joined, LiveEvent
from resnettui.core.recording import (
    Heading,
    Recorded,
    decode_heading,
    encode_event,
    encode_heading,
)
from resnettui.core.trial import Trial
from resnettui.store import now

BACKLOG_BYTES = 4 * 1024 * 1024
"""A follower that leaves more than this unread is let go; memory must not grow."""


class Publisher:
    """Tells every follower what is known when it comes, and from then on every event.

    A follower may say which configuration it wishes for.
    """

    def __init__(self) -> None:
        self._followers: set[StreamWriter] = set()

    def hear(self, event: LiveEvent) -> None:
        """Tell an event to all who follow."""
        if self._followers:
            line = encode_event(Recorded(time.monotonic_ns(), event))
            for follower in tuple(self._followers):
                self._tell(follower, line)

    @asynccontextmanager
    async def opened(
        self, path: Path, known: Callable[[], Snapshot], wish: Callable[[Trial], None]
    ) -> AsyncIterator[None]:
        """Let followers come while the context lasts, to a socket at this path."""

        async def welcome(reader: StreamReader, writer: StreamWriter) -> None:
            writer.write(encode_heading(Heading(__version__, now())))
            writer.write(encode_event(Recorded(time.monotonic_ns(), Joined(known()))))
            self._followers.add(writer)
            # Whoever says what is no wish, or breaks off, is let go.
            with suppress(OSError, *NOT_PLAIN):
                async for line in reader:
                    wish(revive(Trial, json.loads(line)))
            self._followers.discard(writer)
            writer.transport.abort()

        server = await asyncio.start_unix_server(welcome, path, limit=LINE_LIMIT_BYTES)
        try:
            yield
        finally:
            server.close()
            for follower in tuple(self._followers):
                follower.transport.abort()

    def _tell(self, follower: StreamWriter, line: bytes) -> None:
        if follower.transport.get_write_buffer_size() < BACKLOG_BYTES:
            follower.write(line)
        else:
            self._followers.discard(follower)
            follower.transport.abort()


class Following:
    """Follows what a Publisher tells at a path."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: StreamWriter | None = None

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield what is told, as the lines of a recording, until there is no more."""
        with suppress(OSError, ValueError):
            limit = LINE_LIMIT_BYTES
            reader, writer = await asyncio.open_unix_connection(self._path, limit=limit)
            self._writer = writer
            try:
                decode_heading(await reader.readline())
                async for line in reader:
                    yield line
            finally:
                writer.close()

    def ask(self, trial: Trial) -> None:
        """Wish for a configuration."""
        if self._writer is not None:
            self._writer.write(as_line(asdict(trial)))
