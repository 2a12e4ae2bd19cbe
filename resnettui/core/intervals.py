"""How well a median is known: its confidence interval from the order statistics of a sample."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

Interval = tuple[float, float]

EXACT_BELOW = 200
"""Up to this n the binomial is summed; above it the normal curve differs by less than a rank."""

BATCHES = 10
"""Runs of consecutive passes that a sample is cut into, to see how much the passes hang together.

Fewer would make every interval wider, more would miss slow changes. Simulated in
tests/core/test_intervals.py.
"""

LEAST_PASSES = 2 * BATCHES
"""Below it an interval of consecutive passes is None."""


def median_interval(ordered_ns: Sequence[float], confidence: float = 0.95) -> Interval | None:
    """Return the distribution-free interval of the median of an ascending, independent sample.

    The r-th smallest and r-th largest value enclose the median with probability
    1 - 2 P(Bin(n, 1/2) < r) (Conover, Practical Nonparametric Statistics, 3.2); r is the largest
    that reaches `confidence`. None while n is too small for any: below 6 at 95 %.

    Consecutive passes are not independent, and this interval is then too narrow: with a lag-1
    autocorrelation of 0.6 it holds the median in 75 % of the cases instead of 95 %, with 0.9 in
    42 %. `interval_of_passes` is for those.
    """
    return _enclosed(ordered_ns, _rank(len(ordered_ns), confidence))


def interval_of_passes(
    latencies_ns: Sequence[int], ordered_ns: Sequence[int], confidence: float = 0.95
) -> Interval | None:
    """Return the interval of the median of consecutive passes, which may hang together.

    `ordered_ns` are the same latencies, ascending. The ranks of `median_interval` are moved apart
    by the root of the factor by which the share of passes above the median varies more, from one
    BATCHES-th of the sample to the next, than it would if the passes were independent (the method
    of batch means, applied to the quantile's indicator; Student's t with BATCHES - 1 degrees of
    freedom). Independent passes give almost the interval of `median_interval`.

    Simulated, it holds the median in 94 to 98 % of the cases up to a lag-1 autocorrelation of 0.6
    from 100 passes on, and up to 0.9 from 1000 on; with 0.9 and 100 passes in 86 %. A drift makes
    it wide. None below LEAST_PASSES, and where even the extremes are no bound.
    """
    n = len(latencies_ns)
    if n < LEAST_PASSES:
        return None
    inflation = _inflation(latencies_ns, ordered_ns)
    if inflation <= 1:
        return median_interval(ordered_ns, confidence)
    reach = student(BATCHES - 1, confidence) * math.sqrt(n * inflation) / 2
    return _enclosed(ordered_ns, math.floor((n + 1) / 2 - reach))


def relative_width(interval: Interval) -> float:
    """Return the width of an interval as a share of its middle."""
    low, high = interval
    return (high - low) / ((high + low) / 2)


def is_known(latencies_ns: Sequence[int], precision: float, confidence: float = 0.95) -> bool:
    """Tell whether the median of consecutive passes is known to a share, e.g. 0.01 for 1 %.

    Its interval must be that narrow for the sample and for the first four fifths of it: asked
    again and again while a sample grows, one narrow interval may be luck. Simulated, the interval
    at that moment holds the median in about 95 % of the cases while passes are independent, 90 %
    with a lag-1 autocorrelation of 0.6, and 50 to 90 % with 0.9, the fewer passes the less.
    """
    n = len(latencies_ns)
    return all(_is_narrow(latencies_ns[:end], precision, confidence) for end in (n * 4 // 5, n))


def _is_narrow(latencies_ns: Sequence[int], precision: float, confidence: float) -> bool:
    interval = interval_of_passes(latencies_ns, sorted(latencies_ns), confidence)
    return interval is not None and relative_width(interval) <= precision


def _enclosed(ordered: Sequence[float], rank: int) -> Interval | None:
    """Return the rank-th smallest and largest value; None where there is no such rank."""
    return (ordered[rank - 1], ordered[-rank]) if rank >= 1 else None


@lru_cache(maxsize=256)
def _rank(n: int, confidence: float) -> int:
    """Return the largest r with P(Bin(n, 1/2) < r) <= (1 - confidence) / 2; 0 without one."""
    if n > EXACT_BELOW:
        return math.floor((n + 1) / 2 - normal(confidence) * math.sqrt(n) / 2)
    rank, below = 0, 0
    while (below := below + math.comb(n, rank)) <= (1 - confidence) / 2 * 2**n:
        rank += 1
    return rank


def _inflation(latencies_ns: Sequence[int], ordered_ns: Sequence[int]) -> float:
    """Return how many times more the share above the median varies than if independent."""
    size = len(latencies_ns) // BATCHES
    middle = ordered_ns[len(ordered_ns) // 2]
    share = 1 - bisect_right(ordered_ns, middle) / len(ordered_ns)
    expected = share * (1 - share) / size
    if not expected:
        return 1.0
    start = len(latencies_ns) - BATCHES * size
    shares = [
        sum(x > middle for x in latencies_ns[at : at + size]) / size
        for at in range(start, len(latencies_ns), size)
    ]
    mean = sum(shares) / BATCHES
    return sum((share - mean) ** 2 for share in shares) / (BATCHES - 1) / expected


@lru_cache(maxsize=16)
def normal(confidence: float) -> float:
    """Return how many standard deviations on both sides hold this share of a normal curve."""
    # Importing it takes as long as the rest of the core.
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + confidence) / 2)


@lru_cache(maxsize=16)
def student(freedom: int, confidence: float) -> float:
    """Return the same of Student's t, to 1 % from 5 degrees on (Abramowitz and Stegun, 26.7.5)."""
    z = normal(confidence)
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
