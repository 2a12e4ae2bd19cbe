"""How the kernel treats the threads of some processes: time on a core, time in the queue for one.

/proc tells both per thread only. schedstat(5) holds ns on a core, ns ready without one, and slices;
a kernel built without CONFIG_SCHED_INFO has no such file, or writes zeros.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from resnettui.machine.sysfs import read_text

MOST_THREADS = 64
"""Threads that are looked at; of more every second one, or third. Each has two files, 20 us each on
an EPYC."""

_SWITCHES = re.compile(r"^nonvoluntary_ctxt_switches:\s*(\d+)$", re.MULTILINE)

Thread = tuple[int, int]
"""(process id, thread id)"""


@dataclass(frozen=True)
class Scheduled:
    """What happened to threads since the look before; None where it is not told."""

    ran_s: float | None = None
    waited_s: float | None = None
    """Ready to run, without a core."""
    switches: int | None = None
    """Times that a core was taken from a thread that wanted to go on."""


@dataclass(frozen=True)
class _Counts:
    """What a thread has counted since it began."""

    times_ns: tuple[int, int] | None
    """On a core, and waiting for one."""
    switches: int | None


class Scheduling:
    """Looks at the threads of processes, and tells what happened to them between two looks."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._before: dict[Thread, _Counts] = {}

    def look(self, pids: Sequence[int]) -> Scheduled:
        """Return what happened to the threads that were there at the look before, too."""
        before = self._before
        self._before = {thread: self._counts(thread) for thread in _some(self._threads(pids))}
        both = [(before[t], now) for t, now in self._before.items() if t in before]
        times = [
            (now.times_ns[0] - then.times_ns[0], now.times_ns[1] - then.times_ns[1])
            for then, now in both
            if then.times_ns and now.times_ns
        ]
        switches = [
            now.switches - then.switches
            for then, now in both
            if then.switches is not None and now.switches is not None
        ]
        # A counter that runs backwards belongs to another thread under a used id.
        return Scheduled(
            ran_s=_seconds(ran for ran, _ in times if ran >= 0) if times else None,
            waited_s=_seconds(waited for _, waited in times if waited >= 0) if times else None,
            switches=sum(n for n in switches if n >= 0) if switches else None,
        )

    def _threads(self, pids: Sequence[int]) -> list[Thread]:
        found = []
        for pid in pids:
            try:
                names = os.listdir(self._root / f"proc/{pid}/task")  # noqa: PTH208 - half the cost
            except OSError:  # It has ended, or there is no procfs.
                continue
            found += [(pid, int(name)) for name in names if name.isdecimal()]
        return sorted(found)

    def _counts(self, thread: Thread) -> _Counts:
        pid, tid = thread
        folder = self._root / f"proc/{pid}/task/{tid}"
        found = _SWITCHES.search(read_text(folder / "status") or "")
        times_ns = thread_times_ns(folder)
        return _Counts(times_ns, int(found[1]) if found else None)


def thread_times_ns(folder: Path) -> tuple[int, int] | None:
    """Return what the schedstat of a thread's folder tells: ns on a core, ns waiting for one."""
    words = (read_text(folder / "schedstat") or "").split()
    if len(words) < 2 or not all(word.isdecimal() for word in words):
        return None
    ran_ns, waited_ns = int(words[0]), int(words[1])
    return (ran_ns, waited_ns) if ran_ns or waited_ns else None


def _some(threads: Sequence[Thread]) -> Sequence[Thread]:
    return threads[:: -(-len(threads) // MOST_THREADS) or 1]


def _seconds(times_ns: Iterable[int]) -> float:
    return sum(times_ns) / 1e9
