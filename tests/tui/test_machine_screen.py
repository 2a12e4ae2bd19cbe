"""The screen of the machine: triage's page, and the count of its findings on every screen."""

import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from scripted import BOARD, BUILD, Stage
from test_app import measured, seen, staged, until
from test_keeping import quit
from textual.pilot import Pilot
from textual.widgets import Static

from resnettui.core.board import Board, Load, Program, Throttling
from resnettui.core.protocol import WorkerLost
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.tui.keys import MACHINE_BINDINGS
from resnettui.tui.lookout import Lookout
from resnettui.tui.palette import palette_from
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.widgets.sheet import Sheet

BUSY = replace(BOARD, load=Load((3.0, 2.0, 1.0), 3.5, (Program(77, "compiler", 3.5),)))
HOT = replace(BUSY, throttling=Throttling(now=("the temperature limit",)))


@asynccontextmanager
async def on_machine_screen(
    stage: Stage, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Pilot[None]]:
    """Yield the app on its fifth screen, the board read."""
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        await until(pilot, lambda: stage.looks == 1)
        await pilot.press("5")
        await until(pilot, lambda: type(stage.app.screen).__name__ == "MachineScreen")
        await until(pilot, lambda: stage.looks == 2 and not stage.app.snapshot.surveying)
        await until(pilot, lambda: "Triage" in seen(stage, "machine"))
        yield pilot


async def test_findings_stand_on_top_and_facts_below() -> None:
    stage = Stage()
    stage.board = BUSY
    async with on_machine_screen(stage):
        lines = seen(stage, "machine").splitlines()
        assert "Triage:" in lines[1]
        finding = next(n for n, line in enumerate(lines) if "compiler" in line)
        facts = next(n for n, line in enumerate(lines) if "Processor" in line)
        assert finding < facts
        assert "torch 2.9.1" in seen(stage, "machine")


@pytest.mark.parametrize("theme", ["ember", "paper"])
async def test_findings_have_the_colours_of_the_theme(theme: str) -> None:
    stage = Stage(settings=Settings(theme=theme))
    stage.board = BUSY
    async with on_machine_screen(stage):
        drawn = stage.app.export_screenshot(simplify=True).replace("&#160;", " ")
        palette = palette_from(stage.app.theme_variables)
        for words, style in {"other load": palette.error, "processor": palette.dim}.items():
            (name,) = re.findall(rf'class="([\w-]+)"[^>]*> *(?:[✗!] )?{words} *<', drawn)
            assert style.color is not None
            assert f".{name} {{ fill: {style.color.get_truecolor().hex}" in drawn


async def test_the_board_is_read_once_before_anybody_looks_and_anew_with_the_screen() -> None:
    stage = Stage()
    async with on_machine_screen(stage) as pilot:
        await pilot.press("1", "5")
        await until(pilot, lambda: stage.looks == 3)
        await pilot.press("r")
        await until(pilot, lambda: stage.looks == 4)


async def test_r_shows_what_has_changed_since() -> None:
    stage = Stage()
    async with on_machine_screen(stage) as pilot:
        assert "compiler" not in seen(stage, "machine")
        stage.board = BUSY
        await pilot.press("r")
        await until(pilot, lambda: "compiler" in seen(stage, "machine"))


def lookout(stage: Stage) -> Lookout:
    found = stage.app._lookout
    assert isinstance(found, Lookout)
    return found


async def test_the_border_says_while_it_is_read_again() -> None:
    stage = Stage()
    async with on_machine_screen(stage) as pilot:
        done = threading.Event()
        look = lookout(stage)._find_board

        def slowly(machine: object) -> Board:
            assert done.wait(60)
            return look(machine)  # type: ignore[arg-type]

        lookout(stage)._find_board = slowly
        await pilot.press("r")
        await until(pilot, lambda: "looking again" in seen(stage, "machine"))
        await pilot.press("r")
        done.set()
        await until(pilot, lambda: "looking again" not in seen(stage, "machine"))
        assert stage.looks == 3


