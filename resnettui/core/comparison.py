"""Comparing two configurations: the ratio of their medians, how well it is known, and a verdict."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from resnettui.core.intervals import Interval, median_interval
from resnettui.core.stats import median
from resnettui.core.trial import Trial, TrialResult

EQUIVALENCE = 0.02
"""Differences up to this share are none: cores, memory and layout of a process move that much."""


class Verdict(Enum):
    """What a comparison says of the second configuration against the first."""

    FASTER = "faster"
    SLOWER = "slower"
    SAME = "no difference"
    UNDECIDED = "not decided"


@dataclass(frozen=True)
class Comparison:
    """The second configuration against the first, by the time for one image.

    Where both have the same batch size and processes, that is the ratio of their latencies.
    """

    ratio: float
    """Time of the second over time of the first: above 1 the second is slower."""
    interval: Interval | None
    """Holds the ratio with 95 % confidence; None where too little was measured to tell."""
    pairs: int = 0
    """Pairs of interleaved blocks; 0 where the two were not measured in turns."""

    @property
    def interleaved(self) -> bool:
        """Both were measured in turns; otherwise a drift between them is not excluded."""
        return self.pairs > 0

    @property
    def verdict(self) -> Verdict:
        """A difference only where the whole interval leaves EQUIVALENCE, none where it is inside.

        The bounds are 1.02 and 1 / 1.02, so that exchanging the two exchanges the verdict.
        """
        if self.interval is None:
            return Verdict.UNDECIDED
        low, high = self.interval
        bound = 1 + EQUIVALENCE
        if low > bound:
            return Verdict.SLOWER
        if high < 1 / bound:
            return Verdict.FASTER
        return Verdict.SAME if low >= 1 / bound and high <= bound else Verdict.UNDECIDED

    def slower_by(self, share: float) -> bool:
        """Tell whether the second is slower by more than a share: the whole interval says so."""
        return self.interval is not None and self.interval[0] > 1 + share


def images(trial: Trial) -> int:
    """Return how many images are under way at once: batch size x processes."""
    return trial.batch_size * trial.processes


def compare_blocks(
    pairs: Sequence[tuple[Sequence[float], Sequence[float]]], scale: float = 1.0
) -> Comparison:
    """Compare two configurations measured in turns: latencies of pairs of neighbouring blocks.

    The ratio is the median of the pairs' ratios of block medians; drift and outliers hit both
    sides of a pair alike, and ABBA order gives the drift within pairs alternating signs. The
    interval is that of a median from order statistics, exact for independent pairs and free of
    resampling: a percentile bootstrap of a median draws its bounds from the same order statistics,
    and with few pairs draws them too near. `scale` is images of the first over images of the
    second. Raises ValueError where there is no pair.
    """
    ratios = sorted(scale * median(second) / median(first) for first, second in pairs)
    if not ratios:
        raise ValueError("no pair of blocks was measured")
    return Comparison(median(ratios), median_interval(ratios), len(ratios))


def compare_results(first: TrialResult, second: TrialResult) -> Comparison:
    """Compare two results that were measured one after the other, or on two machines.

    The interval combines those of both medians on a logarithmic scale (Zou and Donner's variance
    estimates recovery, 2008). It knows the spread within each sample, and nothing of what changed
    between them.
    """
    scale = images(first.trial) / images(second.trial)
    ratio = scale * second.summary.p50 / first.summary.p50
    one, other = first.median_interval, second.median_interval
    if one is None or other is None:
        return Comparison(ratio, None)
    below_one, above_one = _reaches(one, first.summary.p50)
    below_other, above_other = _reaches(other, second.summary.p50)
    low = ratio * math.exp(-math.hypot(below_other, above_one))
    high = ratio * math.exp(math.hypot(above_other, below_one))
    return Comparison(ratio, (low, high))


def _reaches(interval: Interval, middle: float) -> tuple[float, float]:
    """Return how far an interval reaches below and above its middle, in logarithms."""
    return math.log(middle / interval[0]), math.log(interval[1] / middle)
