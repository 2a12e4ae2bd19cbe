from dataclasses import FrozenInstanceError, replace

import pytest
from core_samples import MS, result_of

from resnettui.core.codec import revive
from resnettui.core.trial import InputSource, Trial, throughput_img_s

INT8 = Trial(precision="int8")
ENGINES = ("x86", "onednn", "qnnpack")


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_a_float_trial_has_no_engine(precision: str) -> None:
    trial = Trial(precision=precision, engine="qnnpack")
    assert trial.resolved(ENGINES) == Trial(precision=precision, engine=None)


@pytest.mark.parametrize("precision", ["bf16", "fp16", "int8"])
def test_only_fp32_has_a_math_mode(precision: str) -> None:
    trial = Trial(precision=precision, math_mode="bf16")
    assert trial.resolved(ENGINES) == Trial(precision=precision).resolved(ENGINES)
    assert trial.stepped("math_mode", 1) is trial


def test_fp32_keeps_its_math_mode() -> None:
    assert Trial(math_mode="bf16").resolved(ENGINES) == Trial(math_mode="bf16")
    assert Trial().stepped("math_mode", 1) == Trial(math_mode="bf16")


@pytest.mark.parametrize(
    ("trial", "idle"),
    [
        (Trial(), ("engine",)),
        (INT8, ("math_mode",)),
        (Trial(precision="bf16"), ("engine", "math_mode")),
    ],
)
def test_idle_axes_are_those_of_other_precisions(trial: Trial, idle: tuple[str, ...]) -> None:
    assert trial.idle == idle


@pytest.mark.parametrize(
    ("trial", "arithmetic"),
    [
        (Trial(), "fp32"),
        (Trial(math_mode="bf16"), "bf16"),
        (Trial(precision="fp16"), "fp16"),
        (INT8, "int8"),
    ],
)
def test_a_math_mode_is_the_arithmetic_of_fp32(trial: Trial, arithmetic: str) -> None:
    assert trial.arithmetic == arithmetic


def test_a_trial_that_was_stored_without_a_math_mode_is_strict() -> None:
    stored = Trial(threads=4).as_dict()
    del stored["math_mode"]
    assert revive(Trial, stored) == Trial(threads=4, math_mode="strict")


@pytest.mark.parametrize(
    ("engine", "running", "resolved"),
    [
        (None, ENGINES, "x86"),
        ("qnnpack", ENGINES, "qnnpack"),
        ("fbgemm", ENGINES, "fbgemm"),  # Refused with a reason later, never replaced in silence.
        (None, (), None),
    ],
)
def test_int8_takes_the_first_engine_that_runs_unless_one_is_named(
    engine: str | None, running: tuple[str, ...], resolved: str | None
) -> None:
    assert replace(INT8, engine=engine).resolved(running).engine == resolved


@pytest.mark.parametrize(
    ("name", "direction", "value"),
    [
        ("threads", 1, 2),
        ("threads", -1, 1),
        ("batch_size", 1, 2),
        ("fusion", 1, "full"),
        ("precision", -1, "int8"),
    ],
)
def test_a_step_changes_that_axis_alone(name: str, direction: int, value: str | int) -> None:
    assert Trial().stepped(name, direction) == Trial().with_value(name, value)
    assert Trial().with_value(name, value).as_dict() == {**Trial().as_dict(), name: value}


@pytest.mark.parametrize(
    ("engine", "direction", "stepped"),
    [
        ("x86", 1, "onednn"),
        ("qnnpack", 1, "x86"),
        ("x86", -1, "qnnpack"),
        ("onednn", -1, "x86"),
        (None, 1, "onednn"),  # None is the first of them.
    ],
)
def test_engines_walk_around_those_that_run(
    engine: str | None, direction: int, stepped: str
) -> None:
    assert replace(INT8, engine=engine).stepped("engine", direction, ENGINES).engine == stepped


def test_a_step_back_from_the_automatic_engine_leaves_the_first() -> None:
    assert INT8.stepped("engine", -1, ENGINES).engine == "qnnpack"


@pytest.mark.parametrize("direction", [1, -1])
def test_an_engine_that_does_not_run_steps_to_one_that_does(direction: int) -> None:
    stepped = replace(INT8, engine="fbgemm").stepped("engine", direction, ENGINES)
    assert stepped.engine in ENGINES


def test_without_engines_a_step_changes_nothing() -> None:
    assert INT8.stepped("engine", 1, ()) == INT8


def test_cores_are_threads_times_processes() -> None:
    assert Trial(threads=4, processes=3).cores == 12


def test_a_trial_cannot_be_changed_and_is_a_key() -> None:
    with pytest.raises(FrozenInstanceError):
        Trial().threads = 2  # type: ignore[misc]
    assert {Trial(threads=2): 1}[Trial(threads=2)] == 1


@pytest.mark.parametrize(
    ("batch_size", "passes", "wall_ns", "img_s"),
    [
        (1, 10, 1_000 * MS, 10.0),
        (8, 5, 2_000 * MS, 20.0),
        (4, 0, 0, 0.0),
    ],
)
def test_throughput_is_images_by_wall_time(
    batch_size: int, passes: int, wall_ns: int, img_s: float
) -> None:
    assert throughput_img_s(Trial(batch_size=batch_size), passes, wall_ns) == img_s


def test_a_results_throughput_counts_all_passes_and_not_the_latencies_kept() -> None:
    result = replace(result_of(Trial(batch_size=2), n=10), passes=500, wall_ns=10_000 * MS)
    assert result.throughput_img_s == pytest.approx(100.0)
    assert result.summary.n == 10


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (InputSource(), "random weights"),
        (InputSource(12), "random weights"),
        (InputSource(weights="imagenet"), "synthetic input"),
        (InputSource(12, weights="a.pth", unlabelled="no class"), "no class"),
        (InputSource(12, weights="a.pth"), ""),
    ],
)
def test_top1_takes_real_weights_and_labelled_images(source: InputSource, why: str) -> None:
    assert source.no_top1 == why
