"""The command palette has every action of the screen in front, each once."""

import pytest
from scripted import Stage
from test_app import staged, until

from resnettui.core.axes import AXES
from resnettui.tui import keys
from resnettui.tui.commands import commands_of

LISTS = {
    "1": keys.LIVE_BINDINGS,
    "2": keys.SWEEP_BINDINGS,
    "3": keys.OPERATORS_BINDINGS,
    "4": keys.COMPARE_BINDINGS,
    "5": keys.MACHINE_BINDINGS,
}


def on_screen(stage: Stage) -> str:
    return "\n".join(row.text for row in stage.app.screen._compositor.render_strips())


@pytest.mark.parametrize("key", LISTS)
async def test_every_binding_with_words_is_a_command_and_none_is_there_twice(key: str) -> None:
    stage = Stage()
    async with staged(stage, (80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause(0.3)
        titles = [command.title for command in commands_of(stage.app, stage.app.screen, {})]
    assert len(titles) == len({title.lower() for title in titles})
    wanted = {binding.description for binding in LISTS[key] if binding.description} - {"screen"}
    assert {word[0].upper() + word[1:] for word in wanted} <= {*titles}
    assert {f"Screen {number}: {name}" for number, name in keys.SCREEN_KEYS.items()} <= {*titles}
    assert {f"Type a value for {axis.label}" for axis in AXES} <= {*titles}
    assert "Theme" in titles


async def test_a_command_does_what_its_key_does() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("ctrl+p", *"next threads")
        await until(pilot, lambda: "Next threads" in on_screen(stage))
        await pilot.press("enter")
        await until(pilot, lambda: stage.app.snapshot.trial.threads == 3)


async def test_a_command_acts_on_the_screen_it_was_called_from() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("2")
        await pilot.pause(0.2)
        study = stage.app.sweep.view.study
        commands = {one.title: one for one in commands_of(stage.app, stage.app.screen, {})}
        await commands["Study below"].callback()
        assert stage.app.sweep.view.study != study
