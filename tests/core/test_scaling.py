"""The tables of the study, from its latencies."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from core_samples import MS, result_of

from resnettui.core.outcome import outcome_of
from resnettui.core.scaling import ScalingRow, renewed, trial_order
from resnettui.core.scaling import scaling_rows as rows_of_outcomes
from resnettui.core.trial import Trial, TrialResult

ARM = Trial(precision="int8", engine="qnnpack")
"""The study's W8A8 on ARM; on AMD it is engine x86."""
AMD = replace(ARM, engine="x86")

STUDY = [
    # trial, fusion, cores, latency ms, img/s, speedup, efficiency %
    (ARM, "none", 1, 584.8, 1.7, 1.00, 100.0),
    (ARM, "none", 4, 202.4, 4.9, 2.89, 72.2),
    (ARM, "none", 8, 133.7, 7.5, 4.37, 54.7),
    (ARM, "full", 1, 422.6, 2.4, 1.00, 100.0),
    (ARM, "full", 4, 115.7, 8.6, 3.65, 91.3),
    (ARM, "full", 8, 62.7, 15.9, 6.74, 84.3),
    (AMD, "none", 1, 19.6, 51.0, 1.00, 100.0),
    (AMD, "none", 4, 7.1, 140.8, 2.76, 69.0),
    (AMD, "none", 8, 5.9, 169.5, 3.32, 41.5),
]

RESULTS = [
    result_of(replace(trial, fusion=fusion, threads=cores), latency)
    for trial, fusion, cores, latency, *_ in STUDY
]


def scaling_rows(results: Iterable[TrialResult]) -> tuple[ScalingRow, ...]:
    return rows_of_outcomes(map(outcome_of, results))


@pytest.mark.parametrize("number", range(len(RESULTS)))
def test_renewed_rows_are_those_of_all_outcomes(number: int) -> None:
    rows = scaling_rows(RESULTS)
    again = result_of(RESULTS[number].trial, 33.0)
    kept = renewed(rows, outcome_of(again))
    assert kept == scaling_rows([*RESULTS[:number], again, *RESULTS[number + 1 :]])
    others = [one for one in rows if one.trial.engine != again.trial.engine]
    assert others
    assert all(any(one is row for row in kept) for one in others)


def row_of(rows: tuple[ScalingRow, ...], trial: Trial) -> ScalingRow:
    (row,) = [row for row in rows if row.trial == trial]
    return row


@pytest.mark.parametrize(
    ("trial", "fusion", "cores", "latency_ms", "img_s", "speedup", "percent"), STUDY
)
def test_the_scaling_table_of_the_study(
    *,
    trial: Trial,
    fusion: str,
    cores: int,
    latency_ms: float,
    img_s: float,
    speedup: float,
    percent: float,
) -> None:
    row = row_of(scaling_rows(RESULTS), replace(trial, fusion=fusion, threads=cores))
    assert row.latency_ns == pytest.approx(latency_ms * 1e6)
    assert round(row.throughput_img_s, 1) == img_s
    assert row.speedup == pytest.approx(speedup, abs=0.0051)
    assert row.efficiency is not None
    assert 100 * row.efficiency == pytest.approx(percent, abs=0.1)


@pytest.mark.parametrize(("cores", "benefit"), [(1, 1.38), (4, 1.75), (8, 2.13)])
def test_the_fusion_table_of_the_study(cores: int, benefit: float) -> None:
    rows = scaling_rows(RESULTS)
    for fusion in ("none", "full"):
        row = row_of(rows, replace(ARM, fusion=fusion, threads=cores))
        assert row.fusion_benefit == pytest.approx(benefit, abs=0.005)


def test_without_a_fused_result_there_is_no_benefit() -> None:
    rows = [row for row in scaling_rows(RESULTS) if row.trial.engine == "x86"]
    assert [row.fusion_benefit for row in rows] == [None, None, None]


def test_without_one_core_there_is_no_speedup() -> None:
    (row,) = scaling_rows([result_of(replace(ARM, threads=4))])
    assert (row.speedup, row.efficiency, row.fusion_benefit) == (None, None, None)


@pytest.mark.parametrize(
    "other",
    [
        {"batch_size": 8},
        {"memory_format": "contiguous"},
        {"precision": "fp32", "engine": None},
        {"engine": "onednn"},
        {"model": "resnet18"},
        {"image_size": 96},
        {"fusion": "full"},
    ],
    ids=str,
)
def test_speedup_is_against_the_same_configuration_alone(
    other: dict[str, str | int | None],
) -> None:
    single = ARM
    for name, value in other.items():
        single = single.with_value(name, value)
    row = row_of(
        scaling_rows([result_of(single, 100), result_of(replace(ARM, threads=2), 10)]),
        replace(ARM, threads=2),
    )
    assert (row.speedup, row.fusion_benefit) == (None, None)


def test_processes_scale_by_their_total_throughput() -> None:
    two = replace(ARM, threads=2)
    crew = replace(two, processes=3)
    single = replace(result_of(crew, 60), wall_ns=20 * MS)  # three passes of 60 ms side by side
    results = [result_of(ARM, 100), result_of(two, 50), single]
    row = row_of(scaling_rows(results), crew)
    assert row.speedup == pytest.approx(100 / 20)
    assert row.efficiency == pytest.approx(50 / 20 / 3)


def test_processes_have_no_efficiency_before_one_of_them_was_measured_alone() -> None:
    crew = replace(ARM, threads=2, processes=2)
    row = row_of(scaling_rows([result_of(ARM, 100), result_of(crew, 50)]), crew)
    assert row.speedup == pytest.approx(2.0)
    assert row.efficiency is None


def test_rows_stand_by_configuration_with_ascending_cores() -> None:
    rows = scaling_rows(reversed(RESULTS))
    assert [(row.trial.engine, row.trial.fusion, row.trial.threads) for row in rows] == [
        *(("x86", "none", cores) for cores in (1, 4, 8)),
        *(("qnnpack", "none", cores) for cores in (1, 4, 8)),
        *(("qnnpack", "full", cores) for cores in (1, 4, 8)),
    ]


def test_cores_are_sorted_as_numbers() -> None:
    rows = scaling_rows(result_of(replace(ARM, threads=threads)) for threads in (16, 2, 128, 1))
    assert [row.trial.threads for row in rows] == [1, 2, 16, 128]


def test_places_sort_in_the_order_of_their_words_and_lists_last() -> None:
    pins = (None, "none", "compact", "little", "0-3", "1")
    trials = [Trial(pin=pin) for pin in pins]
    assert sorted({*trials}, key=trial_order) == trials


def test_float_and_int8_sort_together() -> None:
    rows = scaling_rows(result_of(trial) for trial in (ARM, Trial(), replace(ARM, engine=None)))
    assert [(row.trial.precision, row.trial.engine) for row in rows] == [
        ("fp32", None),
        ("int8", None),
        ("int8", "qnnpack"),
    ]


def test_the_last_result_of_a_configuration_counts() -> None:
    (row,) = scaling_rows([result_of(ARM, 100), result_of(ARM, 90)])
    assert row.latency_ns == pytest.approx(90e6)


def test_a_row_carries_the_names_of_its_flags() -> None:
    (row,) = scaling_rows([replace(result_of(ARM), flags={"noisy": "so", "throttled": "hot"})])
    assert row.flags == ("noisy", "throttled")


def test_nothing_measured_is_no_row() -> None:
    assert scaling_rows([]) == ()
