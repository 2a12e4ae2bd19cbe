"""A real terminal that stops reading: the app measures on, and it ends when it is told to."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from resnettui.store import History
from resnettui.tui.outlet import opened_anew

SIZE = struct.pack("HHHH", 40, 120, 0, 0)
APP = Path(__file__).with_name("unread_app.py")
ENTERED = b"\x1b[?1049h"
"""Begins the alternate screen."""
LEFT = b"\x1b[?1049l"
"""Ends the alternate screen."""
MARK = b"\x00" * 1024
CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x00")
COUNT = re.compile(r"\bn (\d+)")


class Unread:
    """The app in a terminal whose other end is read only when the test does."""

    def __init__(self, folder: Path) -> None:
        self.history = folder / "history.sqlite"
        self._heard = folder / "heard"
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, SIZE)
        os.set_blocking(self._master, False)
        self.mode_before = self.mode
        argv = [sys.executable, str(APP), str(self.history), str(self._heard)]
        self.process = subprocess.Popen(
            argv, stdin=self._slave, stdout=self._slave, stderr=self._slave, start_new_session=True
        )

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Let there be no terminal any more; the app has no signal of it, as it leads none."""
        for descriptor in (self._slave, self._master):
            with suppress(OSError):
                os.close(descriptor)

    @property
    def mode(self) -> list[Any]:
        return termios.tcgetattr(self._slave)

    @mode.setter
    def mode(self, mode: list[Any]) -> None:
        termios.tcsetattr(self._slave, termios.TCSANOW, mode)

    def read(self) -> bytes:
        """Read what the terminal holds."""
        found = b""
        with suppress(BlockingIOError):
            while chunk := os.read(self._master, 1 << 16):
                found += chunk
        return found

    def stop(self) -> None:
        """Read no more, and let the terminal be full."""
        anew = opened_anew(self._slave)
        assert anew is not None
        for _ in range(5):
            with suppress(BlockingIOError):
                while True:
                    os.write(anew, MARK)
            time.sleep(0.05)  # The kernel carries some of it on to the other end.
        os.close(anew)

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def heard(self) -> list[str]:
        return self._heard.read_text().splitlines() if self._heard.exists() else []

    @property
    def worker(self) -> int:
        return int(self.heard()[0])

    def reads(self, wanted: bytes) -> bytes:
        """Read until something was written."""
        seen = b""

        def there() -> bool:
            nonlocal seen
            seen += self.read()
            return wanted in seen

        until(there)
        return seen

    def draws(self, passes: int) -> None:
        """Read until so many passes are on the screen."""
        seen = b""

        def there() -> bool:
            nonlocal seen
            seen += self.read()
            text = CONTROL.sub(b"", seen).decode("utf-8", "replace")
            return max(map(int, COUNT.findall(text)), default=0) >= passes

        until(there)

    def hears(self, more: int) -> None:
        """Wait for that many further reports."""
        wanted = len(self.heard()) + more
        until(lambda: len(self.heard()) >= wanted)


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end_s = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end_s, "it did not come true"
        time.sleep(0.02)


@contextmanager
def unread(folder: Path) -> Iterator[Unread]:
    """Yield the app, measuring, in a terminal that was read up to here and is full from here on."""
    app = Unread(folder)
    try:
        app.draws(1)
        app.stop()
        yield app
    finally:
        app.close()


def test_reports_are_heard_while_nobody_reads_and_drawn_when_somebody_does(tmp_path: Path) -> None:
    with unread(tmp_path) as app:
        memory = psutil.Process(app.process.pid).memory_info().rss
        app.hears(1000)
        assert psutil.Process(app.process.pid).memory_info().rss - memory < 5e6
        assert app.process.poll() is None
        app.draws(1000)


@pytest.mark.parametrize("how", ["q", "SIGTERM", "SIGHUP"])
def test_it_ends_with_its_worker_and_keeps_what_it_measured(how: str, tmp_path: Path) -> None:
    with unread(tmp_path) as app:
        app.hears(100)
        worker = app.worker
        if how == "q":
            app.press("q")
        else:
            app.process.send_signal(signal.Signals[how])
        assert app.process.wait(20) == 0
        assert not psutil.pid_exists(worker)
        # The terminal is restored as soon as it reads.
        assert LEFT in app.read()
        with History.open(app.history) as history:
            assert [trial.failure for trial in history.listed()] == [""]


def test_it_ends_when_there_is_no_terminal_any_more(tmp_path: Path) -> None:
    app = Unread(tmp_path)
    try:
        app.draws(1)
        app.hears(100)
        worker = app.worker
        app.hang_up()
        app.process.wait(20)
        assert not psutil.pid_exists(worker)
        with History.open(app.history) as history:
            assert [trial.failure for trial in history.listed()] == [""]
    finally:
        app.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_is_restored_however_early_the_app_is_ended(
    how: signal.Signals, tmp_path: Path
) -> None:
    app = Unread(tmp_path)
    try:
        seen = app.reads(ENTERED)
        app.process.send_signal(how)
        assert app.process.wait(20) == 0
        assert app.mode == app.mode_before
        assert LEFT in seen + app.read()
    finally:
        app.close()
