"""Typing values, saving, copying, the log on the screen."""

import csv
import io
import logging
from pathlib import Path

import pytest
from profiling_stage import on_operators_screen
from scripted import Stage
from sweeping_stage import notices
from test_app import measured, staged, until
from test_keeping import quit, quit_unstored
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, Log, Static

from resnettui.core.axes import AXIS
from resnettui.core.settings import KeyWish, Settings
from resnettui.core.trial import Trial
from resnettui.log import LOG, begin_log
from resnettui.tui.hands import NOTHING
from resnettui.tui.screens.entry import LIMIT, EntryScreen, allowed, completed
from resnettui.tui.screens.log import LogScreen

FIRST = Trial(threads=2)


def front(stage: Stage) -> str:
    return type(stage.app.screen).__name__


def words(stage: Stage) -> str:
    """Return what stands in the entry, its border apart."""
    return "\n".join(str(static.render()) for static in stage.app.screen.query(Static))


async def type_in(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*text, "enter")
    await pilot.pause()


async def test_a_number_is_typed_and_measured_as_one_trial() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(stage.app.screen, EntryScreen)
        assert stage.app.screen.query_one(Input).value == "2"
        assert "a whole number from 1" in words(stage)
        await type_in(pilot, "16")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert stage.supervisor.trials[-1] == Trial(threads=16)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("0", "0 is below 1"), ("9999", "9999 is above 4096"), ("x", "whole number")],
)
async def test_what_is_no_value_is_told_and_the_entry_stays(typed: str, reason: str) -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await pilot.press("enter")
        await type_in(pilot, typed)
        assert front(stage) == "EntryScreen"
        assert reason in words(stage)
        assert "from 1 to 4096" in words(stage)
        await pilot.press("escape")
        await pilot.pause()
        assert front(stage) == "LiveScreen"
        assert stage.app.snapshot.trial == FIRST
        assert len(stage.supervisor.wishes) == 1


@pytest.mark.parametrize(("pasted", "there"), [(LIMIT - 1, LIMIT), (LIMIT, 1)])
async def test_more_than_any_value_takes_is_not_taken(pasted: int, there: int) -> None:
    stage = Stage(Trial(threads=2))
    async with staged(stage) as pilot:
        await pilot.press("enter", "end")
        await pilot.pause()
        field = stage.app.screen.query_one(Input)
        field.post_message(Paste("1" * pasted))
        await pilot.pause()
        assert len(field.value) == there


async def test_a_list_of_cores_and_a_begun_word_are_taken() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        stage.app.action_type_value("pin")
        await pilot.pause()
        await type_in(pilot, "0-2")
        assert stage.app.snapshot.trial.pin == "0-2"
        stage.app.action_type_value("precision")
        await pilot.pause()
        await type_in(pilot, "bf")
        assert stage.app.snapshot.trial.precision == "bf16"


async def test_the_value_that_is_there_starts_nothing() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("enter")
        await type_in(pilot, "2")
        await pilot.pause(0.2)
        assert len(stage.supervisor.wishes) == 1
        assert stage.app.snapshot.passes == 300


async def test_an_axis_without_a_meaning_has_no_entry() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        stage.app.action_type_value("engine")
        await pilot.pause()
        assert not isinstance(stage.app.screen, EntryScreen)
        assert notices(stage) == ["int8 engine is for int8, not for fp32."]


async def test_the_engines_are_those_that_run_here() -> None:
    stage = Stage(Trial(precision="int8"))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 10.0)
        stage.app.action_type_value("engine")
        await pilot.pause()
        assert "onednn, qnnpack" in words(stage)
        assert "fbgemm" not in words(stage)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
async def test_the_entry_has_its_line_and_what_is_allowed_at_every_size(
    size: tuple[int, int],
) -> None:
    stage = Stage(FIRST)
    async with staged(stage, size) as pilot:
        stage.app.action_type_value("pin")
        await pilot.pause()
        field, (_reason, what, *_rest) = (
            stage.app.screen.query_one(Input),
            stage.app.screen.query(Static),
        )
        for region in (field.region, what.region):
            assert region.height > 0
            assert stage.app.screen.region.contains_region(region)


