"""What else runs on the machine: two looks at the kernel's tables of CPU time, and what is between.

A captured tree holds the second look in a folder of its own.
"""

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from resnettui.core.board import Load, Program
from resnettui.machine.sysfs import exists, find, is_this_machine, noted_below, read_text

LATER = "later"
"""The folder of a captured tree that holds the second look."""
_LATER_STAT = re.compile(rf"{LATER}/proc/(\d+)/stat")
LOOK_S = 0.5
"""Between the looks. The kernel counts in ticks of 10 ms: one of them is 2 % of a core."""
MOST_PROGRAMS = 5
_LEAST_CORES = 0.02
"""A program that used less was seen for one tick."""


@dataclass(frozen=True)
class _Task:
    name: str
    parent: int
    ticks: int


@dataclass(frozen=True)
class _Look:
    """One look: ticks of all cores together since boot, and of each program."""

    cores: int
    busy: int
    stolen: int
    total: int
    tasks: Mapping[int, _Task]


def read_load(root: Path, sleep: Callable[[float], None] = time.sleep) -> Load:
    """Return what others run; it takes LOOK_S on the running system, and no time on a tree."""
    averages = _averages(read_text(root / "proc/loadavg") or "")
    before, after = _two_looks(root, sleep)
    if before is None or after is None or after.total <= before.total:
        return Load(averages)
    # Ticks that one core has made between the looks.
    ticks = (after.total - before.total) / after.cores
    used = _used(before, after)
    own = _family(_first_number(read_text(root / "proc/self/stat") or ""), after.tasks)
    ours = sum(used.get(pid, 0) for pid in own)
    programs = sorted(
        (
            Program(pid, after.tasks[pid].name, n / ticks)
            for pid, n in used.items()
            if pid not in own
        ),
        key=lambda program: -program.cores,
    )
    return Load(
        averages,
        cores=max(0.0, (after.busy - before.busy - ours) / ticks),
        programs=tuple(p for p in programs if p.cores >= _LEAST_CORES)[:MOST_PROGRAMS],
        stolen=max(0, after.stolen - before.stolen) / (after.total - before.total),
    )


def own_processes(files: Mapping[str, bytes]) -> set[int]:
    """Return the process that made a recorded look, and what it has started."""
    tasks = {}
    for name, data in files.items():
        stat = _LATER_STAT.fullmatch(name)
        if stat and (task := _task(data.decode("utf-8", "replace"))):
            tasks[int(stat[1])] = task
    said = files.get("proc/self/stat", b"").decode("utf-8", "replace")
    return _family(_first_number(said), tasks)


def _first_number(text: str) -> int | None:
    first, _, _ = text.partition(" ")
    return int(first) if first.isdecimal() else None


def _two_looks(root: Path, sleep: Callable[[float], None]) -> tuple[_Look | None, _Look | None]:
    before = _look(root)
    if exists(root / LATER):
        return before, _look(root / LATER)
    if before is None or not is_this_machine(root):
        return before, None
    sleep(LOOK_S)
    with noted_below(LATER):
        return before, _look(root)


def _look(root: Path) -> _Look | None:
    """Read user, nice, system, idle, iowait, irq, softirq and steal of all cores, and programs."""
    text = (read_text(root / "proc/stat") or "").partition("\nintr")[0]
    lines = [line.split() for line in text.splitlines()]
    cores = sum(words[0] != "cpu" and words[0].startswith("cpu") for words in lines if words)
    words = next((words[1:9] for words in lines if words[:1] == ["cpu"]), [])
    if not cores or len(words) < 5 or not all(word.isdecimal() for word in words):
        return None
    counts = [int(word) for word in words]
    stolen = counts[7] if len(counts) > 7 else 0
    busy = sum(counts) - sum(counts[3:5]) - stolen
    return _Look(cores, busy, stolen, sum(counts), _tasks(root))


def _tasks(root: Path) -> dict[int, _Task]:
    found = {}
    for folder in find(root / "proc", "[0-9]*"):
        if folder.name.isdecimal() and (task := _task(read_text(folder / "stat") or "")):
            found[int(folder.name)] = task
    return found


def _task(text: str) -> _Task | None:
    """Read "pid (name) state ppid ... utime stime ..."; the name may hold blanks and brackets."""
    head, _, tail = text.rpartition(")")
    words = tail.split()
    if len(words) < 13 or not all(words[at].isdecimal() for at in (1, 11, 12)):
        return None
    return _Task(head.partition("(")[2], int(words[1]), int(words[11]) + int(words[12]))


def _used(before: _Look, after: _Look) -> dict[int, int]:
    """Return the ticks that each program took; one that has come since took all of its own."""
    return {
        pid: max(0, task.ticks - (before.tasks[pid].ticks if pid in before.tasks else 0))
        for pid, task in after.tasks.items()
    }


def _family(pid: int | None, tasks: Mapping[int, _Task]) -> set[int]:
    """Return a process and what it has started: workers are no other load."""
    family = set() if pid is None else {pid}
    while grown := {p for p, task in tasks.items() if task.parent in family} - family:
        family |= grown
    return family


def _averages(text: str) -> tuple[float, ...]:
    try:
        told = tuple(float(word) for word in text.split()[:3])
    except ValueError:
        return ()
    return told if all(math.isfinite(average) for average in told) else ()
