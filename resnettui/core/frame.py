"""A frame of the live screen: a snapshot with the figures that are drawn of it."""

from dataclasses import dataclass, field

from resnettui.core.comparison import Comparison, compare_results
from resnettui.core.live import Snapshot
from resnettui.core.outcome import outcome_of
from resnettui.core.scaling import ScalingRow, scaling_rows
from resnettui.core.stats import Summary
from resnettui.core.sweep import SweepView
from resnettui.core.trial import TrialResult


@dataclass(frozen=True)
class Frame:
    """A snapshot with its figures, derived once for all that draw it."""

    snapshot: Snapshot
    result: TrialResult | None
    summary: Summary | None
    scaling: tuple[ScalingRow, ...]
    comparison: Comparison | None = None
    """The current configuration against the baseline, where that is another."""
    paused: bool = False
    selected: str = ""
    """The axis that the arrow keys change."""
    sweep: SweepView = field(default_factory=SweepView)


def frame_of(snapshot: Snapshot, selected: str = "", before: Frame | None = None) -> Frame:
    """Derive the figures of a snapshot; `before` is the frame before it, to take over from."""
    result = snapshot.result()
    current = {result.trial: result} if result else {}
    return Frame(
        snapshot=snapshot,
        result=result,
        summary=result.summary if result else None,
        scaling=scaling_rows(map(outcome_of, {**snapshot.results, **current}.values())),
        comparison=_comparison(snapshot, result, before),
        selected=selected,
    )


def _comparison(
    snapshot: Snapshot, result: TrialResult | None, before: Frame | None
) -> Comparison | None:
    """Compare with the baseline, or take the comparison over where neither sample changed."""
    baseline = snapshot.baseline
    if baseline is None or result is None or baseline.trial == result.trial:
        return None
    if before is not None and (
        before.snapshot.latencies_ns is snapshot.latencies_ns
        and before.snapshot.baseline is baseline
    ):
        return before.comparison
    return compare_results(baseline, result)
