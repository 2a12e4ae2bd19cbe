"""The roof of this machine: the fastest repetition of the fastest kernel for each kind of work.

Every kernel is looked at briefly, then the time is spent on the best: seconds for each kind.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nlargest
from itertools import count

import torch

from resnettui.core.roof import ARRAY_BYTES, MEMORY, Peak
from resnettui.core.trial import STRICT
from resnettui.worker.bandwidth import bandwidth_peak
from resnettui.worker.math_mode import math_mode
from resnettui.worker.peak_kernels import Kernel, Recipe, recipes
from resnettui.worker.repeat import Clock, fastest_ns
from resnettui.worker.variants import Progress

LOOK_NS, LOOK_RUNS = 60_000_000, 2
"""Each kernel is looked at for so long, and so many repetitions at least."""

FINAL_NS, FINAL_RUNS = 300_000_000, 5
"""The time and repetitions of each of the best."""

FINALISTS = 4

LARGER_BATCH = 4
"""On one thread the best kernels are tried with so many images, too; else with one a thread."""

SLOW_FACTOR = 8
"""A library whose first kernel is slower than another's by this factor is not tried further: it
is a reference loop, or far from the peak. Noise alone is never that much."""


@dataclass(frozen=True)
class Tried:
    """A kernel, and the operations a second that it reached."""

    recipe: Recipe
    kernel: Kernel
    per_s: float


def find_peaks(
    kinds: Sequence[str], threads: int, progress: Progress, array_bytes: int = ARRAY_BYTES
) -> tuple[Peak, ...]:
    """Return the peaks of precisions and of MEMORY, on arrays of that size, on so many threads.

    A precision that does not run here has none.
    """
    torch.set_num_threads(threads)
    # What oneDNN may do to fp32 by default is no peak of fp32.
    with torch.inference_mode(), math_mode(STRICT):
        found = [_peak_of(kind, threads, progress, array_bytes) for kind in kinds]
    return tuple(peak for peak in found if peak is not None)


def _peak_of(kind: str, threads: int, progress: Progress, array_bytes: int) -> Peak | None:
    told = partial(progress, f"finding the peak of {kind}")
    if kind == MEMORY:
        return bandwidth_peak(threads, told, array_bytes)
    if kind == "bf16" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return None  # oneDNN has no kernels for it here, and others can take minutes.
    return compute_peak(kind, threads, told, recipes(kind))


def compute_peak(
    kind: str,
    threads: int,
    progress: Callable[[int, int], None],
    libraries: Sequence[Sequence[Recipe]],
    clock: Clock = time.perf_counter_ns,
) -> Peak | None:
    """Return the best of what the recipes of some libraries make; None where none runs."""
    candidates = worthwhile(libraries, clock)
    steps, total = count(), len(candidates) + 2 * FINALISTS

    def looked(some: Iterable[Recipe], batch: int) -> list[Tried]:
        found = []
        for recipe in some:
            progress(next(steps), total)
            found.append(tried(recipe, batch, clock))
        return [one for one in found if one is not None]

    seen = looked(candidates, 1)
    batch = threads if threads > 1 else LARGER_BATCH
    seen += looked([one.recipe for one in _best(seen)], batch)
    for one in _best(seen):
        progress(next(steps), total)
        per_s = reached(one.kernel, FINAL_NS, FINAL_RUNS, clock)
        seen.append(Tried(one.recipe, one.kernel, per_s))
    if not seen:
        return None
    highest = max(seen, key=_per_s)
    return Peak(kind, threads, highest.per_s, highest.kernel.name)


def worthwhile(libraries: Sequence[Sequence[Recipe]], clock: Clock) -> list[Recipe]:
    """Return the recipes of the libraries that run, without those that are reference loops."""
    firsts = [(library, tried(library[0], 1, clock)) for library in libraries]
    running = [(library, first.per_s) for library, first in firsts if first is not None]
    fastest = max((per_s for _, per_s in running), default=0.0)
    return [
        recipe for library, per_s in running if per_s * SLOW_FACTOR >= fastest for recipe in library
    ]


def tried(recipe: Recipe, batch: int, clock: Clock) -> Tried | None:
    """Make a kernel and look at it; None where torch or the processor refuses it."""
    try:
        kernel = recipe(batch)
        return Tried(recipe, kernel, reached(kernel, LOOK_NS, LOOK_RUNS, clock))
    except RuntimeError:
        return None


def reached(kernel: Kernel, budget_ns: int, runs: int, clock: Clock) -> float:
    """Return the operations a second of a kernel's fastest run."""
    return kernel.operations * 1e9 / fastest_ns(kernel.run, budget_ns, runs, clock)


def _best(seen: Iterable[Tried]) -> list[Tried]:
    return nlargest(FINALISTS, seen, key=_per_s)


def _per_s(one: Tried) -> float:
    return one.per_s