def test_only_the_one_word_that_begins_so_is_completed() -> None:
    assert completed("INT", ("int8", "fp32")) == "int8"
    assert completed("fp", ("fp16", "fp32")) == "fp"
    assert completed("", ("only",)) == ""
    assert completed("16", ()) == "16"


def test_what_is_allowed_is_told_for_every_kind_of_axis() -> None:
    assert allowed(AXIS["image_size"], ()) == "a whole number from 32 to 65536"
    assert allowed(AXIS["fusion"], ("none", "full")) == "none, full"
    assert allowed(AXIS["pin"], ("compact", "big")) == "compact, big, or cores as 0-3,6"


async def saved(pilot: Pilot[None], stage: Stage, key: str, folder: Path) -> Path:
    """Save with a key of the choice, and return the file that came of it."""
    before = set(folder.glob("resnettui-*"))
    await pilot.press("w")
    await pilot.pause()
    await pilot.press(key)
    await until(pilot, lambda: len(set(folder.glob("resnettui-*")) - before) == 1)
    (path,) = set(folder.glob("resnettui-*")) - before
    await until(pilot, lambda: str(path) in notices(stage))
    return path


async def test_the_picture_is_saved_without_the_choice_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        path = await saved(pilot, stage, "s", tmp_path)
    assert path.name.startswith("resnettui-live-20")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "41.0" in text
    assert "Save" not in text


async def test_the_table_and_the_report_of_the_live_screen_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage(Trial(threads=1))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 100.0)
        await pilot.press("t")
        await measured(pilot, stage, 60.0)
        table = (await saved(pilot, stage, "c", tmp_path)).read_text(encoding="utf-8")
        report = (await saved(pilot, stage, "m", tmp_path)).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["threads"], row["latency_ms"]) for row in rows] == [("1", "100.0"), ("2", "60.0")]
    assert report.startswith("## resnet50 · fp32")
    assert "| 60.0 |" in report
    assert "1.67×" in report


async def test_a_folder_that_cannot_be_written_gives_way_to_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    here.rmdir()
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await saved(pilot, stage, "c", home)


async def test_where_nothing_can_be_written_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    monkeypatch.chdir(gone)
    gone.rmdir()
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("w")
        await pilot.pause()
        await pilot.press("c")
        await until(pilot, lambda: notices(stage) == ["No such file or directory"])


@pytest.mark.parametrize("keys", ["y", "wc", "wm"])
async def test_nothing_measured_is_nothing_to_save_or_copy(keys: str) -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await until(pilot, lambda: notices(stage) == [NOTHING])
        assert stage.app.clipboard == ""


async def test_the_report_is_copied_and_it_is_said() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("y")
        await until(pilot, lambda: len(notices(stage)) == 1)
        assert "lines of Markdown" in notices(stage)[0]
        assert stage.app.clipboard.startswith("## resnet50 · fp32")
        assert "Neoverse-N1" in stage.app.clipboard


async def test_the_operators_are_copied_and_saved_as_they_are_grouped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage(Trial(threads=2, fusion="full"))
    async with on_operators_screen(stage) as pilot:
        await pilot.press("g", "y")
        await until(pilot, lambda: bool(stage.app.clipboard))
        assert "### fusion none beside full" in stage.app.clipboard
        table = (await saved(pilot, stage, "c", tmp_path)).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["fusion"] for row in rows} == {"none", "full"}
    assert "stem" in {row["label"] for row in rows}


@pytest.mark.parametrize(("key", "heading"), [("4", "## W8A8"), ("5", "# Triage: ")])
async def test_the_other_screens_are_copied(key: str, heading: str) -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press(key)
        await pilot.pause(0.5)
        await pilot.press("y")
        await until(pilot, lambda: stage.app.clipboard.startswith(heading))


