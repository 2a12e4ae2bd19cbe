import pytest
from operator_samples import CONV, FUSED, FUSED_PROFILE, ROOF, UNFUSED, call, profile

from resnettui.core.op_rows import (
    COMPUTE,
    GROUPS,
    MEMORY,
    ORDER,
    SORTS,
    OpRow,
    beside,
    between_of,
    rows_of,
    same_work,
    whole_of,
)
from resnettui.core.operators import REORDER


def labels(rows: tuple[OpRow, ...]) -> list[str]:
    return [row.label for row in rows]


def test_calls_of_one_kind_are_one_row_the_longest_first() -> None:
    rows = rows_of(UNFUSED)
    assert labels(rows) == ["conv2d", "batch_norm", "relu", "reorder"]
    norms = rows[1]
    assert (len(norms.calls), norms.time_ns, norms.moved_bytes) == (2, 800, 7200)
    assert norms.share == pytest.approx(800 / 2200)


def test_rows_and_what_is_between_add_up_to_the_pass() -> None:
    for by in GROUPS:
        shares = sum(row.share for row in rows_of(UNFUSED, by))
        assert shares + UNFUSED.between_ns / UNFUSED.profiled_ns == pytest.approx(1)


def test_stages_stand_in_the_order_of_execution_where_they_are_to() -> None:
    assert labels(rows_of(UNFUSED, "stage", ORDER)) == ["layer1", "layer2"]


def test_single_calls_stay_apart_even_of_one_module() -> None:
    twice = profile(*[call("aten::relu_", ns, name="layer1.0.relu") for ns in (1, 2)])
    rows = rows_of(twice, "call", ORDER)
    assert labels(rows) == ["layer1.0.relu relu", "layer1.0.relu relu #2"]
    assert labels(rows_of(twice, "call")) == ["layer1.0.relu relu #2", "layer1.0.relu relu"]


def test_shapes_are_those_of_the_same_work() -> None:
    both = profile(call(CONV, 1, shape="3x3"), call(FUSED, 1, shape="3x3"))
    assert labels(rows_of(both, "shape")) == ["conv2d 3x3"]
    assert same_work("quantized::conv2d_add_relu") == same_work(CONV)
    assert same_work("aten::relu_") == "relu"


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_puts_the_highest_first(sort: str) -> None:
    values = [SORTS[sort](row) for row in rows_of(UNFUSED, "call", sort, ROOF)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1] or sort == "calls"


def test_a_row_under_its_roof() -> None:
    row = rows_of(UNFUSED, roof=ROOF)[0]
    assert row.flop_per_s == pytest.approx(77e9)
    assert row.intensity == pytest.approx(100)
    assert row.compute_share == pytest.approx(0.77)
    assert row.memory_share == pytest.approx(0.077)
    assert (row.bound, row.roof_share) == (COMPUTE, row.compute_share)


def test_what_computes_nothing_is_bound_by_memory() -> None:
    row = rows_of(UNFUSED, roof=ROOF)[1]
    assert row.compute_share is None
    assert row.memory_share == pytest.approx(0.9)
    assert row.bound == MEMORY
    assert row.bytes_per_s == pytest.approx(9e9)


def test_a_row_faster_than_the_memory_roof_says_so() -> None:
    cached = OpRow("relu", (call("aten::relu_", 100, moved=2500),), 100, ROOF)
    assert cached.memory_share == pytest.approx(2.5)


def test_without_a_roof_a_row_has_no_share_of_it() -> None:
    row = rows_of(UNFUSED)[0]
    assert (row.compute_share, row.memory_share, row.bound, row.roof_share) == (None,) * 4


def test_what_took_no_time_divides_by_nothing() -> None:
    row = OpRow("nothing", (call(CONV, 0, flop=1, moved=0),), 0, ROOF)
    assert (row.share, row.flop_per_s, row.bytes_per_s, row.intensity) == (0, 0, 0, 0)
    assert row.bound is None


def test_kernels_are_counted_and_reference_loops_found() -> None:
    calls = (
        call(CONV, 1, kernel="convolution gemm:acl"),
        call(CONV, 9, kernel="convolution gemm_s8u8s32:ref"),
        call(CONV, 3),
    )
    row = OpRow("conv2d", calls, 13)
    assert list(row.kernels.items()) == [
        ("convolution gemm_s8u8s32:ref", 1),
        ("convolution gemm:acl", 1),
    ]
    assert row.reference_calls == 1


def test_totals() -> None:
    total = whole_of(UNFUSED, ROOF)
    assert (len(total.calls), total.time_ns, total.share) == (5, 2200, 1)
    assert between_of(UNFUSED).time_ns == 100
    assert UNFUSED.macs == UNFUSED.flop // 2 == 38_500
    assert UNFUSED.moved_bytes == total.moved_bytes
    assert UNFUSED.between_ns == 100


def test_unfused_and_fused_stand_beside_each_other() -> None:
    pairs = beside(rows_of(UNFUSED), rows_of(FUSED_PROFILE))
    assert [pair.label for pair in pairs[:2]] == ["conv2d", "conv2d_relu"]
    found = {pair.label: (pair.unfused is not None, pair.fused is not None) for pair in pairs}
    assert found == {
        "conv2d_relu": (False, True),
        "conv2d": (True, False),
        "batch_norm": (True, False),
        "relu": (True, False),
        REORDER: (True, False),
    }
    by_call = beside(rows_of(UNFUSED, "call"), rows_of(FUSED_PROFILE, "call"))
    (first,) = [pair for pair in by_call if pair.unfused and pair.fused]
    assert first.label == "layer1.0.conv1 conv2d"
