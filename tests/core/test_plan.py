from dataclasses import replace

import pytest

from resnettui.core.machine import Build, Machine
from resnettui.core.plan import (
    Plan,
    baseline,
    grid_trials,
    memory_needed_bytes,
    plan_sweep,
    why_not,
)
from resnettui.core.trial import Trial

GB = 1_000_000_000
MACHINE = Machine(arch="aarch64", cores_allowed=4, memory_bytes=8 * GB)
BUILD = Build("2.9.1", "0.24.1", ("onednn", "qnnpack"), "x86", "DEFAULT", True, {"x86": "no x86"})
BASE = Trial()


def test_a_list_of_cores_that_are_not_there_is_skipped() -> None:
    machine = replace(MACHINE, cores_usable=(0, 1))
    plan = plan_sweep([Trial(pin="1"), Trial(pin="1,7")], machine, BUILD)
    assert plan.trials == (Trial(pin="1"),)
    assert [skipped.reason for skipped in plan.skipped] == [
        "pin 1,7: core 7 does not exist or may not be used"
    ]


def test_a_grid_is_the_product_of_its_values_over_the_base() -> None:
    base = Trial(model="resnet18")
    trials = grid_trials(base, {"threads": (1, 2), "fusion": ("none", "full")})
    assert [(t.fusion, t.threads) for t in trials] == [
        ("none", 1),
        ("none", 2),
        ("full", 1),
        ("full", 2),
    ]
    assert {t.model for t in trials} == {"resnet18"}


def test_an_empty_grid_is_the_base() -> None:
    assert grid_trials(BASE, {}) == [BASE]


def plan(**grid: tuple[str | int, ...]) -> Plan:
    return plan_sweep(grid_trials(BASE, grid), MACHINE, BUILD)


def test_the_baseline_stands_first_and_again_last() -> None:
    made = plan(threads=(4, 2, 1), fusion=("none", "full"))
    assert made.repeats
    assert made.trials[0] == made.trials[-1] == BASE
    assert set(made.trials[:-1]) == set(
        grid_trials(BASE, {"threads": (1, 2, 4), "fusion": ("none", "full")})
    )
    assert len(made.trials) == 7


def test_the_baseline_is_the_first_on_one_core_or_the_first_of_all() -> None:
    two, four = replace(BASE, threads=2), replace(BASE, threads=4)
    assert baseline([four, two]) == four
    assert baseline([four, replace(two, processes=2), BASE]) == BASE


def test_the_order_is_always_alike_and_follows_no_axis() -> None:
    made = plan(batch_size=tuple(range(1, 33)))
    batches = [trial.batch_size for trial in made.trials[:-1]]
    assert made == plan(batch_size=tuple(range(1, 33)))
    assert batches != sorted(batches)
    half = len(batches) // 2
    assert abs(sum(batches[:half]) - sum(batches[half:])) < 100


def test_one_trial_is_not_repeated() -> None:
    made = plan(threads=(2,))
    assert made.trials == (replace(BASE, threads=2),)
    assert not made.repeats


def test_two_trials_have_their_first_again() -> None:
    made = plan(threads=(2, 1))
    assert [trial.threads for trial in made.trials] == [1, 2, 1]
    assert made.repeats


def test_float_trials_lose_their_engine_and_stand_in_the_plan_once() -> None:
    made = plan(precision=("fp32", "int8"), engine=("onednn", "qnnpack"))
    assert sorted((t.precision, t.engine or "") for t in made.trials[:-1]) == [
        ("fp32", ""),
        ("int8", "onednn"),
        ("int8", "qnnpack"),
    ]


def test_a_math_mode_for_other_tensors_than_fp32_is_left_out_with_the_reason() -> None:
    made = plan(precision=("fp32", "int8"), math_mode=("strict", "bf16"))
    assert sorted((t.precision, t.math_mode) for t in made.trials[:-1]) == [
        ("fp32", "bf16"),
        ("fp32", "strict"),
        ("int8", "strict"),
    ]
    (skipped,) = made.skipped
    assert (skipped.trial.precision, skipped.trial.math_mode) == ("int8", "bf16")
    assert skipped.reason == "math mode bf16 is for fp32 tensors, not for int8"


def test_a_grid_that_names_no_math_mode_takes_that_of_the_base_for_fp32_alone() -> None:
    base = Trial(math_mode="bf16")
    trials = grid_trials(base, {"precision": ("fp32", "bf16", "int8")})
    assert [t.math_mode for t in trials] == ["bf16", "strict", "strict"]
    assert plan_sweep(trials, MACHINE, BUILD).skipped == ()


def test_int8_without_an_engine_takes_the_first_that_runs() -> None:
    assert [t.engine for t in plan(precision=("int8",)).trials] == ["onednn"]


def test_what_cannot_run_is_left_out_with_the_reason() -> None:
    made = plan(precision=("int8",), engine=("x86", "fbgemm", "qnnpack"), batch_size=(1, 1000))
    assert [(t.engine, t.batch_size) for t in made.trials] == [("qnnpack", 1)]
    reasons = {(s.trial.engine, s.trial.batch_size): s.reason for s in made.skipped}
    assert reasons["x86", 1] == "engine x86: no x86"
    assert reasons["fbgemm", 1] == "engine fbgemm: unknown to this torch"
    assert reasons["qnnpack", 1000] == "needs about 14.7 of 8.0 GB of memory"


def test_without_any_engine_no_int8_runs() -> None:
    bare = replace(BUILD, engines=())
    assert "no quantized engine" in why_not(Trial(precision="int8"), MACHINE, bare)


def test_unknown_memory_forbids_nothing() -> None:
    assert why_not(Trial(batch_size=10**6), replace(MACHINE, memory_bytes=None), BUILD) == ""


@pytest.mark.parametrize(
    ("axis", "value", "more"),
    [("processes", 2, 2.0), ("batch_size", 52, 2.0), ("image_size", 448, 1.06)],
)
def test_memory_grows_with_processes_batch_and_image(axis: str, value: int, more: float) -> None:
    ratio = memory_needed_bytes(BASE.with_value(axis, value)) / memory_needed_bytes(BASE)
    assert ratio == pytest.approx(more, rel=0.03)
