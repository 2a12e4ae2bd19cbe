from dataclasses import replace

import pytest
from drawing_samples import INT8, PALETTE, board, folded, plain, run, style_of
from scripted import Stage
from test_app import measured, seen, staged

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live_events import Kept
from resnettui.core.trial import Trial
from resnettui.tui.widgets.baseline import baseline_lines
from resnettui.tui.widgets.latency import latency_lines
from resnettui.tui.widgets.scaling import scaling_lines

FOUR = replace(INT8, threads=4)


def kept(median_ms: float = 20.0) -> Frame:
    """Return a frame of the baseline itself."""
    return frame_of(folded([*board(), *run(INT8, median_ms), Kept()]))


def compared(other: Trial = FOUR, median_ms: float = 10.0, passes: int = 299) -> Frame:
    """Return a frame of another configuration beside a baseline of 20 ms."""
    before = folded([*board(), *run(INT8, 20.0), Kept()])
    return frame_of(folded(run(other, median_ms, passes, run_id=2), before))


def test_without_a_baseline_there_is_no_line() -> None:
    assert baseline_lines(frame_of(folded([*board(), *run(INT8, 20.0)])), 60, PALETTE) == []


def test_the_baseline_itself_says_so_and_how_to_let_go() -> None:
    (line,) = plain(baseline_lines(kept(), 60, PALETTE))
    assert line == "◆ baseline 20.0 ms, n 299; k lets go of it"


def test_another_configuration_shows_its_verdict_the_baseline_and_the_caution() -> None:
    lines = plain(baseline_lines(compared(), 60, PALETTE))
    assert lines == [
        "◆ vs baseline 2.00× faster [1.99, 2.01]",
        "  int8 fused nhwc b1 qnnpack t2: 20.0 ms, n 299",
        "  not interleaved: drift possible",
    ]


@pytest.mark.parametrize(
    ("median_ms", "passes", "verdict", "strong"),
    [
        (30.0, 299, "1.50× slower [1.49, 1.51]", True),
        (20.0, 299, "no difference, 1.00× the time [1.00, 1.00]", False),
        (20.4, 299, "not decided, 1.02× the time [1.02, 1.02]", False),
        (10.0, 12, "not decided, 0.50×", False),
    ],
)
def test_every_verdict_is_drawn(median_ms: float, passes: int, verdict: str, strong: bool) -> None:
    line = baseline_lines(compared(FOUR, median_ms, passes), 60, PALETTE)[0]
    assert line.plain.startswith(f"◆ vs baseline {verdict}")
    style = style_of(line, verdict)
    assert style.bold is (True if strong else None)


def test_on_a_narrow_panel_the_interval_is_whole() -> None:
    line = baseline_lines(compared(), 36, PALETTE)[0]
    assert line.plain == "◆ vs 2.00× faster [1.99, 2.01]"


def test_another_batch_size_is_compared_by_the_image() -> None:
    lines = plain(baseline_lines(compared(replace(INT8, batch_size=4), 40.0), 60, PALETTE))
    assert lines[0] == "◆ vs baseline 2.00× faster [1.99, 2.01]"
    assert lines[2] == "  per image; not interleaved: drift possible"


def test_the_latency_panel_holds_the_lines_at_both_sizes() -> None:
    for width, height in ((50, 23), (46, 10)):
        lines = plain(latency_lines(compared(), width, height, PALETTE))
        assert "◆ vs baseline 2.00× faster [1.99, 2.01]" in lines
        assert "  not interleaved: drift possible" in lines
        assert len(lines) <= height
        assert any("█" in line for line in lines)


def test_a_low_panel_keeps_the_figures_before_the_baseline() -> None:
    lines = plain(latency_lines(compared(), 40, 4, PALETTE))
    assert lines[0].startswith("10.0 ms")
    assert len(lines) <= 4


def test_the_row_of_the_baseline_is_marked() -> None:
    rows = plain(scaling_lines(compared(), 110, 10, PALETTE))
    assert sorted(row[0] for row in rows[1:]) == ["▸", "◆"]
    assert next(row for row in rows if row[0] == "◆").split()[-5] == "20.0"


async def test_k_keeps_the_baseline_and_lets_go_of_it() -> None:
    stage = Stage(Trial(threads=2))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 40.0)
        await pilot.press("k")
        await pilot.pause()
        assert "◆ baseline 40.0 ms, n 300" in seen(stage, "latency")
        await pilot.press("f")
        await measured(pilot, stage, 20.0)
        assert "vs baseline 2.00× faster [2.00, 2.00]" in seen(stage, "latency")
        assert "◆ fp32 unfused" in seen(stage, "scaling")
        await pilot.press("f")
        await measured(pilot, stage, 40.0)
        await pilot.press("k")
        await pilot.pause()
        assert "baseline" not in seen(stage, "latency")
        assert "◆" not in seen(stage, "scaling")


async def test_k_before_the_first_pass_says_why_nothing_is_kept() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("k")
        await pilot.pause()
        assert stage.app.snapshot.baseline is None
        (notice,) = stage.app._notifications
        assert notice.message == "Nothing is measured of this configuration yet."


async def test_k_ends_a_pause_so_that_it_is_seen() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("space", "k")
        await pilot.pause()
        assert "◆ baseline 41.0 ms" in seen(stage, "latency")


@pytest.mark.parametrize("width", [80, 120])
async def test_the_footer_has_room_for_the_baseline(width: int) -> None:
    stage = Stage()
    async with staged(stage, (width, 24)):
        last = stage.app.screen._compositor.render_strips()[-1].text
        assert "k baseline" in last
        assert "q quit" in last


@pytest.mark.parametrize(("width", "offered"), [(40, True), (80, True), (120, False)])
async def test_the_footer_offers_to_turn_panels_only_where_some_are_hidden(
    width: int, offered: bool
) -> None:
    stage = Stage()
    async with staged(stage, (width, 40)) as pilot:
        for columns in (width, 160 - width, width):
            await pilot.resize_terminal(columns, 40)
            await pilot.pause()
            await pilot.pause()
        last = stage.app.screen._compositor.render_strips()[-1].text
        assert ("tab panel" in last) == offered
