"""Statistics of latencies: percentiles and the sample they need, spread, histogram."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

PERCENTILES = (90, 95, 99)
"""The upper percentiles that are reported, each only above `samples_needed`."""


@lru_cache
def samples_needed(percentile: float, confidence: float = 0.95) -> int:
    """Return the smallest n whose maximum bounds the percentile from above with this confidence.

    The maximum of n independent samples exceeds the q-quantile with probability 1 - q**n, so
    n = ceil(log(1 - confidence) / log(q)): 29 for p90, 59 for p95, 299 for p99 at 95 %.
    """
    return math.ceil(math.log(1 - confidence) / math.log(percentile / 100))


@dataclass(frozen=True)
class Summary:
    """A sample of latencies in figures, all in ns; a percentile that n cannot carry is None."""

    n: int
    min: float
    mean: float
    p50: float
    p90: float | None
    p95: float | None
    p99: float | None
    max: float
    iqr: float

    @property
    def spread(self) -> float | None:
        """Interquartile range as a share of the median; None for one pass, which has none."""
        if self.n < 2:
            return None
        return self.iqr / self.p50 if self.p50 else 0.0

    def percentile(self, percentile: int) -> float | None:
        """Return one of PERCENTILES."""
        value: float | None = getattr(self, f"p{percentile}")
        return value


def summarise(latencies_ns: Sequence[int]) -> Summary:
    """Return the statistics of a sample; ValueError where it is empty."""
    if not latencies_ns:
        raise ValueError("no latency was measured")
    ordered = sorted(latencies_ns)
    n = len(ordered)
    tails = [quantile(ordered, p / 100) if n >= samples_needed(p) else None for p in PERCENTILES]
    return Summary(
        n=n,
        min=ordered[0],
        mean=sum(ordered) / n,
        p50=quantile(ordered, 0.5),
        p90=tails[0],
        p95=tails[1],
        p99=tails[2],
        max=ordered[-1],
        iqr=quantile(ordered, 0.75) - quantile(ordered, 0.25),
    )


def quantile(ordered: Sequence[int], q: float) -> float:
    """Return the q-quantile of an ascending sample, interpolated (Hyndman and Fan's type 7)."""
    position = q * (len(ordered) - 1)
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def median(values: Sequence[float]) -> float:
    """Return the middle of a non-empty sample in any order."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


@dataclass(frozen=True)
class Histogram:
    """Counts over equal bins from `low` to `high` (ns), and how many lie beyond `high`."""

    low: float
    high: float
    counts: tuple[int, ...]
    beyond: int

    def bin_of(self, value: float) -> int:
        """Return the bin that holds a value, the nearest one where it lies outside."""
        width = (self.high - self.low) / len(self.counts)
        return min(len(self.counts) - 1, max(0, int((value - self.low) / width)))


TAIL_SPREADS = 6.0
"""How many interquartile ranges above the third quartile a histogram reaches."""


def histogram(latencies_ns: Sequence[int], bins: int) -> Histogram:
    """Count a non-empty sample into bins, over a range that a few outliers cannot stretch.

    The range starts at the minimum and ends at the maximum, or TAIL_SPREADS interquartile ranges
    above the third quartile where the maximum lies beyond that.
    """
    ordered = sorted(latencies_ns)
    low, third = float(ordered[0]), quantile(ordered, 0.75)
    floor = low * 0.01
    reach = third + TAIL_SPREADS * max(third - quantile(ordered, 0.25), floor / TAIL_SPREADS)
    high = max(min(float(ordered[-1]), reach), low + floor)
    width = (high - low) / bins
    edges = [bisect_left(ordered, low + width * i) for i in range(1, bins)]
    inside = bisect_right(ordered, high)
    counts = [b - a for a, b in zip([0, *edges], [*edges, inside], strict=True)]
    return Histogram(low, high, tuple(counts), len(ordered) - inside)
