"""The compare screen: the tables of the history beside the published ones."""

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from drawing_samples import PALETTE
from scripted import Stage
from sweeping_stage import FIRST, notices
from test_app import measured, seen, staged, until
from test_keeping import quit
from textual.pilot import Pilot
from textual.widgets import Static

from resnettui.core.outcome import Outcome
from resnettui.core.published import published_outcomes
from resnettui.core.table import TABLE_NAMES
from resnettui.core.trial import Trial
from resnettui.tui.keys import COMPARE_BINDINGS
from resnettui.tui.screens.compare import EMPTY, CompareScreen, kinds_lines
from resnettui.tui.screens.help import HelpScreen

PUBLISHED = f"{len(published_outcomes())} configurations"


@asynccontextmanager
async def on_compare_screen(
    stage: Stage, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Pilot[None]]:
    """Yield the app on its fourth screen, after two configurations were measured."""
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await measured(pilot, stage, 31.0)
        await pilot.press("t")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        await until(pilot, lambda: stage.app._live._keeper._waiting == [])
        await pilot.press("4")
        await until(pilot, lambda: isinstance(stage.app.screen, CompareScreen))
        await until(pilot, lambda: "W8A8" in seen(stage, "tables"))
        yield pilot


async def to_table(pilot: Pilot[None], stage: Stage, name: str) -> None:
    """Turn to a kind of table."""
    for _ in TABLE_NAMES:
        if selected(stage) != name:
            await pilot.press("right")
    assert selected(stage) == name


def selected(stage: Stage) -> str:
    screen = stage.app.screen
    assert isinstance(screen, CompareScreen)
    return TABLE_NAMES[screen._selected]


async def test_the_published_tables_are_there_from_the_first_run() -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage) as pilot:
        await until(pilot, lambda: PUBLISHED in seen(stage, "tables"))
        sheet = seen(stage, "tables")
        assert "W8A8 LATENCY AND THROUGHPUT" in sheet
        assert "published, ARM" in sheet
        assert "62.7" in sheet


async def test_tables_of_the_history_stand_beside_the_published_ones(history_file: Path) -> None:
    stage = Stage(Trial(precision="int8", threads=1), history=history_file)
    async with on_compare_screen(stage):
        sheet = seen(stage, "tables")
        assert "Neoverse-N1, 4" in sheet
        assert "41.0" in sheet
        assert "31.0" in sheet
        assert "1.32×" in sheet
        assert "published, ARM" in sheet


async def test_arrows_walk_over_the_tables_and_around_the_end(history_file: Path) -> None:
    stage = Stage(Trial(threads=1), history=history_file)
    async with on_compare_screen(stage) as pilot:
        assert selected(stage) == "w8a8"
        walked = []
        for _ in TABLE_NAMES:
            await pilot.press("right")
            walked.append(selected(stage))
        assert sorted(walked) == sorted(TABLE_NAMES)
        assert walked[-1] == "w8a8"
        await to_table(pilot, stage, "threads")
        await until(pilot, lambda: "1.32×" in seen(stage, "tables"))
        at = TABLE_NAMES.index("threads")
        await pilot.press("left")
        assert selected(stage) == TABLE_NAMES[at - 1]


async def test_a_table_without_rows_says_what_would_bring_some() -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage) as pilot:
        await to_table(pilot, stage, "batch")
        await until(pilot, lambda: EMPTY[:40] in seen(stage, "tables"))


