"""What this process may use of the board: affinity, cpuset, cgroup quota, memory limit."""

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from resnettui.core.cpu_list import parse_cpu_list
from resnettui.machine.sysfs import read_int, read_text

_CGROUPS = "sys/fs/cgroup"
V2 = ""
"""The controller name of cgroup v2's line in /proc/self/cgroup."""
_UNLIMITED_BYTES = 1 << 60
"""cgroup v1 writes "no limit" as the largest multiple of a page in 63 bits."""


@dataclass(frozen=True)
class Limits:
    """How much of the machine this process may use."""

    online: tuple[int, ...]
    """The ids of the cores that are switched on."""
    usable: tuple[int, ...]
    """Those of them that affinity and cpuset allow; never empty."""
    quota_cores: float | None
    """The smallest CPU quota of the cgroup and its parents, in cores; None without one."""
    memory_bytes: int | None
    """The smaller of the board's memory and the cgroup's limit."""
    affinity: tuple[int, ...] = ()
    """The ids of the cores that affinity allows, offline ones among them."""
    cpuset: tuple[int, ...] = ()
    """The smallest set of cores of the cgroup and its parents; () without one."""
    memory_limit_bytes: int | None = None
    """The cgroup's limit; None without one."""

    @property
    def cores_allowed(self) -> int:
        """How many cores can be kept busy: usable ones, cut to the quota's whole cores, min. 1."""
        cores = len(self.usable)
        return max(1, cores if self.quota_cores is None else min(cores, int(self.quota_cores)))


def read_limits(root: Path = Path("/")) -> Limits:
    """Read the limits of this process from procfs, sysfs and cgroups (v1, v2) below `root`.

    Without procfs (macOS) the answers are the operating system's own, through os.
    """
    cgroups = memberships(root)
    affinity = _affinity(root)
    cpusets = _cpusets(root, cgroups)
    online = parse_cpu_list(read_text(root / "sys/devices/system/cpu/online")) or affinity
    return Limits(
        online=online,
        usable=_usable(online, affinity, cpusets),
        quota_cores=min(_quotas(root, cgroups), default=None),
        memory_bytes=_smallest([_board_memory(root), *_memory_limits(root, cgroups)]),
        affinity=affinity,
        cpuset=min(cpusets, key=len, default=()),
        memory_limit_bytes=_smallest(_memory_limits(root, cgroups)),
    )


def _affinity(root: Path) -> tuple[int, ...]:
    for line in (read_text(root / "proc/self/status") or "").splitlines():
        name, _, value = line.partition(":")
        if name == "Cpus_allowed_list" and (cores := parse_cpu_list(value)):
            return cores
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def _usable(
    online: tuple[int, ...], affinity: tuple[int, ...], cpusets: Iterable[tuple[int, ...]]
) -> tuple[int, ...]:
    """Intersect them; a set that contradicts the ones before it is nonsense and left out."""
    usable = set(online)
    for allowed in (affinity, *cpusets):
        usable = usable.intersection(allowed) or usable
    return tuple(sorted(usable))


def memberships(root: Path) -> dict[str, tuple[str, str]]:
    """Map a controller ("" is v2) to its hierarchy's folder name and to our path in it."""
    found = {}
    for line in (read_text(root / "proc/self/cgroup") or "").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for controller in controllers.split(","):
            found[controller] = (controllers, path)
    return found


def cgroup_folders(root: Path, cgroups: dict[str, tuple[str, str]], controller: str) -> list[Path]:
    """Return our cgroup's folder and all its parents, for each place where it may be mounted.

    In a container our path may not exist below the mount, whose top then is our own cgroup:
    the top is always among the parents.
    """
    hierarchy, path = cgroups.get(controller, (controller, "/"))
    names = ("", "unified") if controller == V2 else dict.fromkeys((hierarchy, controller))
    parts = [part for part in path.split("/") if part not in ("", "..")]
    return [
        (root / _CGROUPS / name).joinpath(*parts[:depth])
        for name in names
        for depth in range(len(parts), -1, -1)
    ]


def _cpusets(root: Path, cgroups: dict[str, tuple[str, str]]) -> list[tuple[int, ...]]:
    files = [folder / "cpuset.cpus.effective" for folder in cgroup_folders(root, cgroups, V2)]
    files += [
        folder / name
        for folder in cgroup_folders(root, cgroups, "cpuset")
        for name in ("cpuset.cpus", "cpuset.effective_cpus")
    ]
    return [cores for file in files if (cores := parse_cpu_list(read_text(file)))]


def _quotas(root: Path, cgroups: dict[str, tuple[str, str]]) -> list[float]:
    texts = [read_text(folder / "cpu.max") or "" for folder in cgroup_folders(root, cgroups, V2)]
    for folder in cgroup_folders(root, cgroups, "cpu"):
        quota = read_text(folder / "cpu.cfs_quota_us") or ""
        texts.append(f"{quota} {read_text(folder / 'cpu.cfs_period_us') or ''}")
    return [cores for text in texts if (cores := _cores(text)) is not None]


def _cores(text: str) -> float | None:
    """Return the cores' worth of "quota period" in us; None for "max", -1 and nonsense."""
    try:
        quota, period = (float(word) for word in text.split())
    except ValueError:
        return None
    cores = quota / period if period > 0 else 0.0
    return cores if cores > 0 and math.isfinite(cores) else None


def _memory_limits(root: Path, cgroups: dict[str, tuple[str, str]]) -> list[int | None]:
    files = [folder / "memory.max" for folder in cgroup_folders(root, cgroups, V2)]
    files += [
        folder / "memory.limit_in_bytes" for folder in cgroup_folders(root, cgroups, "memory")
    ]
    return [read_int(file) for file in files]


def _smallest(sizes: Iterable[int | None]) -> int | None:
    return min((s for s in sizes if s is not None and 0 < s < _UNLIMITED_BYTES), default=None)


def _board_memory(root: Path) -> int | None:
    text = read_text(root / "proc/meminfo")
    if text is None:
        return _memory_without_procfs()
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["MemTotal:"] and len(words) > 1 and words[1].isdecimal():
            return int(words[1]) * 1024
    return None


def _memory_without_procfs() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):  # This system does not know the names.
        return None
