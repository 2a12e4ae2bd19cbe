"""What keeps the picture from costing: the focus, a terminal that lags, nothing that moves."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
from scripted import Stage
from test_app import measured, seen, staged, until
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import AppBlur, AppFocus
from textual.widgets import Input

from resnettui.core.settings import Settings
from resnettui.tui import FRAMES_PER_SECOND, REMOTE_FRAMES_PER_SECOND, drawing
from resnettui.tui.app import CHANGE_S
from resnettui.tui.driver import CaughtUp, FellBehind, PatientDriver, patient

SELDOM = Settings(rate_s=60.0)
"""So seldom that no tick comes within a test."""


# The rate and the focus.


async def test_the_rate_is_that_of_the_looks_and_of_the_frames() -> None:
    stage = Stage(settings=SELDOM)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        stage.sensors.asked = ()
        stage.supervisor.sample(41.0)
        await pilot.pause(1.5)
        assert stage.sensors.asked == ()
        assert "n 300" in seen(stage, "latency")
        assert stage.app.snapshot.passes == 600


async def test_the_focus_comes_back_with_a_look_and_a_frame() -> None:
    stage = Stage(settings=SELDOM)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        stage.app.post_message(AppBlur())
        await pilot.pause()
        stage.supervisor.sample(41.0)
        stage.sensors.asked = ()
        stage.app.post_message(AppFocus())
        await until(pilot, lambda: stage.sensors.asked == (4711,))
        await until(pilot, lambda: "n 600" in seen(stage, "latency"))


async def test_a_change_of_state_is_drawn_without_the_focus_too() -> None:
    stage = Stage(settings=SELDOM)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        stage.app.post_message(AppBlur())
        await pilot.pause()
        stage.supervisor.fail("bf16 is refused by oneDNN", "try fp32")
        await pilot.pause(2 * CHANGE_S)
        assert "bf16 is refused" in seen(stage, "latency")


# A terminal that lags.


async def test_nothing_is_drawn_while_the_terminal_lags_and_all_when_it_reads() -> None:
    stage = Stage(settings=SELDOM)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        stage.app.post_message(FellBehind())
        await pilot.pause()
        before = seen(stage, "latency")
        stage.supervisor.sample(80.0, passes=900)
        stage.app.draw()
        await pilot.pause(2 * CHANGE_S)
        assert seen(stage, "latency") == before
        assert stage.app.snapshot.passes == 1200
        stage.app.post_message(CaughtUp(left_out=False))
        await until(pilot, lambda: "n 1200" in seen(stage, "latency"))


@pytest.mark.parametrize("left_out", [True, False])
async def test_a_whole_frame_is_painted_only_where_some_was_left_out(
    left_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(settings=SELDOM)
    async with staged(stage) as pilot:
        whole: list[str] = []
        monkeypatch.setattr(stage.app, "refresh", lambda **_: whole.append("screen"))
        stage.app.post_message(CaughtUp(left_out))
        await pilot.pause()
        assert whole == ["screen"] * left_out


def test_only_the_driver_that_would_wait_is_replaced() -> None:
    assert patient(LinuxDriver) is PatientDriver
    assert patient(HeadlessDriver) is HeadlessDriver
    assert Stage().app.driver_class is PatientDriver


# Nothing moves by itself.


@pytest.mark.parametrize(
    ("environment", "frames"),
    [
        ({}, FRAMES_PER_SECOND),
        ({"SSH_TTY": "", "SSH_CONNECTION": ""}, FRAMES_PER_SECOND),
        ({"SSH_TTY": "/dev/pts/3"}, REMOTE_FRAMES_PER_SECOND),
        ({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}, REMOTE_FRAMES_PER_SECOND),
    ],
)
def test_fewer_frames_are_written_over_ssh(environment: Mapping[str, str], frames: int) -> None:
    assert drawing(environment)["TEXTUAL_FPS"] == str(frames)


def test_textual_heeds_what_it_is_told() -> None:
    code = (
        "import json, os; from resnettui.tui import drawing; os.environ.update(drawing(os.environ))"
        "; from textual import constants as c"
        "; print(json.dumps([c.MAX_FPS, c.TEXTUAL_ANIMATIONS, c.SMOOTH_SCROLL]))"
    )
    environment = {**os.environ, "SSH_TTY": "/dev/pts/3"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True
    )
    assert json.loads(told.stdout) == [REMOTE_FRAMES_PER_SECOND, "none", False]


@pytest.mark.parametrize("key", ["ctrl+p", "enter"])
async def test_the_cursor_of_an_input_does_not_blink(key: str) -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: isinstance(stage.app.focused, Input))
        await pilot.pause()
        assert isinstance(stage.app.focused, Input)
        assert not stage.app.focused.cursor_blink


async def test_an_idle_screen_writes_nothing_beside_the_ticks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage(settings=SELDOM)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("ctrl+p")
        await pilot.pause(1.0)
        written: list[str] = []
        monkeypatch.setattr(stage.app, "post_display_hook", lambda: written.append("frame"))
        await pilot.pause(1.2)
        assert written == []
