"""What the settings make of the app, and what is remembered of it."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from scripted import Stage
from sweeping_stage import notices, on_sweep_screen, start
from test_app import measured, staged, until

from resnettui import tui
from resnettui.core.remembered import Remembered
from resnettui.core.settings import SCREENS, KeyWish, Settings
from resnettui.core.trial import Trial
from resnettui.errors import UnforeseenError, UsageError
from resnettui.places import state_path, themes_folder
from resnettui.remembered import recall
from resnettui.tui.app import ResnettuiApp
from resnettui.tui.screens.question import QuestionScreen

OWN = 'name = "mine"\nprimary = "#123456"\nbackground = "#010203"\n'


def own_theme(name: str, text: str) -> Path:
    folder = themes_folder()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("screen", SCREENS)
async def test_any_screen_can_be_in_front_at_the_start(screen: str) -> None:
    stage = Stage(settings=Settings(screen=screen))
    async with staged(stage) as pilot:
        name = f"{screen.capitalize()}Screen"
        await until(pilot, lambda: type(stage.app.screen).__name__ == name)


async def test_what_was_left_is_remembered() -> None:
    stage = Stage(Trial(threads=2))
    async with staged(stage) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        await pilot.press("5")
        await until(pilot, lambda: type(stage.app.screen).__name__ == "MachineScreen")
        stage.app.theme = "paper"
        await pilot.press("question_mark", "escape", "q")
        await pilot.pause()
    assert stage.app.left == Remembered("paper", "machine", Trial(threads=3))


@pytest.mark.parametrize("settings", [Settings(), Settings(last_theme="gone")])
async def test_a_theme_that_nobody_chose_is_not_remembered(settings: Settings) -> None:
    stage = Stage(settings=settings)
    async with staged(stage) as pilot:
        await pilot.press("q")
        await pilot.pause()
    assert stage.app.left == Remembered(None, "live", Trial(threads=2))


async def test_what_a_signal_ended_is_remembered() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: type(stage.app.screen).__name__ == "MachineScreen")
        os.kill(os.getpid(), signal.SIGTERM)
        await until(pilot, lambda: stage.app.return_code is not None)
    assert stage.app.left == Remembered(None, "machine", Trial(threads=2))


async def test_an_app_that_was_not_left_after_all_is_remembered_as_it_ends(tmp_path: Path) -> None:
    stage = Stage(Trial(threads=2), history=tmp_path)  # A folder: nothing can be stored.
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await until(pilot, lambda: stage.app.not_stored is not None)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(stage.app.screen, QuestionScreen))
        await pilot.press("n")
        assert stage.app.left is None
        await pilot.press("t", "q")
        await until(pilot, lambda: isinstance(stage.app.screen, QuestionScreen))
        await pilot.press("y")
        await until(pilot, lambda: stage.app.return_code is not None)
    assert stage.app.left == Remembered(None, "live", Trial(threads=4))


@pytest.mark.parametrize("settings", [Settings(theme="okabe"), Settings(last_theme="okabe")])
async def test_a_theme_that_somebody_chose_is_remembered(settings: Settings) -> None:
    stage = Stage(settings=settings)
    async with staged(stage) as pilot:
        assert stage.app.theme == "okabe"
        await pilot.press("q")
        await pilot.pause()
    assert stage.app.left is not None
    assert stage.app.left.theme == "okabe"


async def test_a_sweep_under_way_is_not_the_last_configuration(tmp_path: Path) -> None:
    stage = Stage(Trial(threads=2, batch_size=3), history=tmp_path / "history.sqlite")
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        assert stage.app.snapshot.trial.batch_size == 1
        await pilot.press("q")
        await pilot.pause()
    assert stage.app.left == Remembered(None, "sweep", Trial(threads=2, batch_size=3))


@pytest.mark.parametrize(
    "wrong", [Settings(theme="mauve"), Settings(keys=(KeyWish("fly", ("x",), "config.toml:1"),))]
)
def test_no_recording_is_begun_with_settings_that_mean_nothing(
    wrong: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "new.jsonl"
    with pytest.raises(UsageError):
        Stage(settings=replace(wrong, record=file))
    assert not file.exists()


def test_the_theme_of_the_last_time_that_is_gone_is_no_error() -> None:
    assert Stage(settings=Settings(last_theme="gone")).app.theme == "ember"
    assert Stage(settings=Settings(theme="paper", last_theme="okabe")).app.theme == "paper"


async def test_a_theme_of_the_user_can_be_chosen() -> None:
    own_theme("mine.toml", OWN)
    stage = Stage(settings=Settings(theme="mine"))
    async with staged(stage):
        assert stage.app.theme_variables["background"].lower() == "#010203"
        assert notices(stage) == []


async def test_a_theme_of_the_user_goes_before_another_of_its_name() -> None:
    own_theme("mine.toml", OWN.replace("mine", "ember"))
    stage = Stage()
    async with staged(stage):
        assert stage.app.theme == "ember"
        assert stage.app.theme_variables["background"].lower() == "#010203"


async def test_bad_themes_are_told_once_and_left_out() -> None:
    first = own_theme("a.toml", OWN + 'akzent = "red"\n')
    second = own_theme("b.toml", "name = \n")
    own_theme("c.toml", OWN)
    stage = Stage()
    async with staged(stage):
        (told,) = notices(stage)
        assert told.splitlines() == [
            f"{first}:4: unknown field 'akzent'",
            f"{second}:1: Invalid value",
        ]
        assert "mine" in stage.app.available_themes


def test_the_app_remembers_when_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    left = Remembered("paper", "sweep", Trial(threads=5))

    def run(app: ResnettuiApp, **_: object) -> None:
        app.left = left

    monkeypatch.setattr(ResnettuiApp, "run", run)
    tui.start(Trial(), None, "random", Settings(), None)
    assert recall(state_path()) == left


def test_an_app_that_broke_remembers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(app: ResnettuiApp, **_: object) -> None:
        app.left = Remembered("paper", "sweep", Trial(threads=5))
        app.unforeseen = LookupError("the cat sat on it")

    monkeypatch.setattr(ResnettuiApp, "run", run)
    with pytest.raises(UnforeseenError):
        tui.start(Trial(), None, "random", Settings(), None)
    assert not state_path().exists()


def test_what_only_the_app_can_judge_is_judged_without_it() -> None:
    assert tui.troubles(Settings(theme="okabe")) == []
    wrong = Settings(theme="mauve", keys=(KeyWish("fly", ("x",), "config.toml:1"),))
    assert [error.reason for error in tui.troubles(wrong)] == [
        "config.toml:1: there is no action 'fly'",
        "--theme: there is no theme 'mauve'",
    ]
