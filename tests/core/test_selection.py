from dataclasses import replace

import pytest

from resnettui.core.history import Listed
from resnettui.core.outcome import Outcome
from resnettui.core.platforms import told_apart
from resnettui.core.selection import find, matched
from resnettui.core.trial import Trial

FP32, FUSED = Trial(), Trial(fusion="full")
EPYC, N1 = "AMD EPYC, 2 cores", "Neoverse-N1, 8 cores"


def listed(
    id: str, trial: Trial = FP32, platform: str = EPYC, ms: float = 10.0, tag: str = ""
) -> Listed:
    outcome = Outcome(trial, ms * 1e6, 1e3 / ms, platform)
    return Listed(id, "2026-11-24T05:30:16Z", "run", trial, platform, outcome, tag=tag)


HISTORY = [
    listed("a1b2", tag="before"),
    listed("a1c3", FUSED, ms=5.0, tag="before"),
    listed("b4d5", ms=11.0),
    listed("c6e7", platform=N1, ms=80.0),
    listed("d8f9", replace(FUSED, threads=8), platform=N1),
]


def ids(word: str) -> list[str]:
    return [entry.id for entry in find(word, HISTORY)]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("before", ["a1b2", "a1c3"]),
        ("a1b", ["a1b2"]),
        ("B4", ["b4d5"]),
        (EPYC, ["a1b2", "a1c3", "b4d5"]),
        ("neoverse", ["c6e7", "d8f9"]),
        ("n1", ["c6e7", "d8f9"]),
    ],
)
def test_a_word_is_a_tag_an_id_or_a_platform(word: str, found: list[str]) -> None:
    assert ids(word) == found


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("a1", "'a1' begins 2 ids"),
        ("cores", "is part of several platforms: AMD EPYC, 2 cores; Neoverse-N1, 8 cores"),
        ("graviton", "'graviton' is no id, tag or platform of the history"),
        ("", "'' is no id, tag or platform of the history"),
    ],
)
def test_a_word_that_names_nothing_or_too_much_is_refused(word: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        find(word, HISTORY)


def test_a_name_that_is_part_of_another_still_names_its_platform() -> None:
    history = [listed("a1", platform="Cortex-A7"), listed("b2", platform="Cortex-A72")]
    assert [entry.id for entry in find("cortex-a7", history)] == ["a1"]


def test_two_single_trials_belong_together_whatever_they_are() -> None:
    one, other = HISTORY[0], HISTORY[4]
    assert matched([one], [other]) == [(one, other)]


def test_of_two_sets_the_same_configurations_belong_together() -> None:
    assert matched(find("epyc", HISTORY), find("n1", HISTORY)) == [(HISTORY[2], HISTORY[3])]


def test_a_trial_is_not_compared_with_itself() -> None:
    assert matched([HISTORY[0]], [HISTORY[0]]) == []
    before, epyc = find("before", HISTORY), find("epyc", HISTORY)
    assert matched(before, epyc) == [(HISTORY[0], HISTORY[2])]


def test_failed_trials_are_left_out() -> None:
    failed = Listed("e0", "", "run", FP32, N1, None, failure="it does not fit")
    assert matched([HISTORY[0], HISTORY[1]], [failed]) == []
    assert matched([HISTORY[0]], [failed]) == []


def test_across_platforms_the_fastest_engine_of_each_counts() -> None:
    int8 = Trial(precision="int8")
    ours = [listed("a", replace(int8, engine="x86")), listed("b", replace(int8, engine="onednn"))]
    theirs = [
        listed("c", replace(int8, engine="qnnpack"), N1, 50.0),
        listed("d", replace(int8, engine="onednn"), N1, 900.0),
    ]
    ours[1] = listed("b", replace(int8, engine="onednn"), ms=9.0)
    assert [(a.id, b.id) for a, b in matched(ours, theirs)] == [("b", "c")]
    same_platform = [replace(entry, platform=EPYC) for entry in theirs]
    assert [(a.id, b.id) for a, b in matched(ours, same_platform)] == [("b", "d")]


def test_rows_come_in_the_order_of_the_axes() -> None:
    trials = [replace(FP32, threads=4), FUSED, FP32]
    ours = [listed(f"a{n}", trial) for n, trial in enumerate(trials)]
    theirs = [listed(f"b{n}", trial, N1) for n, trial in enumerate(trials)]
    assert [a.trial for a, _ in matched(ours, theirs)] == [FP32, replace(FP32, threads=4), FUSED]


def test_of_two_sets_the_same_weights_and_input_belong_together() -> None:
    def real(entry: Listed) -> Listed:
        assert entry.outcome is not None
        return replace(entry, outcome=replace(entry.outcome, weights="imagenet"))

    ours = [listed("a1"), real(listed("a2"))]
    theirs = [real(listed("b1", platform=N1)), listed("b2", FUSED, N1)]
    assert [(a.id, b.id) for a, b in matched(ours, theirs)] == [("a2", "b1")]


def test_machines_are_named_as_tables_name_them_or_by_their_host() -> None:
    hosts = [("a1", "pi-one"), ("b2", "pi-two"), ("c3", "pi-two")]
    history = told_apart([replace(listed(id, platform=N1), host=host) for id, host in hosts])
    for word in ("PI-ONE", "on pi-one", f"{N1} on pi-one"):
        assert [entry.id for entry in find(word, history)] == ["a1"]
    with pytest.raises(ValueError, match=f"several platforms: {N1} on pi-one; {N1} on pi-two"):
        find(N1, history)
    alone = told_apart([replace(listed("a1"), host="desk"), listed("b2", platform=N1)])
    assert [entry.id for entry in find("desk", alone)] == ["a1"]
