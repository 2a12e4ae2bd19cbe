"""Keeps every thread of this process on given cores, and reads from /proc whether it is so."""

import os
from collections.abc import Callable
from pathlib import Path

from resnettui.core.cpu_list import format_cpu_list, parse_cpu_list

ROOT = Path("/")

SetAffinity = Callable[[int, tuple[int, ...]], None]
"""(thread id, cores) -> None; OSError where that is refused."""
SET_AFFINITY: SetAffinity | None = getattr(os, "sched_setaffinity", None)
"""None on systems that cannot."""


class Pinning:
    """Where the threads of this process may run: on the cores it began with, or on fewer."""

    def __init__(self, root: Path = ROOT, set_affinity: SetAffinity | None = SET_AFFINITY) -> None:
        self._root = root
        self._set_affinity = set_affinity
        self._at_first = _allowed(root / "proc/self/status")
        self._asked: tuple[int, ...] = ()
        self._refused = ""

    def pin(self, cores: tuple[int, ...]) -> None:
        """Pin all threads, those of OpenMP's and pthreadpool's pools included; () releases them.

        A thread that starts later inherits the cores of the one that starts it. Where pinning is
        refused all threads go back to the cores they began with.
        """
        if cores == self._asked:
            return
        self._asked, self._refused = cores, ""
        if not cores:
            self._move(self._at_first)
        elif refused := self._move(cores) or self._otherwise(cores):
            self._refused = refused
            self._move(self._at_first)

    def standing(self) -> tuple[tuple[int, ...], str]:
        """Return the cores that all threads are pinned to, as /proc tells, or () and why not.

        Both are empty where nothing was to be pinned.
        """
        if not self._asked:
            return (), ""
        refused = self._refused or self._otherwise(self._asked)
        return (() if refused else self._asked), refused

    def _otherwise(self, cores: tuple[int, ...]) -> str:
        """Return what /proc tells where it is not these cores for every thread."""
        found = {_allowed(task / "status") for task in self._tasks()} - {()}
        if found == {cores}:
            return ""
        told = " and ".join(format_cpu_list(some) for some in sorted(found)) or "none"
        return f"cores {format_cpu_list(cores)} were asked for, /proc tells {told}"

    def _move(self, cores: tuple[int, ...]) -> str:
        """Move all threads to these cores; return why that is impossible, "" where it was not."""
        if self._set_affinity is None or not self._at_first:
            return "this system does not tell or set the cores of a thread"
        for task in self._tasks():
            try:
                self._set_affinity(int(task.name), cores)
            except ProcessLookupError:
                continue  # The thread has ended since it was listed.
            except OSError as error:
                return f"cores {format_cpu_list(cores)} were refused: {error.strerror}"
        return ""

    def _tasks(self) -> list[Path]:
        # The main thread, which has the lowest id, comes first: it starts the others.
        found = (self._root / "proc/self/task").glob("[0-9]*")
        return sorted(found, key=lambda task: int(task.name))


def _allowed(status: Path) -> tuple[int, ...]:
    """Return the cores a status file allows; () where there is no such file any more."""
    try:
        text = status.read_text(encoding="utf-8")
    except OSError:
        return ()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "Cpus_allowed_list":
            return parse_cpu_list(value)
    return ()


def resident_bytes(root: Path = ROOT) -> int | None:
    """Return the resident memory of this process; None where the system does not tell."""
    try:
        pages = int((root / "proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
