"""What the cgroup gives to this process, how often it was used up, and the memory that is left."""

from collections.abc import Iterable
from pathlib import Path

from resnettui.core.board import Group, Memory
from resnettui.machine.limits import V2, Limits, cgroup_folders, memberships
from resnettui.machine.sysfs import LARGEST, read_int, read_text


def read_group(root: Path, limits: Limits) -> Group:
    """Return the cgroup's quota and how often it was used up; `limits` are of the same root."""
    cgroups = memberships(root)
    statistics = _used_up(_counters(folder / "cpu.stat") for folder in _cpu_folders(root, cgroups))
    v1 = "cpu" in cgroups
    version = (1 if v1 else 2) if cgroups else None
    return Group(
        version=version,
        quota_cores=limits.quota_cores,
        memory_limit_bytes=limits.memory_limit_bytes,
        periods=statistics.get("nr_periods"),
        throttled_periods=statistics.get("nr_throttled"),
        throttled_ns=_throttled_ns(statistics),
    )


def _cpu_folders(root: Path, cgroups: dict[str, tuple[str, str]]) -> list[Path]:
    return [*cgroup_folders(root, cgroups, V2), *cgroup_folders(root, cgroups, "cpu")]


def _used_up(statistics: Iterable[dict[str, int]]) -> dict[str, int]:
    """Return the counters of the group that a quota held back most often."""
    counting = [counters for counters in statistics if counters.get("nr_periods")]
    return max(counting, key=lambda counters: counters.get("nr_throttled", 0), default={})


def _throttled_ns(statistics: dict[str, int]) -> int | None:
    if "throttled_usec" in statistics:
        return statistics["throttled_usec"] * 1000
    return statistics.get("throttled_time")


def _counters(path: Path) -> dict[str, int]:
    """Return name -> number of lines such as "nr_throttled 12" or "MemTotal: 8000 kB"."""
    found = {}
    for line in (read_text(path) or "").splitlines():
        words = line.split()
        if len(words) >= 2 and words[1].isdecimal() and int(words[1]) <= LARGEST:
            found[words[0].rstrip(":")] = int(words[1])
    return found


def read_memory(root: Path, limits: Limits) -> Memory:
    """Return the board's memory, and what of it, or of the cgroup's limit, is left."""
    kib = _counters(root / "proc/meminfo")
    free = [_of_kib(kib.get("MemAvailable")), _left_of_limit(root, limits.memory_limit_bytes)]
    swap, swap_free = kib.get("SwapTotal"), kib.get("SwapFree")
    used = None if swap is None or swap_free is None else max(0, swap - swap_free)
    return Memory(
        total_bytes=_of_kib(kib.get("MemTotal")),
        available_bytes=min((size for size in free if size is not None), default=None),
        swap_bytes=_of_kib(swap),
        swap_used_bytes=_of_kib(used),
        limit_bytes=limits.memory_limit_bytes,
    )


def _of_kib(kib: int | None) -> int | None:
    return None if kib is None else kib * 1024


def _left_of_limit(root: Path, limit_bytes: int | None) -> int | None:
    """Return what the cgroup's limit leaves; what files it has cached can be dropped."""
    if limit_bytes is None:
        return None
    cgroups = memberships(root)
    names = {V2: ("memory.current", "inactive_file")}
    names |= {"memory": ("memory.usage_in_bytes", "total_inactive_file")}
    for controller, (usage, cached) in names.items():
        for folder in cgroup_folders(root, cgroups, controller):
            if (used := read_int(folder / usage)) is not None:
                dropped = _counters(folder / "memory.stat").get(cached, 0)
                return max(0, limit_bytes - max(0, used - dropped))
    return None
