"""An Outcome is what the tables need of one trial, wherever it comes from.

A trial that runs now, one of the history, and a published row without raw latencies give the same
Outcome, so that they stand in the same tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from resnettui.core.trial import RANDOM, SYNTHETIC, Check, Trial, TrialResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """One configuration on one platform, in figures."""

    trial: Trial
    latency_ns: float
    """Median of one pass of one batch."""
    throughput_img_s: float
    """Of all processes together."""
    platform: str = ""
    """The machine's name; results are compared across platforms and scaled within one."""
    passes: int = 0
    """0 where only figures were published."""
    spread: float | None = None
    """Interquartile range as a share of the median."""
    ops: tuple[int, int] | None = None
    """Standalone operators of one pass, unfused and in this variant: 160 and 41."""
    check: Check | None = None
    memory_bytes: int | None = None
    """Resident memory of the largest process."""
    flags: Mapping[str, str] = field(default_factory=dict)
    weights: str = RANDOM
    """Random, imagenet, or the name of a file; "" where a publication does not state them."""
    input: str = SYNTHETIC
    """SYNTHETIC or IMAGES."""
    flop: int | None = None
    """Operations of one pass of one process."""
    moved_bytes: int | None = None
    """The least that one pass of one process must move."""

    @property
    def passes_per_s(self) -> float:
        """Of all processes together."""
        return self.throughput_img_s / self.trial.batch_size

    def stands_beside(self, other: "Outcome") -> bool:
        """Tell whether both have the same weights and input, as far as they state them."""
        stated = self.weights and other.weights
        return not stated or (self.weights, self.input) == (other.weights, other.input)


def outcome_of(result: TrialResult, platform: str = "") -> Outcome:
    """Return the figures of a result."""
    sizes = [m.memory_bytes for m in result.members if m.memory_bytes is not None]
    return Outcome(
        trial=result.trial,
        latency_ns=result.summary.p50,
        throughput_img_s=result.throughput_img_s,
        platform=platform,
        passes=result.passes,
        spread=result.summary.spread,
        ops=(result.unfused.standalone, result.ops.standalone),
        check=result.check,
        memory_bytes=max(sizes, default=None),
        flags=result.flags,
        weights=result.input.weights,
        input=result.input.kind,
        flop=result.flop,
        moved_bytes=result.moved_bytes,
    )
