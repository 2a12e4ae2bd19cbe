"""Hints name the key that an action has, not the one that it usually has."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from drawing_samples import PALETTE, frame, plain
from scripted import Stage
from sweeping_stage import notices, on_sweep_screen, start
from test_app import until
from test_baseline import kept
from test_compare_screen import on_compare_screen
from test_operators_drawing import FRAMES
from test_sweep_drawing import BEGUN, PLAN, framed, swept

from resnettui.core.frame import Frame
from resnettui.core.settings import KeyWish, Settings
from resnettui.core.trial import Trial
from resnettui.tui.commands import commands_of
from resnettui.tui.keymap import actions
from resnettui.tui.widgets.configuration import configuration_lines
from resnettui.tui.widgets.latency import latency_lines
from resnettui.tui.widgets.op_table import table_state
from resnettui.tui.widgets.panel import Draw
from resnettui.tui.widgets.scaling import scaling_lines
from resnettui.tui.widgets.sheet import Sheet
from resnettui.tui.widgets.status import status_lines
from resnettui.tui.widgets.sweep import curve_state, progress_lines, progress_state, studies_state
from resnettui.tui.widgets.verdict import verdict_lines, verdict_state

KEYS = {action.id: f"[{action.id}]" for action in actions()}
"""A key for every action that no hint can know."""


def drawn(draw: Draw) -> Callable[[Frame], str]:
    return lambda frame: " ".join(plain(draw(frame, 160, 12, PALETTE)))


@pytest.mark.parametrize(
    ("told", "frame", "hint"),
    [
        (drawn(latency_lines), kept(), "[baseline] lets go of it"),
        (drawn(configuration_lines), frame("chosen"), "[next-memory-format] "),
        (drawn(scaling_lines), frame("chosen"), "[next-threads] and [previous-threads] change"),
        (drawn(status_lines), replace(frame("chosen"), grave=2), "2 findings ([show-machine])"),
        (drawn(progress_lines), framed(), "[study-above] and [study-below]; [start] measures"),
        (drawn(verdict_lines), FRAMES["failed"], "[again] tries again"),
        (studies_state, framed(preview=PLAN), "[start] starts 4 trials"),
        (progress_state, swept(BEGUN), "running, [stop] stops"),
        (curve_state, framed(axes=("threads", "processes")), "[curve-axis] turns to the next axis"),
        (verdict_state, FRAMES["unfused"], "passes, [again] profiles again"),
        (table_state, FRAMES["unfused"], "[group] by kind, [sort] sorted by"),
    ],
)
def test_a_hint_in_a_panel_names_the_key_of_the_user(
    told: Callable[[Frame], str], frame: Frame, hint: str
) -> None:
    assert hint in told(replace(frame, keys=KEYS))
    assert "[" not in told(replace(frame, keys={})).replace("[1.", "")


def wished(**keys: str) -> Settings:
    return Settings(
        keys=tuple(KeyWish(action, (key,), "config.toml:1") for action, key in keys.items())
    )


async def test_a_page_that_sticks_out_names_the_key_of_the_user() -> None:
    stage = Stage(settings=wished(ten_columns_right="f7"))
    async with on_compare_screen(stage, (40, 12)) as pilot:
        sheet = stage.app.screen.query_one(Sheet)
        await until(pilot, lambda: sheet.border_subtitle == "f7 for the rest")


async def test_a_refusal_and_the_palette_name_the_keys_of_the_user() -> None:
    stage = Stage(Trial(threads=2), wished(stop="f9", show_sweep="2", show_machine="f5"))
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await pilot.press("1", "t")
        await until(pilot, lambda: bool(notices(stage)))
        assert notices(stage) == ["A sweep is running: f9 on the sweep screen (2) ends it."]
        found = list(stage.app.get_system_commands(stage.app.screen))
        assert ("Screen f5: machine", "Bring it to the front (f5)") in [one[:2] for one in found]
        assert {one.title for one in commands_of(stage.app, stage.app.screen, {})} == {
            one.title.replace("Screen f5", "Screen 5") for one in found
        }
