"""What a worker prints on its stderr: its last lines explain its end, its first go into the log."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

from resnettui.core.printable import printable

LOG = logging.getLogger("resnettui.worker")

STDERR_LINES = 40
"""How much of what a worker printed is kept, to explain its end."""

LINES_PER_S = 100
"""So many lines of a second go into the log; those beyond are counted."""

NOISE = b"USDT:"
"""So begins what torch's profiler prints at the start and end of each profile; it tells nothing."""

LONGEST_BYTES = 2000
"""A line is cut here."""


class Said:
    """What one worker has printed, however much it is: a flood costs neither memory nor disk."""

    def __init__(self, pid: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._pid = pid
        self._clock = clock
        self._rest = b""
        self._second = 0
        self._logged = 0
        self._left_out = 0
        self.last: deque[str] = deque(maxlen=STDERR_LINES)

    def hear(self, data: bytes) -> None:
        """Take what was read, which may end within a line."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        # The rest of a line that has no end.
        self._rest = self._rest[:LONGEST_BYTES]
        self._take(lines)

    def end(self) -> None:
        """Take the line that has no end, and tell how many lines are not in the log."""
        if self._rest:
            self._take([self._rest])
        self._tell_left_out()

    def _take(self, heard: Sequence[bytes]) -> None:
        lines = [line for line in heard if not line.startswith(NOISE)]
        self.last.extend(map(_text, lines[-STDERR_LINES:]))
        self._turn_to(int(self._clock()))
        logged = lines[: LINES_PER_S - self._logged]
        for line in logged:
            LOG.info("worker %d: %s", self._pid, _text(line))
        self._logged += len(logged)
        self._left_out += len(lines) - len(logged)

    def _turn_to(self, second: int) -> None:
        if second != self._second:
            self._second, self._logged = second, 0
            self._tell_left_out()

    def _tell_left_out(self) -> None:
        if self._left_out:
            LOG.warning("worker %d: %d more lines are left out", self._pid, self._left_out)
            self._left_out = 0


def _text(line: bytes) -> str:
    """Return a line as it would stand in the end: what a carriage return took back is gone."""
    shown = line.rstrip(b"\r").rsplit(b"\r", 1)[-1]
    return printable(shown[:LONGEST_BYTES].decode("utf-8", "replace").rstrip())
