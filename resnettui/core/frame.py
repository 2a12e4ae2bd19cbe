"""A frame of the live screen: a snapshot with the figures that are drawn of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resnettui.core.comparison import Comparison, compare_results
from resnettui.core.live import Snapshot
from resnettui.core.outcome import outcome_of
from resnettui.core.scaling import ScalingRow, renewed, scaling_rows
from resnettui.core.stats import Summary
from resnettui.core.sweep import SweepView
from resnettui.core.trial import TrialResult

if TYPE_CHECKING:
    from resnettui.core.finding import Finding
    from resnettui.core.op_view import OpView
    from resnettui.core.replay import ReplayView


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
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action -> what its key is called, where the user gave it another."""
    sweep: SweepView = field(default_factory=SweepView)
    operators: "OpView | None" = None
    """What the screen of operators shows; None before it was opened."""
    replay: "ReplayView | None" = None
    """How far the recording is that is shown; None where something is measured."""
    findings: "tuple[Finding, ...]" = ()
    """What triage found on this machine, worst first; () before the board was looked at."""
    grave: int = 0
    """Those of them that are more than a note."""


def frame_of(snapshot: Snapshot, selected: str = "", before: Frame | None = None) -> Frame:
    """Derive the figures of a snapshot; `before` is the frame before it, to take over from."""
    result = snapshot.result()
    findings, grave = _findings(snapshot, before)
    return Frame(
        snapshot=snapshot,
        result=result,
        summary=result.summary if result else None,
        scaling=_scaling(snapshot, result, before),
        comparison=_comparison(snapshot, result, before),
        selected=selected,
        findings=findings,
        grave=grave,
    )


def _scaling(
    snapshot: Snapshot, result: TrialResult | None, before: Frame | None
) -> tuple[ScalingRow, ...]:
    """Return a row for every configuration; of those visited before, most stay as they are."""
    outcome = outcome_of(result) if result else None
    if before is not None and _has_same_rows(before, snapshot, result):
        return renewed(before.scaling, outcome) if outcome else before.scaling
    current = {outcome.trial: outcome} if outcome else {}
    return scaling_rows({**snapshot.outcomes, **current}.values())


def _has_same_rows(frame: Frame, snapshot: Snapshot, result: TrialResult | None) -> bool:
    """Tell whether the rows of a frame are of the configurations that a snapshot has."""
    trials = [one and one.trial for one in (frame.result, result)]
    return frame.snapshot.outcomes is snapshot.outcomes and trials[0] == trials[1]


def _findings(snapshot: Snapshot, before: Frame | None) -> "tuple[tuple[Finding, ...], int]":
    """Return the findings and how many are grave, or take them over where nothing changed."""
    if snapshot.board is None:
        return (), 0
    if before is not None and _grounds(before.snapshot) == _grounds(snapshot):
        return before.findings, before.grave
    # Nothing of this is needed for the first frame.
    from resnettui.core.torch_findings import no_torch
    from resnettui.core.triage import findings_of, grave

    failure = snapshot.failure if snapshot.build is None else None
    missing = no_torch(failure.reason, failure.hint) if failure else None
    findings = findings_of(snapshot.board, snapshot.machine, snapshot.build, missing)
    return findings, grave(findings)


def _grounds(snapshot: Snapshot) -> tuple[object, ...]:
    """Return what findings depend on."""
    failure = snapshot.failure if snapshot.build is None else None
    return snapshot.board, snapshot.machine, snapshot.build, failure


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
