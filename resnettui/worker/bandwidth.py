"""How fast memory can be read and written: STREAM's copy and triad (McCalpin, 1995), in torch.

Bytes are counted as STREAM does: two for each byte copied, three for each of a triad. A store
that misses the caches reads its line first (write-allocate), which counts for nothing: where
torch stores so, the memory moves 3/2 of what is counted of a copy, and 4/3 of a triad. What
operators must move is counted in the same way, so that the two can be compared.
"""

from collections.abc import Callable

import torch

from resnettui.core.roof import MEMORY, Peak
from resnettui.worker.repeat import fastest_ns

BUDGET_NS, RUNS = 700_000_000, 5
"""The time of the copies, and of the triads; and repetitions at least."""

FACTOR = 3.0
"""The s of a = b + s c."""


def bandwidth_peak(
    threads: int, progress: Callable[[int, int], None], array_bytes: int
) -> Peak | None:
    """Return the better of copy and triad; None where there is no memory for them."""
    return max(
        bandwidths(threads, progress, array_bytes), key=lambda peak: peak.per_s, default=None
    )


def bandwidths(threads: int, progress: Callable[[int, int], None], array_bytes: int) -> list[Peak]:
    """Return copy and triad, in bytes/s read and written; [] where there is no memory for them."""
    numbers = max(1, array_bytes // torch.float32.itemsize)
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
