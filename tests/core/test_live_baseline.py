from dataclasses import replace

import pytest
from core_samples import MS, folded, samples, whole_run

from resnettui.core import frame as framing
from resnettui.core.comparison import Comparison, Verdict
from resnettui.core.frame import frame_of
from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import Chosen, Kept, Reset
from resnettui.core.trial import Trial, TrialResult

ONE = Trial(threads=1)
TWO = replace(ONE, threads=2)


def measuring(run_id: int, trial: Trial, ms: float, before: Snapshot | None = None) -> Snapshot:
    """Return the state in the middle of a sample of 50 passes."""
    latencies = range(round(ms * MS), round(ms * MS) + 50)
    return folded(whole_run(run_id, trial, latencies)[:-1], before)


def test_the_baseline_is_the_result_as_it_stood() -> None:
    kept = fold(measuring(1, ONE, 10.0), Kept())
    later = fold(kept, samples(1, [20 * MS] * 1000))
    assert later.baseline is not None
    assert later.baseline.latencies_ns == kept.latencies_ns
    assert later.passes == 1050


def test_another_configuration_is_compared_with_it() -> None:
    kept = fold(measuring(1, ONE, 10.0), Kept())
    frame = frame_of(measuring(2, TWO, 5.0, kept))
    assert frame.comparison is not None
    assert frame.comparison.verdict is Verdict.FASTER
    assert frame.comparison.ratio == pytest.approx(0.5, rel=1e-3)
    assert not frame.comparison.interleaved


def test_the_baseline_is_not_compared_with_itself() -> None:
    kept = fold(measuring(1, ONE, 10.0), Kept())
    assert frame_of(kept).comparison is None
    there_and_back = measuring(3, ONE, 10.0, measuring(2, TWO, 5.0, kept))
    assert frame_of(there_and_back).comparison is None


def test_keeping_the_baseline_once_more_lets_go_of_it() -> None:
    kept = fold(measuring(1, ONE, 10.0), Kept())
    assert fold(kept, Kept()).baseline is None


def test_keeping_another_configuration_replaces_it() -> None:
    kept = fold(measuring(1, ONE, 10.0), Kept())
    other = fold(measuring(2, TWO, 5.0, kept), Kept())
    assert other.baseline is not None
    assert other.baseline.trial == TWO


def test_what_is_not_measured_cannot_be_kept() -> None:
    assert fold(Snapshot(trial=ONE), Kept()).baseline is None
    kept = fold(measuring(1, ONE, 10.0), Kept())
    chosen = fold(kept, Chosen(2, TWO))
    assert fold(chosen, Kept()).baseline is kept.baseline


def test_a_reset_forgets_the_baseline_too() -> None:
    assert fold(fold(measuring(1, ONE, 10.0), Kept()), Reset()).baseline is None


def test_a_frame_without_new_passes_takes_the_comparison_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[TrialResult] = []

    def note(first: TrialResult, second: TrialResult) -> Comparison:
        compared.append(second)
        return Comparison(1.0, None)

    monkeypatch.setattr(framing, "compare_results", note)
    snapshot = measuring(2, TWO, 5.0, fold(measuring(1, ONE, 10.0), Kept()))
    first = frame_of(snapshot)
    again = frame_of(snapshot, before=first)
    assert again.comparison is first.comparison
    assert len(compared) == 1
    frame_of(fold(snapshot, samples(2, [5 * MS])), before=again)
    assert len(compared) == 2
