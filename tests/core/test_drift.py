from dataclasses import replace

import pytest
from table_samples import BOARD, FP32, OTHER, along, outcome

from resnettui.core.drift import DRIFT, drift_flags, with_drift
from resnettui.core.history import Listed
from resnettui.core.tables import tables_of
from resnettui.core.trial import Trial

TWO = replace(FP32, threads=2)
SWEEP = "abcdef0123456789" * 2


def place(
    position: int, ms: float | None = 10.0, trial: Trial = FP32, sweep: str = SWEEP
) -> Listed:
    found = outcome(trial, ms, flags=("noisy",)) if ms else None
    return Listed("a1", "", "sweep", trial, BOARD, found, sweep=sweep, position=position)


def flags(*entries: Listed) -> list[set[str]]:
    return [set(e.outcome.flags) - {"noisy"} for e in with_drift(entries) if e.outcome]


def test_a_sweep_whose_baseline_moved_is_flagged_in_every_trial() -> None:
    moved = (place(0), place(1, trial=TWO), place(2, 11.0))
    assert flags(*moved, place(0, sweep="")) == [{DRIFT}, {DRIFT}, {DRIFT}, set()]
    (first, *_) = with_drift(moved)
    assert first.outcome is not None
    assert first.outcome.flags == {
        "noisy": "a reason",
        "drift": "the baseline moved by +10.0% between start and end of sweep abcdef01",
    }


@pytest.mark.parametrize(
    "places",
    [
        pytest.param((place(0), place(1, trial=TWO), place(2, 10.2)), id="a calm one"),
        pytest.param((place(0), place(1, 20.0, TWO)), id="an unfinished one"),
        pytest.param((place(0),), id="one trial"),
        pytest.param((place(1, trial=TWO), place(2, 20.0)), id="its start is not here"),
        pytest.param((place(0), place(1, 5.0, TWO), place(2, None)), id="a failed repeat"),
        pytest.param((place(0, sweep=""), place(2, 20.0, sweep="")), id="no sweep"),
        pytest.param((place(0), place(1, 20.0, sweep="ef")), id="two sweeps"),
        pytest.param((), id="nothing"),
    ],
)
def test_without_drift_there_is_no_flag(places: tuple[Listed, ...]) -> None:
    assert with_drift(places) == list(places)


def test_the_order_in_which_trials_are_listed_does_not_matter() -> None:
    assert flags(place(2, 11.0), place(0), place(1, trial=TWO)) == [{DRIFT}] * 3


def test_a_table_with_a_row_that_drifted_says_by_how_much() -> None:
    reason = "the baseline moved by +9.0%"
    calm = along("threads", {1: 10.0, 2: 6.0}, replace(FP32, batch_size=8))
    moved = [replace(found, flags={DRIFT: reason}) for found in along("threads", {1: 10.0, 2: 6.0})]
    other = replace(outcome(TWO, 3.0, OTHER), flags={DRIFT: "elsewhere"})
    tables = tables_of([*calm, *moved, other], ["threads"])
    assert [table.footnotes for table in tables] == [(f"! drift: {reason}",), ()]
    (versus,) = tables_of([*moved, other], ["cross-platform"])
    assert versus.footnotes == (f"! drift: {reason}", "! drift: elsewhere")


def test_a_small_drift_is_none() -> None:
    assert drift_flags(None) == drift_flags(0.03) == drift_flags(-0.03) == {}
    assert drift_flags(-0.031) == {DRIFT: "the baseline moved by -3.1% between start and end"}
