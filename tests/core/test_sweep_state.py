from dataclasses import replace

import pytest

from resnettui.core.outcome import Outcome
from resnettui.core.plan import Plan
from resnettui.core.sweep import SweepOrder, SweepState, SweepView
from resnettui.core.trial import Trial

ONE, TWO = Trial(), Trial(threads=2)
STATE = SweepState(SweepOrder(Plan((ONE, TWO, ONE), repeats=True)))


def outcome(latency_ms: float, trial: Trial = ONE) -> Outcome:
    return Outcome(trial, latency_ms * 1e6, 1e3 / latency_ms)


def ended(last_ms: float) -> SweepState:
    return replace(STATE, outcomes={0: outcome(100), 1: outcome(60, TWO), 2: outcome(last_ms)})


def test_failed_trials_are_done_too() -> None:
    state = replace(STATE, outcomes={0: outcome(100)}, failures={1: "refused"})
    assert (state.done, state.total) == (2, 3)
    assert state.has(0)
    assert state.has(1)
    assert not state.has(2)


def test_the_trial_is_the_one_at_the_position_and_none_at_the_end() -> None:
    assert replace(STATE, position=1).trial == TWO
    assert replace(STATE, position=3).trial is None


def test_time_left_comes_from_what_this_run_measured() -> None:
    assert STATE.left_s is None
    first = replace(STATE, outcomes={0: outcome(1)}, elapsed_s=10.0, finished_s=10.0)
    assert first.left_s == pytest.approx(20.0)
    resumed = replace(
        STATE,
        outcomes={0: outcome(1), 1: outcome(1)},
        measured_before=frozenset({0}),
        elapsed_s=4.0,
        finished_s=4.0,
    )
    assert resumed.left_s == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("elapsed_s", "left_s"), [(10.0, 20.0), (13.0, 17.0), (20.0, 10.0), (90.0, 10.0)]
)
def test_time_left_falls_while_a_trial_takes_as_long_as_the_others(
    elapsed_s: float, left_s: float
) -> None:
    state = replace(STATE, outcomes={0: outcome(1)}, elapsed_s=elapsed_s, finished_s=10.0)
    assert state.left_s == pytest.approx(left_s)


def test_nothing_is_left_at_the_end() -> None:
    assert replace(ended(100), elapsed_s=31.0, finished_s=30.0).left_s == 0


def test_a_view_names_the_fastest_and_the_one_with_the_most_throughput() -> None:
    assert (SweepView().fastest, SweepView().most) == (None, None)
    batch = Outcome(Trial(batch_size=8), 200e6, 40.0)
    state = replace(STATE, outcomes={0: outcome(100), 1: outcome(60, TWO), 2: batch})
    view = SweepView().at(state)
    assert (view.fastest, view.most) == (outcome(60, TWO), batch)


@pytest.mark.parametrize(
    ("last_ms", "flagged"), [(102.9, False), (97.1, False), (103.1, True), (96.9, True)]
)
def test_a_baseline_that_moved_flags_the_table(last_ms: float, flagged: bool) -> None:
    assert ("drift" in ended(last_ms).flags) is flagged


def test_the_drift_says_how_much_and_which_way() -> None:
    assert ended(110).flags["drift"] == "the baseline moved by +10.0% between start and end"


def test_there_is_no_drift_before_the_end_or_without_a_repeat() -> None:
    assert replace(STATE, outcomes={0: outcome(100)}).drift is None
    once = replace(ended(200), order=SweepOrder(Plan((ONE, TWO, ONE))))
    assert once.drift is None
