"""The worker's end of the wire: commands in, events out, never waiting for the other side."""

import _thread
import os
import queue
import select
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from resnettui.core.codec import ProtocolError, decode, encode
from resnettui.core.protocol import (
    Command,
    Event,
    Go,
    Job,
    Stop,
)


class Superseded(BaseException):
    """A newer command arrived. Not an Exception, so that no library handler keeps it."""


def claim_stdout() -> int:
    """Move the wire off file descriptor 1, and let 1 lead to stderr; return the wire's descriptor.

    Native code prints to 1 at will, and such a print must not corrupt a message.
    """
    wire = os.dup(1)
    os.dup2(2, 1)
    return wire


class Outbox:
    """Sends events and blocks only in `drain`: what the pipe does not take waits in memory."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._waiting: deque[bytes] = deque()

    def post(self, event: Event) -> None:
        """Send an event, or keep it for the next flush where the pipe is full."""
        self._waiting.append(encode(event))
        self.flush()

    def flush(self) -> bool:
        """Send what waits; return whether all of it went out."""
        while self._waiting:
            line = self._waiting.popleft()
            try:
                sent = os.write(self._descriptor, line)
            except BlockingIOError:
                sent = 0
            if sent < len(line):
                self._waiting.appendleft(line[sent:])
                return False
        return True

    def drain(self) -> None:
        """Send all that waits, however long that takes: nobody flushes while a worker rests."""
        while not self.flush():
            select.select((), (self._descriptor,), ())


class Inbox:
    """Receives commands in a thread of its own; the end of stdin ends the process at once.

    Only the newest command counts. One that arrives inside `interruptible()` raises Superseded
    there, at the next bytecode of the main thread: between two operators of a forward pass.
    Go interrupts nothing, it waits for whoever asks `begin_ns`.
    """

    def __init__(self, descriptor: int) -> None:
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._go: Go | None = None
        self._open_to_interrupts = False
        signal.signal(signal.SIGINT, self._interrupted)
        threading.Thread(target=self._read, args=(descriptor,), daemon=True).start()

    def next(self) -> Command:
        """Wait for a command and return the newest one."""
        command = self._commands.get()
        while not self._commands.empty():
            command = self._commands.get()
        return command

    def begin_ns(self, run_id: int) -> int | None:
        """Return the instant at which a held run is to begin; None before it was told."""
        go = self._go
        return go.at_ns if go is not None and go.run_id == run_id else None

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let a command that arrives meanwhile, or waits already, raise Superseded."""
        self._open_to_interrupts = True
        try:
            if not self._commands.empty():
                raise Superseded
            yield
        finally:
            self._open_to_interrupts = False

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """Hold an interruption back until what is inside is done."""
        before, self._open_to_interrupts = self._open_to_interrupts, False
        yield
        self._open_to_interrupts = before
        if before and not self._commands.empty():
            raise Superseded

    def _interrupted(self, _signal: int, _frame: FrameType | None) -> None:
        if self._open_to_interrupts and not self._commands.empty():
            self._open_to_interrupts = False
            raise Superseded

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            for line in stream:
                try:
                    message = decode(line)
                except ProtocolError as error:
                    print(f"ignored: {error}", file=sys.stderr, flush=True)  # noqa: T201
                    continue
                if isinstance(message, Go):
                    self._go = message
                elif isinstance(message, Job | Stop):
                    self._commands.put(message)
                    _thread.interrupt_main()
        os._exit(0)
