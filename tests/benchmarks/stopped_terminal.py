"""What a terminal that stops reading does to the median latency and to the UI's memory.

The app measures int8, fused, in a pseudo-terminal, which is read, not read, and read again, each
for as long. With --tmux it runs in a tmux server of its own, which is stopped (SIGSTOP).

    python tests/benchmarks/stopped_terminal.py [--seconds 60] [--threads 1] [--tmux]
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

import overheard
import psutil
from budget import Line, megabytes, percent
from terminal import Terminal

SETTLE_S = 5
"""From the first samples to the first stretch."""


class Stoppable(Protocol):
    """A terminal with the app in it."""

    def stop(self) -> None:
        """Read no more."""

    def go_on(self) -> None:
        """Read again."""

    def memory_bytes(self) -> int:
        """Return what the app occupies."""


class Tmux:
    """Runs a command in a tmux server of its own, 120 x 40."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._tmux = ["tmux", "-L", f"resnettui-{os.getpid()}", "-f", os.devnull]
        self._do("new-session", "-d", "-x", "120", "-y", "40", f"exec {shlex.join(argv)}")
        self._server = int(self._do("display-message", "-p", "#{pid}"))
        self._app = psutil.Process(int(self._do("display-message", "-p", "#{pane_pid}")))

    def __enter__(self) -> "Tmux":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go_on()
        self._do("send-keys", "q")
        # The server ends with its only session.
        psutil.wait_procs([self._app], 10)

    def stop(self) -> None:
        os.kill(self._server, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._server, signal.SIGCONT)

    def memory_bytes(self) -> int:
        return int(self._app.memory_info().rss)

    def _do(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True)
        return done.stdout.strip()


def measured(terminal: Stoppable, path: str, seconds: int) -> tuple[list[float], int]:
    """Return the median before, during and after the stop, in ns, and the memory it added."""
    while not any(one.latencies_ns for one in overheard.read(path)):
        time.sleep(0.5)
    time.sleep(SETTLE_S)
    starts_ns = [time.monotonic_ns()]
    time.sleep(seconds)
    before = terminal.memory_bytes()
    terminal.stop()
    starts_ns.append(time.monotonic_ns())
    time.sleep(seconds)
    added = terminal.memory_bytes() - before
    terminal.go_on()
    starts_ns.append(time.monotonic_ns())
    time.sleep(seconds)
    starts_ns.append(time.monotonic_ns())
    time.sleep(2)
    return overheard.stretch_medians(overheard.read(path), starts_ns), added


def main(seconds: int, threads: int, tmux: bool) -> int:
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        argv = overheard.command(file.name, threads)
        with (Tmux if tmux else Terminal)(argv) as terminal:
            medians, added = measured(terminal, file.name, seconds)
    before, during, after = medians
    for what, value in zip(("before", "during", "after"), medians, strict=True):
        print(f"median {what}: {value / 1e6:.3f} ms")
    ratio = 2 * during / (before + after)
    print(f"during / around: {ratio:.4f}")
    lines = [
        Line("median moved by the stop", abs(ratio - 1), 0.01, percent),
        Line("memory added by the stop", added, 5e6, megabytes),
    ]
    for line in lines:
        print(line)
    return int(not all(line.inside for line in lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a terminal that stops reading does.")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tmux", action="store_true")
    sys.exit(main(**vars(parser.parse_args())))