async def test_the_log_shows_its_last_lines_and_follows_them() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        LOG.setLevel(logging.INFO)
        for n in range(700):
            LOG.info("line %d", n)
        await pilot.press("l")
        await pilot.pause(0.1)
        assert isinstance(stage.app.screen, LogScreen)
        log = stage.app.screen.query_one(Log)
        assert len(log.lines) == 500
        assert log.lines[-1].endswith("line 699")
        assert log.is_vertical_scroll_end
        LOG.warning("a worker's \x1b[31mred\x1b[0m")
        await until(pilot, lambda: log.lines[-1].endswith("a worker's red"))
        assert log.is_vertical_scroll_end
        assert log.border_subtitle == "in memory alone"


async def test_the_log_stays_where_the_user_scrolled_to() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        LOG.setLevel(logging.INFO)
        for n in range(200):
            LOG.info("line %d", n)
        await pilot.press("l")
        await pilot.pause(0.1)
        await pilot.press("home")
        await pilot.pause(0.1)
        LOG.info("the newest")
        log = stage.app.screen.query_one(Log)
        await until(pilot, lambda: log.lines[-1].endswith("the newest"))
        assert log.scroll_y == 0


async def test_a_line_wider_than_the_log_is_scrolled_to_and_the_key_for_it_named() -> None:
    stage = Stage(FIRST, Settings(keys=(KeyWish("ten-columns-right", ("f6",), ""),)))
    async with staged(stage, (60, 20)) as pilot:
        LOG.setLevel(logging.INFO)
        await pilot.press("l")
        log = stage.app.screen.query_one(Log)
        log.clear()
        await until(pilot, lambda: log.border_title == "Log")
        LOG.info("begin %s end", "x" * 80)
        await until(pilot, lambda: log.border_title == "Log, f6 for the rest of the lines")
        await pilot.press(*["f6"] * 6)
        await pilot.pause()
        assert " end" in log.render_line(0).text
        await pilot.resize_terminal(200, 20)
        await until(pilot, lambda: log.border_title == "Log")


async def test_a_log_that_cannot_be_written_is_one_notice_and_is_shown_all_the_same(
    log_file: Path,
) -> None:
    log_file.mkdir(parents=True)
    begin_log("info")
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await until(pilot, lambda: notices(stage) == ["Is a directory"])
        await pilot.pause(1.2)
        assert len(notices(stage)) == 1
        await pilot.press("l")
        await pilot.pause(0.1)
        log = stage.app.screen.query_one(Log)
        assert log.border_subtitle == "not written: Is a directory"
        assert any("The log is not written" in line for line in log.lines)


async def test_what_the_user_is_told_is_in_the_log(log_file: Path, tmp_path: Path) -> None:
    begin_log("info")
    stage = Stage(FIRST, history=tmp_path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await until(pilot, lambda: len(notices(stage)) == 1)
        await quit_unstored(pilot, stage)
    assert f"WARNING resnettui.tui.terminal_app: told: Not stored: {tmp_path} is a folder" in (
        log_file.read_text()
    )


async def test_quitting_asks_only_where_something_would_be_lost(tmp_path: Path) -> None:
    stage = Stage(FIRST, history=tmp_path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await until(pilot, lambda: stage.app.not_stored is not None)
        await pilot.press("q")
        await until(pilot, lambda: type(stage.app.screen).__name__ == "QuestionScreen")
        assert f"{tmp_path} is a folder" in words(stage)
        await pilot.press("n")
        await pilot.pause()
        assert not stage.supervisor.closed
        await quit_unstored(pilot, stage)
    stage = Stage(FIRST, history=tmp_path / "fine.sqlite")
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await quit(pilot, stage)


async def test_a_choice_of_what_to_save_can_be_clicked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("w")
        await pilot.pause()
        await pilot.click(list(stage.app.screen.query(Static))[1], offset=(4, 0))
        await until(pilot, lambda: len(list(tmp_path.glob("resnettui-live-*.csv"))) == 1)
