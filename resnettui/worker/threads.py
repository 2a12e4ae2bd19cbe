"""How many threads compute in this process: what the runtimes say, and which of them had CPU time.

A thread pool may ignore a setting, and an operator may not use its pool: only the CPU time tells.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import torch

from resnettui.core.trial import ThreadCounts

ROOT = Path("/")

BUSY_SHARE = 0.1
"""A thread with less than this share of the busiest thread's CPU time did not take part: those that
read commands or wait in a pool stay far below it, and one that computes the smallest even piece of
every operator far above."""

LEAST_BUSY_NS = 20_000_000
"""The busiest thread must have had so much, or nothing is said: start-up noise is below it."""

_OPENMP = re.compile(r"omp_get_max_threads\(\) : (\d+)")

Times = Mapping[int, int]
"""Thread id -> CPU time in ns since it began."""


def thread_counts(before: Times, root: Path = ROOT) -> ThreadCounts:
    """Return how many threads there are to compute, and how many did since `before`."""
    # It asks the runtime that torch itself is linked to; a process may have loaded others.
    openmp = _OPENMP.search(torch.__config__.parallel_info())
    return ThreadCounts(
        torch=torch.get_num_threads(),
        openmp=int(openmp[1]) if openmp else None,
        busy=busy_threads(before, thread_times_ns(root)),
    )


def busy_threads(before: Times, now: Times) -> int | None:
    """Return how many threads computed between two looks; None where that is not told."""
    used = [time_ns - before.get(thread, 0) for thread, time_ns in now.items()]
    most = max(used, default=0)
    if most < LEAST_BUSY_NS:
        return None
    return sum(time_ns >= BUSY_SHARE * most for time_ns in used)


def thread_times_ns(root: Path = ROOT) -> dict[int, int]:
    """Return the CPU time of every thread of this process; {} where the system does not tell."""
    found = {}
    for task in (root / "proc/self/task").glob("[0-9]*"):
        time_ns = _schedstat_ns(task) or _stat_ns(task)
        if time_ns is not None:
            found[int(task.name)] = time_ns
    return found


def _schedstat_ns(task: Path) -> int | None:
    """Return the exact time; None without CONFIG_SCHED_INFO, 0 or None where it keeps none."""
    words = _words(task / "schedstat")
    return int(words[0]) if words and words[0].isdecimal() else None


def _stat_ns(task: Path) -> int | None:
    """Return user and system time in whole clock ticks."""
    words = _words(task / "stat")
    # The name of a thread, in brackets, may hold blanks; two of the 15 fields stand before.
    at = next((at for at in reversed(range(len(words))) if words[at].endswith(")")), len(words))
    ticks = words[at + 12 : at + 14]
    if len(ticks) < 2 or not all(word.isdecimal() for word in ticks):
        return None
    return sum(map(int, ticks)) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def _words(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").split()
    except OSError:  # The thread has ended, or the kernel has no such file.
        return []
