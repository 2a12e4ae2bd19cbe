"""W8A8, fusion and cross-platform tables of measured outcomes; the published are tested apart."""

from dataclasses import replace

import pytest
from table_samples import BOARD, FP32, INT8, OTHER, names, outcome, row

from resnettui.core.outcome import Outcome
from resnettui.core.table import TABLE_NAMES, Table
from resnettui.core.tables import tables_of
from resnettui.core.trial import Trial


def only(outcomes: list[Outcome], name: str) -> Table:
    (table,) = tables_of(outcomes, [name])
    return table


def test_the_w8a8_table_holds_every_platform_variant_engine_and_thread_count() -> None:
    outcomes = [
        outcome(replace(INT8, threads=2), 60.0),
        outcome(INT8, 100.0),
        outcome(replace(INT8, fusion="full"), 80.0),
        outcome(replace(INT8, engine="x86"), 20.0, platform=OTHER),
        outcome(FP32, 50.0),
        outcome(replace(INT8, processes=2), 110.0),
    ]
    table = only(outcomes, "w8a8")
    assert [found[:4] for found in table.rows] == [
        (BOARD, "Unfused", "qnnpack", 1),
        (BOARD, "Unfused", "qnnpack", 2),
        (BOARD, "Fused", "qnnpack", 1),
        (OTHER, "Unfused", "x86", 1),
    ]
    assert table.values("speedup") == pytest.approx((1.0, 100 / 60, 1.0, 1.0))
    assert table.values("parallel_efficiency") == pytest.approx((1.0, 50 / 60, 1.0, 1.0))


def test_another_batch_size_is_another_w8a8_table() -> None:
    tables = tables_of([outcome(INT8), outcome(replace(INT8, batch_size=8))], ["w8a8"])
    assert [table.fixed["batch_size"] for table in tables] == [1, 8]


def test_fusion_pairs_the_same_configuration() -> None:
    outcomes = [
        outcome(replace(INT8, threads=4), 30.0),
        outcome(replace(INT8, threads=4, fusion="full"), 15.0, ops=(160, 41), flags=("noisy",)),
        outcome(INT8, 100.0, flags=("throttled",)),
        outcome(replace(INT8, fusion="full"), 80.0, ops=(160, 41), flags=("throttled",)),
        outcome(replace(INT8, threads=2), 60.0),
    ]
    table = only(outcomes, "fusion")
    assert table.rows == (
        (1, 100.0, 80.0, 1.25, (160, 41), ("throttled",)),
        (4, 30.0, 15.0, 2.0, (160, 41), ("noisy",)),
    )
    assert table.fixed["engine"] == "qnnpack"


def test_without_a_pair_there_is_no_fusion_table() -> None:
    outcomes = [outcome(INT8), outcome(replace(INT8, fusion="full", engine="x86"))]
    assert tables_of(outcomes, ["fusion"]) == []


def both(threads: int, board_ms: float, other_ms: float) -> list[Outcome]:
    trial = replace(INT8, threads=threads)
    return [
        outcome(trial, board_ms),
        outcome(replace(trial, engine="x86"), other_ms, platform=OTHER),
    ]


def test_the_faster_platform_is_a() -> None:
    table = only([*both(1, 100.0, 20.0), *both(2, 60.0, 10.0)], "cross-platform")
    assert (table.fixed["A"], table.fixed["B"]) == (OTHER, BOARD)
    assert table.values("a_faster_than_b_unfused") == (5.0, 6.0)
    assert names(table) == ["cores", "a_ms", "a_variant", "b_unfused_ms", "a_faster_than_b_unfused"]


def test_a_is_its_fastest_variant_and_b_is_shown_in_both() -> None:
    outcomes = [
        *both(1, 100.0, 20.0),
        outcome(replace(INT8, fusion="full"), 80.0, flags=("noisy",)),
        outcome(replace(INT8, fusion="full", engine="onednn"), 70.0, flags=("throttled",)),
        outcome(replace(INT8, fusion="full", engine="x86"), 10.0, platform=OTHER, flags=("odd",)),
    ]
    table = only(outcomes, "cross-platform")
    assert row(table, 0) == {
        "cores": 1,
        "a_ms": 10.0,
        "a_variant": "fused, x86",
        "b_unfused_ms": 100.0,
        "b_fused_ms": 70.0,
        "a_faster_than_b_unfused": 10.0,
        "a_faster_than_b_fused": 7.0,
        "flags": ("A odd", "B throttled"),
    }


def test_only_shared_cores_are_compared() -> None:
    outcomes = [*both(1, 100.0, 20.0), outcome(replace(INT8, threads=2), 60.0)]
    assert only(outcomes, "cross-platform").values("cores") == (1,)
    apart = [outcome(INT8), outcome(replace(INT8, threads=2), platform=OTHER)]
    assert tables_of(apart, ["cross-platform"]) == []


