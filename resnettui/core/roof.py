"""The roof of a machine: the fastest that it was seen to compute, and to move memory.

Roofline model: Williams, Waterman and Patterson, CACM 52(4), 2009. A roof is the best that was
measured here, never a data sheet's figure: what is above it shows that the roof was measured too
low, and is not cut off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from resnettui.core.trial import Trial

MEMORY = "memory"
"""The kind of a peak that is bytes per second; the others are the precisions of Trial."""


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


def kinds_of(trial: Trial) -> tuple[str, str]:
    """Return the kinds of the two peaks that hold for a configuration."""
    return trial.precision, MEMORY


def roofs_of(trials: Iterable[Trial]) -> dict[int, tuple[str, ...]]:
    """Return threads -> the kinds of peaks that these configurations need, fewest threads first."""
    wanted: dict[int, dict[str, None]] = {}
    for trial in trials:
        wanted.setdefault(trial.cores, {}).update(dict.fromkeys(kinds_of(trial)))
    return {threads: tuple(wanted[threads]) for threads in sorted(wanted)}


def missing_kinds(peaks: Iterable[Peak], threads: int, kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of which no peak on so many threads is known."""
    known = {peak.kind for peak in peaks if peak.threads == threads}
    return tuple(kind for kind in kinds if kind not in known)


def roof_of(peaks: Iterable[Peak], trial: Trial) -> Roof | None:
    """Return the roof of a configuration, on its threads x processes; None where one is missing."""
    known = tuple(peaks)
    compute, memory = (peak_of(known, kind, trial.cores) for kind in kinds_of(trial))
    return Roof(compute, memory) if compute and memory else None


class Worked(Protocol):
    """What was measured, and what it did: a TrialResult or an Outcome."""

    @property
    def trial(self) -> Trial:
        """The configuration."""

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
    roof = roof_of(peaks, worked.trial)
    if roof is None or worked.flop is None or worked.moved_bytes is None:
        return None
    per_s = worked.passes_per_s
    return Reached(roof, worked.flop * per_s, worked.moved_bytes * per_s)
