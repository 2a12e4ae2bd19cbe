"""The real command in a real pseudo-terminal, and what it costs there."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Sequence
from types import TracebackType

import psutil

XDG = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
"""What names the folders of a user's files."""


class Terminal:
    """Runs a command in a pty of a size, reads all it writes, and counts the bytes.

    Its history, its settings and what it remembers are its own, and go with it.
    """

    def __init__(self, argv: Sequence[str], columns: int = 120, rows: int = 40) -> None:
        self.bytes_read = 0
        self._wanted: bytes | None = None
        self._seen = threading.Event()
        self._tail = b""
        self._seen_at = 0.0
        self._reading = threading.Event()
        self._reading.set()
        self._folder = tempfile.TemporaryDirectory()
        own = {
            "RESNETTUI_HISTORY": f"{self._folder.name}/history.sqlite",
            **dict.fromkeys(XDG, self._folder.name),
        }
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, **own, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go_on()
        self.press("q")
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
        self._folder.cleanup()

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, text: str, seconds: float = 120) -> float:
        """Wait until a text was written, and return when that was, in s after the start."""
        self._seen.clear()
        self._wanted = text.encode()
        if not self._seen.wait(seconds):
            raise TimeoutError(f"{text!r} was not written in {seconds} s")
        return self._seen_at - self.started

    def stop(self) -> None:
        """Read no more, as a terminal that is stopped."""
        self._reading.clear()

    def go_on(self) -> None:
        """Read what waits, and whatever comes."""
        self._reading.set()

    def cpu_s(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def memory_bytes(self) -> int:
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def _read(self) -> None:
        while self._reading.wait():
            try:
                chunk = os.read(self._master, 1 << 16)
            except OSError:
                return
            if not chunk:
                return
            self.bytes_read += len(chunk)
            # Only while somebody waits: the terminal must not cost what it is to measure.
            if self._wanted is not None:
                self._tail = (self._tail + chunk)[-(1 << 16) :]
                if self._wanted in self._tail:
                    self._seen_at = time.monotonic()
                    self._wanted, self._tail = None, b""
                    self._seen.set()


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "resnettui", *arguments]