@pytest.mark.parametrize(
    "changes", [{"precision": "fp32", "engine": None}, {"batch_size": 2}, {"image_size": 64}]
)
def test_only_the_same_workload_is_compared(changes: dict[str, object]) -> None:
    trial = replace(INT8, **changes)  # type: ignore[arg-type]
    assert tables_of([outcome(INT8), outcome(trial, platform=OTHER)], ["cross-platform"]) == []


def test_three_platforms_are_three_pairs() -> None:
    outcomes = [outcome(INT8, 10.0 * place, platform=str(place)) for place in (1, 2, 3)]
    tables = tables_of(outcomes, ["cross-platform"])
    assert [(t.fixed["A"], t.fixed["B"]) for t in tables] == [("1", "2"), ("1", "3"), ("2", "3")]


def test_no_outcome_is_no_table() -> None:
    assert tables_of([]) == []


def test_tables_come_in_the_order_of_their_names() -> None:
    outcomes = [
        outcome(replace(INT8, threads=threads, fusion=fusion, batch_size=size), platform=platform)
        for platform in (BOARD, OTHER)
        for size in (1, 2)
        for fusion in ("none", "full")
        for threads in (1, 2)
    ]
    found = list(dict.fromkeys(table.name for table in tables_of(outcomes)))
    assert found == ["batch", "threads", "w8a8", "fusion", "cross-platform"]
    assert found == [name for name in TABLE_NAMES if name in found]


def real(trial: Trial = INT8, latency_ms: float = 10.0, platform: str = BOARD) -> Outcome:
    return outcome(trial, latency_ms, platform, weights="imagenet", input="images")


def test_fusion_pairs_the_same_weights_and_input() -> None:
    full = replace(INT8, fusion="full")
    assert tables_of([outcome(INT8), outcome(full, input="images")], ["fusion"]) == []
    table = only([real(), real(full)], "fusion")
    assert (table.fixed["weights"], table.fixed["input"]) == ("imagenet", "images")


def test_other_weights_are_another_w8a8_table() -> None:
    outcomes = [outcome(INT8, 100.0), outcome(INT8, 90.0, weights="imagenet")]
    tables = tables_of(outcomes, ["w8a8"])
    assert [table.fixed.get("weights") for table in tables] == [None, "imagenet"]
    assert [table.values("latency_ms") for table in tables] == [(100.0,), (90.0,)]


def test_platforms_are_compared_with_the_same_weights_and_input() -> None:
    apart = [outcome(INT8), outcome(INT8, platform=OTHER, input="images")]
    assert tables_of(apart, ["cross-platform"]) == []
    same_machine = [outcome(INT8), outcome(INT8, input="images")]
    assert tables_of(same_machine, ["cross-platform"]) == []
    table = only([real(), real(platform=OTHER)], "cross-platform")
    assert (table.fixed["weights"], table.fixed["input"]) == ("imagenet", "images")


def test_what_does_not_state_its_weights_stands_beside_any() -> None:
    outcomes = [
        outcome(INT8, 100.0),
        real(INT8, 90.0),
        outcome(INT8, 30.0, platform=OTHER, weights="", input="images"),
    ]
    assert [table.values("latency_ms") for table in tables_of(outcomes, ["w8a8"])] == [
        (100.0, 30.0),
        (90.0, 30.0),
    ]
    tables = tables_of(outcomes, ["cross-platform"])
    assert [table.fixed["A"] for table in tables] == [OTHER, OTHER]
    assert [table.fixed.get("input") for table in tables] == [None, "images"]


def test_fusion_is_never_held_against_another_math_mode() -> None:
    none, full = Trial(), Trial(fusion="full")
    fast = [replace(trial, math_mode="bf16") for trial in (none, full)]
    outcomes = [outcome(none, 10.0), outcome(full, 5.0), outcome(fast[0], 8.0), outcome(fast[1])]
    strict, bf16 = tables_of(outcomes, ["fusion"])
    assert strict.values("fusion_speedup") == (2.0,)
    assert bf16.values("fusion_speedup") == (0.8,)
    assert (strict.fixed["math_mode"], bf16.fixed["math_mode"]) == ("strict", "bf16")


def test_platforms_are_compared_within_one_math_mode() -> None:
    fast = Trial(fusion="full", math_mode="bf16")
    strict = replace(fast, math_mode="strict")
    outcomes = [outcome(strict, 10.0), outcome(fast, 5.0, platform=OTHER)]
    assert tables_of(outcomes, ["cross-platform"]) == []
