"""The panel of the operators on the live screen, in literal characters."""

import pytest
from drawing_samples import (
    INT8,
    PALETTE,
    folded,
    frame,
    plain,
    prepared,
    style_of,
)

from resnettui.core.frame import frame_of
from resnettui.core.live_events import Chosen
from resnettui.core.ops import OpLedger
from resnettui.tui.widgets.operators import operators_lines


def test_the_operators_are_told_before_and_after_fusion() -> None:
    head, before, after, empty, heading, *rows = plain(
        operators_lines(frame("measuring"), 40, 20, PALETTE)
    )
    assert head == "160 → 41 + 33 fused (= 74)"
    assert (before.split()[0], after.split()[0], empty) == ("none", "now", "")
    assert heading.split() == ["none", "now"]
    assert [row.split() for row in rows] == [
        ["batch_norm", "53", "·"],
        ["conv2d", "53", "20"],
        ["relu", "33", "·"],
        ["conv2d_relu", "·", "33"],
        ["add_relu", "16", "16"],
        *(
            [name, "1", "1"]
            for name in (
                *("adaptive_avg_pool", "dequantize", "linear"),
                *("max_pool", "quantize_per_tensor"),
            )
        ),
    ]
    assert {len(row) for row in (heading, *rows)} == {40}


def test_a_long_kind_leaves_its_counts_in_their_columns() -> None:
    kind = "custom::an_operator_with_quite_a_long_name"
    event = prepared(unfused=OpLedger({kind: 12345, "aten::relu": 1}), ops=OpLedger({kind: 7}))
    drawn = plain(operators_lines(frame_of(folded([Chosen(1, INT8), event])), 28, 20, PALETTE))
    assert {len(row) for row in drawn[4:]} == {28}
    assert "12345" in drawn[5]
    assert drawn[5].endswith(" 7")


def test_operators_have_the_hues_of_fusion() -> None:
    head, before, after, _, _, *rows = operators_lines(frame("measuring"), 40, 20, PALETTE)
    assert style_of(head, "160").color == PALETTE.unfused.color
    assert style_of(head, "33").color == PALETTE.fused.color
    assert style_of(before, "█").color == PALETTE.unfused.color
    (row,) = [row for row in rows if row.plain.startswith("conv2d_relu")]
    assert style_of(row, "conv2d_relu").color == PALETTE.fused.color
    spans = [str(span.style) for span in after.spans]
    assert spans.count(str(PALETTE.unfused)) == spans.count(str(PALETTE.fused)) == 1


@pytest.mark.parametrize("width", [28, 40, 76])
def test_the_bars_of_operators_share_one_scale(width: int) -> None:
    _, before, after, *_ = plain(operators_lines(frame("measuring"), width, 20, PALETTE))
    assert before.count("█") == width - 5
    assert after.count("█") == pytest.approx((width - 5) * 41 / 160, abs=1)
    assert after.count("▓") == pytest.approx((width - 5) * 33 / 160, abs=1)


def test_without_a_ledger_operators_say_what_is_waited_for() -> None:
    drawn = plain(operators_lines(frame("building"), 40, 20, PALETTE))
    assert drawn == ["counted before the warm-up", "building resnet50 int8 fused 1/2"]


def test_operators_without_room_are_counted() -> None:
    whole = plain(operators_lines(frame("measuring"), 40, 20, PALETTE))
    drawn = plain(operators_lines(frame("measuring"), 40, 9, PALETTE))
    assert drawn == [*whole[:8], f"and {len(whole) - 8} more kinds"]


def test_operators_of_an_empty_pass_are_drawn() -> None:
    nothing = prepared(ops=OpLedger(), unfused=OpLedger())
    state = frame_of(folded([Chosen(1, INT8), nothing]))
    assert plain(operators_lines(state, 40, 20, PALETTE))[0] == "0 → 0 + 0 fused (= 0)"