async def test_r_reads_what_was_added_since(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_compare_screen(stage) as pilot:
        before = len(published_outcomes()) + 2
        assert f"{before} configurations" in seen(stage, "tables")
        stage.supervisor.prepare()
        stage.supervisor.sample(25.0)
        stage.app.asking.choose(FIRST)
        await until(pilot, lambda: stage.app._live._keeper._waiting == [])
        assert f"{before} configurations" in seen(stage, "tables")
        await pilot.press("r")
        await until(pilot, lambda: f"{before + 1} configurations" in seen(stage, "tables"))


async def test_coming_back_reads_the_history_anew(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_compare_screen(stage) as pilot:
        await pilot.press("1")
        await measured(pilot, stage, 25.0)
        await pilot.press("t")
        await until(pilot, lambda: stage.app._live._keeper._waiting == [])
        await pilot.press("4")
        count = len(published_outcomes()) + 3
        await until(pilot, lambda: f"{count} configurations" in seen(stage, "tables"))


async def test_no_table_is_called_empty_before_the_history_is_read(
    history_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_compare_screen(stage) as pilot:
        read, known_outcomes = threading.Event(), stage.app.known_outcomes

        def slowly() -> Sequence[Outcome]:
            assert read.wait(60)
            return known_outcomes()

        await pilot.press("1")
        monkeypatch.setattr(stage.app, "known_outcomes", slowly)
        await pilot.press("4", "right")
        await pilot.pause()
        assert EMPTY[:40] not in seen(stage, "tables")
        read.set()
        count = len(published_outcomes()) + 2
        await until(pilot, lambda: f"{count} configurations" in seen(stage, "tables"))


async def test_behind_other_screens_it_holds_no_history(history_file: Path) -> None:
    stage = Stage(history=history_file)
    async with on_compare_screen(stage) as pilot:
        screen = stage.app.screen
        assert isinstance(screen, CompareScreen)
        assert len(screen._outcomes) > 0
        await pilot.press("1")
        await until(pilot, lambda: len(screen._outcomes) == 0)


async def test_a_broken_history_is_a_notice_beside_the_published_tables(history_file: Path) -> None:
    history_file.write_bytes(b"[red]no history" * 400)
    stage = Stage(FIRST, history=history_file)
    async with staged(stage) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: any(str(history_file) in notice for notice in notices(stage)))
        await until(pilot, lambda: PUBLISHED in seen(stage, "tables"))
        assert "published, ARM" in seen(stage, "tables")
        await quit(pilot, stage)
    assert stage.app.return_code == 0


async def test_1_and_2_lead_to_the_other_screens_and_back() -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage) as pilot:
        compare = stage.app.screen
        names = []
        for key in ("1", "4", "2", "4", "4"):
            await pilot.press(key)
            await pilot.pause()
            names.append(type(stage.app.screen).__name__)
        assert names == [
            *("LiveScreen", "CompareScreen", "SweepScreen", "CompareScreen", "CompareScreen")
        ]
        assert stage.app.screen is compare
        assert len(stage.app.screen_stack) == 2


async def test_help_lists_the_keys_of_the_screen_and_closes() -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        text = stage.app.export_screenshot().replace("&#160;", " ")
        for binding in COMPARE_BINDINGS:
            assert binding.description in text
        assert "scroll up" in text, "what Textual calls its keys stands there as ours does"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(stage.app.screen, CompareScreen))


async def test_q_leaves_from_here() -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage) as pilot:
        await quit(pilot, stage)
    assert stage.app.return_code == 0


async def test_what_does_not_fit_can_be_scrolled_to() -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage, (40, 12)) as pilot:
        await until(pilot, lambda: "shift+→" in seen(stage, "tables"))
        assert "W8A8" in seen(stage, "tables")
        for _ in range(4):
            await pilot.press("shift+right")
        for _ in range(8):
            await pilot.press("down")
        await until(pilot, lambda: "100.0 %" in seen(stage, "tables"))
        for _ in range(4):
            await pilot.press("shift+left")
        await pilot.press("home")
        await until(pilot, lambda: "W8A8" in seen(stage, "tables"))


SIZES = [(120, 40), (100, 30), (80, 24), (60, 20), (40, 12)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_tables_fill_what_the_two_lines_above_leave(size: tuple[int, int]) -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage, size):
        tables = stage.app.screen.query_one("#tables").region
        assert (tables.x, tables.y, tables.right, tables.bottom) == (0, 2, size[0], size[1] - 1)
        sheet = stage.app.screen.query_one(Static)
        assert sheet.region.width >= tables.width - 5


async def test_a_terminal_that_grows_lays_the_tables_out_anew() -> None:
    stage = Stage(FIRST)
    async with on_compare_screen(stage, (40, 12)) as pilot:
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "parallel efficiency" in seen(stage, "tables"))
        assert PUBLISHED in seen(stage, "tables")


# The line with the names.


def test_the_names_stand_in_one_line_with_the_selected_one_reversed() -> None:
    (line,) = kinds_lines(TABLE_NAMES.index("fusion"), 118, PALETTE)
    assert line.plain.replace("▸", "").split() == list(TABLE_NAMES)
    (reverse,) = [span for span in line.spans if "reverse" in str(span.style)]
    assert line.plain[reverse.start : reverse.end] == "▸fusion "


@pytest.mark.parametrize("width", [20, 38, 58, 78])
@pytest.mark.parametrize("at", range(len(TABLE_NAMES)))
def test_names_without_room_give_way_whole(at: int, width: int) -> None:
    (line,) = kinds_lines(at, width, PALETTE)
    assert f"▸{TABLE_NAMES[at]} " in line.plain
    words = line.plain.replace("▸", " ").split()
    assert len(line.plain.rstrip()) <= width
    assert {*words} <= {*TABLE_NAMES, "…"}
    assert (words[0] == "…") is (TABLE_NAMES[0] not in words)
    assert (words[-1] == "…") is (TABLE_NAMES[-1] not in words)
