import pytest
from table_samples import BOARD, FP32, along, names, outcome, row

from resnettui.core.scaling import scaling_rows
from resnettui.core.trial import Trial
from resnettui.core.visited import VISITED, visited_table


def test_axes_that_differ_are_columns_and_the_others_are_told_once() -> None:
    rows = scaling_rows(along("threads", {1: 20.0, 2: 10.0}))
    table = visited_table(rows, "Configurations visited", BOARD)
    assert table.name == VISITED
    assert names(table) == [
        *("threads", "latency_ms", "throughput_img_s", "speedup", "parallel_efficiency"),
    ]
    assert row(table, 1)["speedup"] == 2.0
    assert table.fixed["platform"] == BOARD
    assert table.fixed["fusion"] == "full"
    assert "threads" not in table.fixed


def test_fusion_flags_and_engines_have_columns_where_there_are_any() -> None:
    rows = scaling_rows(
        [
            outcome(Trial(), 20.0),
            outcome(FP32, 10.0, flags=("noisy",)),
            outcome(Trial(precision="int8", engine="qnnpack"), 5.0),
        ]
    )
    table = visited_table(rows, "Sweep", BOARD, ["! drift: it became slower"])
    assert {"precision", "fusion", "engine", "fusion_benefit", "flags"} <= {*names(table)}
    assert [row(table, at)["fusion_benefit"] for at in range(3)] == [2, 2, None]
    assert table.footnotes == ("! drift: it became slower",)


def test_one_row_is_a_table_whose_axes_are_all_told_once() -> None:
    table = visited_table(scaling_rows([outcome(FP32, 10.0)]), "Sweep", BOARD)
    assert names(table) == ["latency_ms", "throughput_img_s", "speedup", "parallel_efficiency"]
    assert table.fixed["threads"] == 1


def test_a_table_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a row"):
        visited_table((), "Sweep", BOARD)
