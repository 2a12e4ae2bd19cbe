"""Inlet: what a terminal sends, read as it comes by a thread that sleeps in between."""

import os
import selectors
import threading
from collections.abc import Callable, Iterator

from textual.constants import ESCAPE_DELAY

SETTLING_S = ESCAPE_DELAY + 0.01
"""After so long an escape that nothing follows is the key of that name."""

PIECE_BYTES = 1 << 8
"""What is read at once, and waits in the app as messages: each key takes some kilobytes there."""

HEEDING_S = 1.0
"""Reading goes on after so long even if nothing heeded what was read: no key may be lost."""


class Inlet:
    """Reads a descriptor until that ends, or `end` is called from another thread.

    Nothing is looked at in between: ten times a second, as Textual's own thread does it, is a
    tenth of a percent of a core, for ever.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._ending, self._end = os.pipe()
        self._heeded = threading.Event()
        self.ended = False
        """The end was asked for: it is not the terminal's."""

    def pieces(self) -> Iterator[bytes]:
        """Yield what comes, and b"" once when nothing has followed for a moment."""
        with selectors.SelectSelector() as selector:
            selector.register(self._descriptor, selectors.EVENT_READ)
            selector.register(self._ending, selectors.EVENT_READ)
            patience_s: float | None = None
            while True:
                ready = {key.fd for key, _ in selector.select(patience_s)}
                if self._ending in ready:
                    return
                piece = self._read() if ready else b""
                if piece is None:
                    return
                yield piece
                patience_s = SETTLING_S if piece else None

    def wait(self, ask: Callable[[Callable[[], None]], None]) -> None:
        """Wait until what was read is heeded: `ask` is handed what tells so.

        What is typed meanwhile stays in the terminal, where it takes a byte for a byte.
        """
        self._heeded.clear()
        if not self.ended:
            ask(self._heeded.set)
            self._heeded.wait(HEEDING_S)

    def end(self) -> None:
        """Let the reading end at once."""
        self.ended = True
        self._heeded.set()
        os.write(self._end, b"\0")

    def close(self) -> None:
        """Give back what the end was told with, once nothing reads any more."""
        os.close(self._end)
        os.close(self._ending)

    def _read(self) -> bytes | None:
        """Read what is there; None where there is no terminal any more."""
        try:
            return os.read(self._descriptor, PIECE_BYTES) or None
        except OSError:
            return None
