from dataclasses import replace

import pytest
from table_samples import BOARD, FP32, INT8, OTHER, along, names, outcome, row

from resnettui.core.axis_tables import AXIS_STUDIES, Study, knee
from resnettui.core.outcome import Outcome
from resnettui.core.scaling import scaling_rows
from resnettui.core.table import Table
from resnettui.core.tables import tables_of
from resnettui.core.trial import Check, Trial

TWO_VALUES = {
    "batch_size": (1, 2),
    "precision": ("fp32", "bf16"),
    "threads": (1, 2),
    "processes": (1, 2),
    "memory_format": ("contiguous", "channels_last"),
    "math_mode": ("strict", "bf16"),
}


def only(outcomes: list[Outcome], name: str) -> Table:
    (table,) = tables_of(outcomes, [name])
    return table


@pytest.mark.parametrize("study", AXIS_STUDIES, ids=lambda study: study.name)
def test_two_values_on_an_axis_are_a_table_of_that_axis_alone(study: Study) -> None:
    first, second = TWO_VALUES[study.axis]
    outcomes = along(study.axis, {first: 10.0, second: 8.0})
    assert [table.name for table in tables_of(outcomes)] == [study.name]
    table = only(outcomes, study.name)
    assert table.values(study.axis) == (first, second)
    assert table.values("latency_ms") == (10.0, 8.0)
    assert study.axis not in table.fixed
    assert table.fixed["platform"] == BOARD


@pytest.mark.parametrize("study", AXIS_STUDIES, ids=lambda study: study.name)
def test_one_value_is_no_table(study: Study) -> None:
    assert tables_of(along(study.axis, {TWO_VALUES[study.axis][1]: 10.0})) == []


def test_what_differs_elsewhere_too_is_another_group() -> None:
    outcomes = [
        *along("batch_size", {1: 10.0, 2: 18.0}),
        *along("batch_size", {1: 6.0, 2: 11.0}, replace(FP32, threads=2)),
        outcome(replace(FP32, batch_size=4, threads=3), 9.0),
    ]
    tables = tables_of(outcomes, ["batch"])
    assert [table.fixed["threads"] for table in tables] == [1, 2]
    assert [table.values("batch_size") for table in tables] == [(1, 2), (1, 2)]


def test_platforms_are_never_mixed() -> None:
    outcomes = [
        outcome(FP32, 10.0),
        outcome(replace(FP32, batch_size=2), 18.0, platform=OTHER),
        outcome(replace(FP32, batch_size=4), 20.0, platform=OTHER),
    ]
    assert only(outcomes, "batch").fixed["platform"] == OTHER


def test_values_ascend_and_the_latest_of_one_configuration_counts() -> None:
    outcomes = [*along("batch_size", {8: 80.0, 1: 12.0, 2: 20.0}), outcome(FP32, 10.0)]
    table = only(outcomes, "batch")
    assert table.values("batch_size") == (1, 2, 8)
    assert table.values("latency_ms") == (10.0, 20.0, 80.0)


def test_throughput_is_told_as_a_share_of_the_best() -> None:
    table = only(along("batch_size", {1: 10.0, 2: 16.0}), "batch")
    assert table.values("share_of_best") == pytest.approx((0.8, 1.0))


def test_threads_have_speedup_and_efficiency() -> None:
    table = only(along("threads", {1: 10.0, 2: 5.5, 4: 4.0}), "threads")
    assert table.values("speedup") == pytest.approx((1.0, 10 / 5.5, 2.5))
    assert table.values("parallel_efficiency") == pytest.approx((1.0, 5 / 5.5, 0.625))


def test_processes_have_total_throughput_and_memory() -> None:
    outcomes = [
        outcome(FP32, 10.0, throughput_img_s=100.0, memory_bytes=400_000_000),
        outcome(replace(FP32, processes=2), 11.0, throughput_img_s=180.0, memory_bytes=410_000_000),
    ]
    table = only(outcomes, "processes")
    assert table.values("speedup") == pytest.approx((1.0, 1.8))
    assert table.values("parallel_efficiency") == pytest.approx((1.0, 0.9))
    assert table.values("memory_bytes") == (400_000_000, 410_000_000)


def test_memory_formats_are_held_against_contiguous() -> None:
    table = only(
        along("memory_format", {"channels_last": 8.0, "contiguous": 10.0}), "memory-format"
    )
    assert table.values("memory_format") == ("contiguous", "channels_last")
    assert table.values("speedup_vs_contiguous") == (1.0, 1.25)


PRECISIONS = [
    outcome(FP32, 10.0, check=Check(0.0, 1.0, 110.0, 1.0, 0.803, 64)),
    outcome(replace(FP32, precision="bf16"), 5.0, check=Check(0.1, 0.999, 38.0, 0.98, 0.80, 64)),
    outcome(
        replace(INT8, fusion="full"), 2.0, check=Check(3.0, 0.7, 2.0, 0.1, 0.05, 64), flags=("odd",)
    ),
    outcome(replace(INT8, fusion="full", engine="onednn"), 2.5, check=Check(0.5, 0.99, 24.0, 0.95)),
]


def test_a_fast_wrong_answer_is_seen_beside_its_latency() -> None:
    table = only(PRECISIONS, "precision")
    assert row(table, 3) == {
        "precision": "int8",
        "engine": "qnnpack",
        "latency_ms": 2.0,
        "throughput_img_s": 500.0,
        "speedup_vs_fp32": 5.0,
        "agreement": 0.1,
        "sqnr_db": 2.0,
        "top1": 0.05,
        "images": 64,
        "flags": ("odd",),
    }


