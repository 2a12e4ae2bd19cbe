"""The roof of a machine: the fastest that it was seen to compute, and to move memory.

Roofline model: Williams, Waterman and Patterson, CACM 52(4), 2009. A roof is the best that was
measured here, never a data sheet's figure: what is above it shows that the roof was measured too
low, and is not cut off.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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


def roof_of(peaks: Iterable[Peak], trial: Trial) -> Roof | None:
    """Return the roof of a configuration, on its threads x processes; None where one is missing.

    A math mode computes under the roof of its own precision.
    """
    known = tuple(peaks)
    compute = peak_of(known, trial.arithmetic, trial.cores)
    memory = peak_of(known, MEMORY, trial.cores)
    return Roof(compute, memory) if compute and memory else None