async def test_before_the_first_look_the_page_says_what_is_read() -> None:
    stage = Stage()
    done = threading.Event()

    def slowly(_machine: object) -> Board:
        assert done.wait(60)
        return BOARD

    lookout(stage)._find_board = slowly
    async with staged(stage) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "looking at the board" in seen(stage, "machine"))
        assert "finding" not in seen(stage, "status")
        done.set()
        await until(pilot, lambda: "Triage" in seen(stage, "machine"))


async def test_torch_comes_from_the_worker_that_measures_as_soon_as_it_tells() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "torch is being asked" in seen(stage, "machine"))
        assert "2.9.1" not in seen(stage, "machine")
        stage.supervisor.prepare()
        await until(pilot, lambda: "torch 2.9.1" in seen(stage, "machine"))
        assert "torch is being asked" not in seen(stage, "machine")
        assert len(stage.supervisor.jobs) == 1


async def test_a_worker_that_does_not_come_up_is_the_worst_finding() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        stage.supervisor.tell(WorkerLost("torch died of SIGILL", "install torch 2.9", True))
        await pilot.press("5")
        await until(pilot, lambda: "torch died of SIGILL" in seen(stage, "machine"))
        lines = [line for line in seen(stage, "machine").splitlines() if "no torch" in line]
        assert len(lines) == 1


SCREENS = ("1", "2", "3", "4", "5")


@pytest.mark.parametrize("key", SCREENS)
async def test_the_count_of_findings_stands_on_every_screen(key: str) -> None:
    stage = Stage()
    stage.board = BUSY
    async with staged(stage) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: "finding" in seen(stage, "status"))
        count = stage.app._picture._frame
        assert count is not None
        assert f"{count.grave} finding" in seen(stage, "status")
        assert "(5)" in seen(stage, "status")


async def test_notes_are_not_counted_and_nothing_is_said_of_none() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        stage.supervisor.prepare()
        await until(pilot, lambda: stage.app.snapshot.board is not None)
        await pilot.pause(0.3)
        frame = stage.app._picture._frame
        assert frame is not None
        assert frame.grave == sum(finding.severity > 0 for finding in frame.findings)
        assert ("finding" in seen(stage, "status")) is bool(frame.grave)


SIZES = [(120, 40), (100, 30), (80, 24), (60, 20), (40, 12)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_fills_the_screen_and_can_be_read_to_its_end(size: tuple[int, int]) -> None:
    stage = Stage()
    stage.board = HOT
    async with on_machine_screen(stage, size) as pilot:
        region = stage.app.screen.query_one("#machine").region
        assert (region.x, region.y, region.right, region.bottom) == (0, 1, size[0], size[1] - 1)
        assert stage.app.screen.query_one(Static).region.width <= size[0]
        await pilot.press("end")
        await until(pilot, lambda: "engine" in seen(stage, "machine"))
        await pilot.press("home")
        await until(pilot, lambda: "Triage" in seen(stage, "machine"))


async def test_a_terminal_that_grows_lays_the_page_out_anew() -> None:
    stage = Stage()
    async with on_machine_screen(stage, (40, 12)) as pilot:
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "Processor" in seen(stage, "machine"))


async def test_help_lists_the_keys_of_the_screen() -> None:
    stage = Stage()
    async with on_machine_screen(stage) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        text = stage.app.export_screenshot().replace("&#160;", " ")
        for binding in MACHINE_BINDINGS:
            assert binding.description in text


async def test_q_leaves_from_here() -> None:
    stage = Stage(Trial(threads=2))
    async with on_machine_screen(stage) as pilot:
        await quit(pilot, stage)
    assert stage.app.return_code == 0
    assert stage.app.snapshot.build == BUILD


def test_a_page_that_comes_before_its_sheet_is_made_waits() -> None:
    sheet = Sheet("Machine")
    sheet.put("page", "state")
    assert sheet._page == "page"