def test_every_engine_of_int8_is_a_row_and_engines_are_no_group_of_their_own() -> None:
    table = only(PRECISIONS, "precision")
    assert table.values("precision") == ("fp32", "bf16", "int8", "int8")
    assert table.values("engine") == (None, None, "onednn", "qnnpack")
    assert "engine" not in table.fixed
    assert tables_of(PRECISIONS[2:], ["precision"]) == []


def test_without_sqnr_the_cosine_stands_in() -> None:
    outcomes = [
        outcome(replace(FP32, precision=precision), check=Check(0.1, cosine))
        for precision, cosine in (("fp32", 1.0), ("bf16", 0.98))
    ]
    table = only(outcomes, "precision")
    assert table.values("cosine") == (1.0, 0.98)
    assert not {"sqnr_db", "agreement", "top1"} & set(names(table))


def test_without_fp32_nothing_is_held_against_it() -> None:
    table = only(along("precision", {"bf16": 5.0, "fp16": 100.0}), "precision")
    assert "speedup_vs_fp32" not in names(table)


def test_a_column_that_nobody_fills_is_left_out() -> None:
    table = only(along("batch_size", {1: 10.0, 2: 18.0}), "batch")
    assert names(table) == ["batch_size", "latency_ms", "throughput_img_s", "share_of_best"]


def test_flags_are_shown() -> None:
    outcomes = [outcome(FP32), outcome(replace(FP32, batch_size=2), flags=("noisy", "throttled"))]
    assert only(outcomes, "batch").values("flags") == ((), ("noisy", "throttled"))


@pytest.mark.parametrize(
    ("img_s", "at", "best"),
    [
        ((100.0,), 0, 0),
        ((10.0, 20.0, 40.0), 2, 2),
        ((90.0, 95.0, 100.0), 1, 2),
        ((90.0, 94.9, 100.0), 2, 2),
        ((96.0, 100.0, 99.0), 0, 1),
        ((50.0, 100.0, 60.0), 1, 1),
        ((50.0, 50.0), 0, 0),
    ],
)
def test_the_knee_is_the_first_within_five_percent(
    img_s: tuple[float, ...], at: int, best: int
) -> None:
    rows = scaling_rows(
        outcome(replace(FP32, batch_size=2**place), 10.0 * 2**place, throughput_img_s=speed)
        for place, speed in enumerate(img_s)
    )
    found = knee(rows)
    assert (found.row, found.best) == (at, best)
    assert found.latency_ratio == pytest.approx(2**at)


def test_batch_and_thread_studies_name_their_knee() -> None:
    found = {
        study.name: tables_of(along(study.axis, dict.fromkeys(TWO_VALUES[study.axis], 10.0)))[0]
        for study in AXIS_STUDIES
    }
    assert {name for name, table in found.items() if table.knee} == {"batch", "threads"}


def test_every_other_field_of_a_trial_is_held_fixed() -> None:
    table = only(along("threads", {1: 10.0, 2: 6.0}, Trial(image_size=64)), "threads")
    assert table.fixed == {
        "platform": BOARD,
        "model": "resnet50",
        "precision": "fp32",
        "fusion": "none",
        "memory_format": "channels_last",
        "batch_size": 1,
        "math_mode": "strict",
        "image_size": 64,
        "processes": 1,
    }


def test_weights_and_inputs_are_never_mixed() -> None:
    right, plain = Check(0.1, 0.99, 30.0, 1.0, 0.8, 50), Check(0.1, 0.99, 30.0, 0.1, None, 8)
    bf16 = replace(FP32, precision="bf16")
    outcomes = [
        outcome(FP32, 10.0, check=right, weights="imagenet", input="images"),
        outcome(bf16, 5.0, check=right, weights="imagenet", input="images"),
        outcome(FP32, 11.0, check=plain),
        outcome(bf16, 6.0, check=plain),
        outcome(replace(FP32, precision="fp16"), 90.0, weights="imagenet"),
    ]
    real, random = tables_of(outcomes, ["precision"])
    assert (real.fixed["weights"], real.fixed["input"]) == ("imagenet", "images")
    assert not {"weights", "input"} & set(random.fixed)
    assert real.values("latency_ms") == (10.0, 5.0)
    assert real.values("top1") == (0.8, 0.8)
    assert random.values("latency_ms") == (11.0, 6.0)
    assert "top1" not in names(random)


def test_a_share_says_on_how_many_images_it_was_counted() -> None:
    checks = [Check(0.0, 1.0, images=50), Check(0.1, 0.99, images=2)]
    trials = [FP32, replace(FP32, precision="bf16")]
    outcomes = [outcome(t, check=check) for t, check in zip(trials, checks, strict=True)]
    assert only(outcomes, "precision").values("images") == (50, 2)


def test_a_math_mode_has_tables_of_its_own_and_is_no_baseline_of_another_axis() -> None:
    fast = replace(FP32, math_mode="bf16")
    check = Check(0.01, 0.99, 48.0, images=2)
    bf16 = replace(FP32, precision="bf16")
    outcomes = [outcome(FP32, 10.0), outcome(fast, 4.0, check=check), outcome(bf16, 5.0)]
    modes, precisions = only(outcomes, "math-mode"), only(outcomes, "precision")
    assert modes.values("speedup_vs_strict") == (1.0, 2.5)
    assert modes.values("sqnr_db") == (None, 48.0)
    assert precisions.values("speedup_vs_fp32") == (1.0, 2.0)
    assert precisions.fixed["math_mode"] == "strict"
