from dataclasses import replace

import pytest

from resnettui.core.machine import Machine
from resnettui.core.studies import ALL, STUDIES, cores_ladder, study_trials
from resnettui.core.trial import Trial

GB = 1_000_000_000
BOARD = Machine(arch="aarch64", cores_allowed=4, memory_bytes=16 * GB)
SMALL = replace(BOARD, memory_bytes=1 * GB)


@pytest.mark.parametrize(
    ("cores", "ladder"),
    [(1, (1,)), (2, (1, 2)), (4, (1, 2, 4)), (6, (1, 2, 4, 6)), (8, (1, 2, 4, 8))],
)
def test_the_ladder_doubles_up_to_the_allowed_cores(cores: int, ladder: tuple[int, ...]) -> None:
    assert cores_ladder(cores) == ladder


def values(name: str, axis: str, machine: Machine = BOARD) -> set[object]:
    return {getattr(trial, axis) for trial in study_trials(name, Trial(), machine, {})}


@pytest.mark.parametrize(
    ("name", "axis", "varied"),
    [
        ("batch", "batch_size", {1, 2, 4, 8, 16, 32, 64, 128}),
        ("precision", "precision", {"fp32", "bf16", "fp16", "int8"}),
        ("threads", "threads", {1, 2, 4}),
        ("processes", "processes", {1, 2, 4}),
        ("memory-format", "memory_format", {"contiguous", "channels_last"}),
        ("fusion", "fusion", {"none", "full"}),
    ],
)
def test_a_study_varies_its_axis(name: str, axis: str, varied: set[object]) -> None:
    assert values(name, axis) == varied


@pytest.mark.parametrize("name", STUDIES)
def test_no_study_uses_more_cores_than_allowed_or_names_a_trial_twice(name: str) -> None:
    trials = study_trials(name, Trial(), BOARD, {})
    assert max(trial.cores for trial in trials) == BOARD.cores_allowed
    assert len(trials) == len(set(trials))


def test_batches_end_where_the_memory_does() -> None:
    assert values("batch", "batch_size", SMALL) == {1, 2, 4}
    tiny = replace(BOARD, memory_bytes=GB // 2)
    assert values("batch", "batch_size", tiny) == {1}


def test_a_machine_that_does_not_tell_its_memory_gets_all_batches() -> None:
    unknown = replace(BOARD, memory_bytes=None)
    assert 64 in values("batch", "batch_size", unknown)


def test_all_is_every_study_once() -> None:
    together = {
        trial for name in STUDIES if name != ALL for trial in study_trials(name, Trial(), BOARD, {})
    }
    assert set(study_trials(ALL, Trial(), BOARD, {})) == together


def test_given_values_replace_the_studys_own_and_the_base_holds_the_rest() -> None:
    trials = study_trials(
        "threads", Trial(), BOARD, {"precision": ("bf16",), "model": ("resnet18",)}
    )
    assert {(t.precision, t.model) for t in trials} == {("bf16", "resnet18")}
    assert {t.threads for t in trials} == {1, 2, 4}


def test_an_unknown_study_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        study_trials("weather", Trial(), BOARD, {})
