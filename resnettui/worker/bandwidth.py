"""How fast memory can be read and written: STREAM's copy and triad (McCalpin, 1995), in torch.

Bytes are counted as STREAM does: two for each byte copied, three for each of a triad. A store
that misses the caches reads its line first (write-allocate), which counts for nothing: where
torch stores so, the memory moves 3/2 of what is counted of a copy, and 4/3 of a triad. What
operators must move is counted in the same way, so that the two can be compared.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import torch

from resnettui.core.cpu_list import parse_cpu_list
from resnettui.core.roof import MEMORY, Peak
from resnettui.worker.repeat import fastest_ns

ROOT = Path("/")

BEYOND_CACHE = 4
"""Each of the three arrays is as large as so many of all last-level caches together, as STREAM's
rules ask for."""

CACHE_BYTES = 16 << 20
"""The last-level caches of a machine that does not tell them: more than boards have."""

MEMORY_SHARE = 1 / 8
"""Each array takes at most this share of the memory that is free."""

LARGEST_BYTES = 2 << 30

BUDGET_NS, RUNS = 700_000_000, 5
"""The time of the copies, and of the triads; and repetitions at least."""

FACTOR = 3.0
"""The s of a = b + s c."""


def bandwidth_peak(
    threads: int, progress: Callable[[int, int], None], root: Path = ROOT
) -> Peak | None:
    """Return the better of copy and triad; None where there is no memory for them."""
    return max(bandwidths(threads, progress, root), key=lambda peak: peak.per_s, default=None)


def bandwidths(threads: int, progress: Callable[[int, int], None], root: Path = ROOT) -> list[Peak]:
    """Return copy and triad, in bytes/s read and written; [] where there is no memory for them."""
    numbers = array_bytes(root) // torch.float32.itemsize
    try:
        # Filled by all threads, so that on several NUMA nodes each finds its part near.
        a, b, c = (torch.full((numbers,), 1.0) for _ in range(3))
    except RuntimeError:
        return []
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "copy": (2, lambda: a.copy_(b)),
        # One pass over memory: the product is never stored.
        "triad": (3, lambda: torch.add(b, c, alpha=FACTOR, out=a)),
    }
    found = []
    for done, (name, (arrays, run)) in enumerate(runs.items()):
        progress(done, len(runs))
        moved_bytes = arrays * a.nbytes
        found.append(
            Peak(MEMORY, threads, moved_bytes * 1e9 / fastest_ns(run, BUDGET_NS, RUNS), name)
        )
    return found


def array_bytes(root: Path) -> int:
    """Return the size of an array: well beyond the caches, and within the free memory."""
    wanted = BEYOND_CACHE * (last_cache_bytes(root) or CACHE_BYTES)
    free = free_bytes(root)
    room = LARGEST_BYTES if free is None else int(free * MEMORY_SHARE)
    return max(torch.float32.itemsize, min(wanted, room, LARGEST_BYTES))


def last_cache_bytes(root: Path) -> int | None:
    """Return the size of all last-level caches together; None where sysfs tells none."""
    found: dict[int, dict[tuple[int, ...], int]] = {}
    for cache in (root / "sys/devices/system/cpu").glob("cpu[0-9]*/cache/index[0-9]*"):
        level, size = _number(_text(cache / "level")), _size(_text(cache / "size"))
        if level and size:
            shared = parse_cpu_list(_text(cache / "shared_cpu_list"))
            found.setdefault(level, {})[shared] = size
    return sum(found[max(found)].values()) if found else None


def free_bytes(root: Path) -> int | None:
    """Return the memory that is free: the board's, or what the cgroup leaves where that is less."""
    told = re.search(r"^MemAvailable:\s+(\d+) kB", _text(root / "proc/meminfo"), re.MULTILINE)
    cgroup = root / "sys/fs/cgroup"
    amounts: Iterable[int | None] = (
        int(told[1]) << 10 if told else None,
        _left(cgroup / "memory.max", cgroup / "memory.current"),
        _left(
            cgroup / "memory/memory.limit_in_bytes",
            cgroup / "memory/memory.usage_in_bytes",
        ),
    )
    return min((amount for amount in amounts if amount is not None), default=None)


def _left(limit: Path, used: Path) -> int | None:
    allowed, taken = _number(_text(limit)), _number(_text(used))
    return None if allowed is None else max(0, allowed - (taken or 0))


def _size(text: str) -> int | None:
    """Return the bytes of a size like "32768K"; None where it is none."""
    match = re.fullmatch(r"(\d+)([KMG]?)", text)
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[match[2]] if match else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
