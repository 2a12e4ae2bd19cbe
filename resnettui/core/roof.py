"""The roof of a machine: the fastest that it was seen to compute, and to move memory.

Roofline model: Williams, Waterman and Patterson, CACM 52(4), 2009. A roof is the best that was
measured here, never a data sheet's figure: what is above it shows that the roof was measured too
low, and is not cut off.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from resnettui.core.isa import emulates
from resnettui.core.kernels import NO_EFFECT
from resnettui.core.trial import Trial

if TYPE_CHECKING:
    from resnettui.core.board import Cache

MEMORY = "memory"
"""The kind of a peak that is bytes per second; the others are the precisions of Trial."""

BEYOND_CACHE = 4
"""Each of the three arrays that bandwidth is measured on is as large as so many of all last-level
caches together, as STREAM's rules ask for (McCalpin, 1995)."""

CACHE_BYTES = 16 << 20
"""The last-level caches of a machine that does not tell them: more than boards have."""

MEMORY_SHARE = 1 / 8
"""Each array takes at most this share of the memory that is free."""

LARGEST_ARRAY_BYTES = 2 << 30
ARRAY_BYTES = BEYOND_CACHE * CACHE_BYTES
"""An array of a machine that tells nothing."""


@dataclass(frozen=True)
class Peak:
    """The fastest of several kernels that do one kind of work on a number of threads."""

    kind: str
    """A precision of Trial (operations of a multiply and add count as two), or MEMORY."""
    threads: int
    per_s: float
    """FLOP/s (for int8 integer operations a second), or bytes/s read and written."""
    by: str
    """The kernel that reached it, e.g. "convolution 256x28x28 3x3" or "triad"."""


@dataclass(frozen=True)
class Roof:
    """The two peaks that hold for one configuration."""

    compute: Peak
    memory: Peak

    @property
    def ridge(self) -> float:
        """The arithmetic intensity, in FLOP per byte, above which computing binds."""
        return self.compute.per_s / self.memory.per_s

    def compute_ns(self, flop: float) -> float:
        """Return the least time to compute so much."""
        return 1e9 * flop / self.compute.per_s

    def memory_ns(self, moved_bytes: float) -> float:
        """Return the least time to move so much."""
        return 1e9 * moved_bytes / self.memory.per_s


def peak_of(peaks: Iterable[Peak], kind: str, threads: int) -> Peak | None:
    """Return the highest peak of a kind on so many threads; None where none was measured."""
    found = (peak for peak in peaks if (peak.kind, peak.threads) == (kind, threads))
    return max(found, key=lambda peak: peak.per_s, default=None)


def kinds_of(trial: Trial) -> tuple[str, ...]:
    """Return the kinds of the peaks that may hold for a configuration.

    Of a math mode also that of the tensors' own precision, in which it may turn out to compute.
    """
    return tuple(dict.fromkeys((trial.arithmetic, trial.precision, MEMORY)))


def roofs_of(trials: Iterable[Trial]) -> dict[int, tuple[str, ...]]:
    """Return threads -> the kinds of peaks that these configurations need, fewest threads first."""
    wanted: dict[int, dict[str, None]] = {}
    for trial in trials:
        wanted.setdefault(trial.cores, {}).update(dict.fromkeys(kinds_of(trial)))
    return {threads: tuple(wanted[threads]) for threads in sorted(wanted)}


def missing_kinds(
    peaks: Iterable[Peak], threads: int, kinds: Iterable[str], isa: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the kinds of which no peak on so many threads is known, and one can be had.

    A precision that these instruction sets emulate has no peak of its own, and could take minutes.
    """
    known = {peak.kind for peak in peaks if peak.threads == threads}
    return tuple(kind for kind in kinds if kind not in known and not emulates(kind, isa))


def array_bytes(caches: Sequence["Cache"], free_bytes: int | None) -> int:
    """Return the size of an array that bandwidth is measured on, from what a board tells.

    It is well beyond the caches, and leaves most of the free memory alone.
    """
    last = max((cache.level for cache in caches), default=0)
    cached = sum(cache.size_bytes * len(cache.shared) for cache in caches if cache.level == last)
    room = LARGEST_ARRAY_BYTES if free_bytes is None else int(free_bytes * MEMORY_SHARE)
    return min(BEYOND_CACHE * (cached or CACHE_BYTES), room, LARGEST_ARRAY_BYTES)


def roof_of(peaks: Iterable[Peak], trial: Trial, *, in_mode: bool = True) -> Roof | None:
    """Return the roof of a configuration, on its threads x processes; None where one is missing.

    A math mode computes under the roof of its own precision, where it has an effect.
    """
    known, kinds = tuple(peaks), (trial.arithmetic if in_mode else trial.precision, MEMORY)
    compute, memory = (peak_of(known, kind, trial.cores) for kind in kinds)
    return Roof(compute, memory) if compute and memory else None


class Worked(Protocol):
    """What was measured, and what it did: a TrialResult or an Outcome."""

    @property
    def trial(self) -> Trial:
        """The configuration."""

    @property
    def flags(self) -> Mapping[str, str]:
        """Among them NO_EFFECT, where its math mode had none."""

    @property
    def flop(self) -> int | None:
        """Operations of one pass."""

    @property
    def moved_bytes(self) -> int | None:
        """The least that one pass must move."""

    @property
    def passes_per_s(self) -> float:
        """Of all processes together."""


@dataclass(frozen=True)
class Reached:
    """How near its roof a configuration came, over the whole of its sample."""

    roof: Roof
    flop_per_s: float
    moved_bytes_per_s: float
    """By the least that it must move."""

    @property
    def compute_share(self) -> float:
        """The share of the compute roof; over 1 where that was measured too low."""
        return self.flop_per_s / self.roof.compute.per_s

    @property
    def memory_share(self) -> float:
        """The share of the memory roof; over 1 also where caches keep what was to be moved."""
        return self.moved_bytes_per_s / self.roof.memory.per_s


def reached(worked: Worked, peaks: Iterable[Peak]) -> Reached | None:
    """Return how near its roof a result came; None where its work or its roof is not known."""
    roof = roof_of(peaks, worked.trial, in_mode=NO_EFFECT not in worked.flags)
    if roof is None or not worked.flop or not worked.moved_bytes:
        return None
    per_s = worked.passes_per_s
    return Reached(roof, worked.flop * per_s, worked.moved_bytes * per_s)
