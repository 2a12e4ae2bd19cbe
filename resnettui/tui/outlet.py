"""The way out to a terminal, at which nothing waits: neither the app nor its end."""

import asyncio
import os
import select
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress

LIMIT_BYTES = 1 << 17
"""As much may wait for a terminal: a whole frame, also of a large one."""

WATCH_S = 1.0
"""Between two looks at whether the terminal is still there."""

PATIENCE_S = 0.5
"""A terminal has this long at the end to read what waits."""


class Outlet:
    """Writes to a descriptor that does not block; what it does not take waits in memory.

    `behind` hears when something begins to wait, `caught_up` when nothing waits any more, and
    whether something was left out meanwhile: beyond LIMIT_BYTES nothing more is taken. `gone` hears
    that nobody will ever read: of that only the session's leader has a signal, and an input that
    has ended keeps whoever waits for it awake.
    """

    def __init__(
        self,
        descriptor: int,
        behind: Callable[[], None],
        caught_up: Callable[[bool], None],
        gone: Callable[[], None],
    ) -> None:
        self._descriptor = descriptor
        self._behind = behind
        self._caught_up = caught_up
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._waiting = bytearray()
        self._left_out = False
        self._other_end = select.poll()
        self._other_end.register(descriptor, 0)  # Errors and the end are told unasked.
        self._look = self._loop.call_later(WATCH_S, self._watch)

    def write(self, data: bytes) -> None:
        """Send data, or keep it until the terminal reads. Any thread may call it."""
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.write, data)
        elif len(self._waiting) >= LIMIT_BYTES:
            self._left_out = True
        elif self._waiting:
            self._waiting += data
        else:
            self._waiting += data
            if not self._send():
                self._loop.add_writer(self._descriptor, self._go_on)
                self._behind()

    def discard(self) -> None:
        """Drop what waits: what comes next is all that still matters."""
        self._waiting.clear()

    def close(self, patience_s: float = PATIENCE_S) -> None:
        """Close the descriptor, after some patience with a terminal that does not read.

        What such a one has not read is taken back, to make room for the last words, which restore
        it: it finds them when it reads again.
        """
        self._look.cancel()
        self._loop.remove_writer(self._descriptor)
        if not self._drained(patience_s):
            with suppress(termios.error):  # It is no terminal any more: nothing is to be restored.
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            self._send()
        os.close(self._descriptor)

    def _send(self) -> bool:
        """Write what the terminal takes now; tell whether that was all."""
        try:
            while self._waiting:
                del self._waiting[: os.write(self._descriptor, self._waiting)]
        except BlockingIOError:
            return False
        except OSError:
            # The terminal is gone; the next look tells so.
            self._waiting.clear()
        return True

    def _go_on(self) -> None:
        if self._send():
            self._loop.remove_writer(self._descriptor)
            left_out, self._left_out = self._left_out, False
            self._caught_up(left_out)

    def _watch(self) -> None:
        if self._other_end.poll(0):
            self._gone()
        else:
            self._look = self._loop.call_later(WATCH_S, self._watch)

    def _drained(self, patience_s: float) -> bool:
        end_s = time.monotonic() + patience_s
        while not self._send():
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                return False
            select.select((), (self._descriptor,), (), left_s)
        return True


def opened_anew(descriptor: int) -> int | None:
    """Open the terminal of a descriptor once more, not to block; None where that cannot be.

    The mode belongs to what was opened: set on the descriptor, it would reach the shell, too.
    """
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK
    try:
        return os.open(os.ttyname(descriptor), flags)
    except OSError:
        # After `su` the file of the terminal is another user's; the terminal itself is not.
        with suppress(OSError):
            return os.open("/dev/tty", flags)
    return None
