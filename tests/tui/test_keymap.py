from typing import Any

import pytest
from scripted import Stage
from test_app import seen, staged, until

from resnettui.core.axes import AXES
from resnettui.core.settings import KeyWish, Settings
from resnettui.core.trial import Trial
from resnettui.errors import UsageError
from resnettui.tui.keymap import RESERVED, actions, key_names, key_of, keymap_of
from resnettui.tui.keys import SCREEN_BINDINGS, step_action


def wishes(**keys: Any) -> tuple[KeyWish, ...]:
    return tuple(
        KeyWish(action, (wanted,) if isinstance(wanted, str) else wanted, f"config.toml:{line}")
        for line, (action, wanted) in enumerate(keys.items(), start=1)
    )


@pytest.mark.parametrize("screen", SCREEN_BINDINGS)
def test_every_binding_has_an_id_and_a_key_of_its_own(screen: str) -> None:
    bindings = SCREEN_BINDINGS[screen]
    ids = [binding.id for binding in bindings]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    keys = [binding.key for binding in bindings]
    assert len({*keys, *RESERVED}) == len(keys) + len(RESERVED)


def test_an_id_means_the_same_on_every_screen() -> None:
    bound = {(b.id, b.action, b.key) for bindings in SCREEN_BINDINGS.values() for b in bindings}
    assert len({id for id, *_ in bound}) == len(bound)


def test_every_axis_has_actions() -> None:
    ids = {action.id for action in actions()}
    for axis in AXES:
        if axis.key:
            name = axis.label.replace(" ", "-")
            assert {f"next-{name}", f"previous-{name}"} <= ids


def test_actions_know_their_screens() -> None:
    found = {action.id: action for action in actions()}
    assert found["quit"].screens == tuple(SCREEN_BINDINGS)
    assert found["pause"].screens == ("live",)
    assert found["next-threads"].screens == ("live", "operators")


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("x", "x"),
        ("X", "X"),
        ("shift+x", "X"),
        ("!", "exclamation_mark"),
        (",", "comma"),
        ("/", "slash"),
        (" ", "space"),
        ("plus", "plus"),
        ("Ctrl+X", "ctrl+x"),
        ("F5", "f5"),
        ("ctrl+shift+up", "ctrl+shift+up"),
        ("full_stop", "full_stop"),
        (("x", "ctrl+x"), "x,ctrl+x"),
    ],
)
def test_a_key_is_named_as_the_terminal_sends_it(wanted: Any, keys: str) -> None:
    assert keymap_of(wishes(look_again=wanted)) == {"look-again": keys}


def test_two_actions_can_change_places() -> None:
    wanted = wishes(pause="f", next_fusion="space")
    assert keymap_of(wanted) == {"pause": "f", "next-fusion": "space"}


def test_no_wish_is_no_key() -> None:
    assert keymap_of(()) == {}


@pytest.mark.parametrize("key", ["spacebar", "ctrl+", "+x", "x y", "hold+x", "ctrl+xx", "<any>"])
def test_a_key_that_there_is_not_is_told_with_its_place(key: str) -> None:
    with pytest.raises(UsageError, match=r"config\.toml:1: quit: there is no key"):
        keymap_of(wishes(quit=key))


def test_an_action_that_there_is_not_is_told_with_its_place() -> None:
    with pytest.raises(UsageError, match=r"config\.toml:2: there is no action 'fly'") as error:
        keymap_of(wishes(quit="x", fly="y"))
    assert "resnettui config --keys" in error.value.hint


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"pause": "f"}, "config.toml:1: pause: f is the key of next-fusion, too, on the live"),
        ({"start": "q"}, "config.toml:1: start: q is the key of quit, too, on the sweep"),
        ({"quit": "x"}, "config.toml:1: quit: x is the key of stop, too, on the sweep"),
        ({"pause": "ctrl+p"}, "config.toml:1: pause: ctrl+p is the key of the palette, too"),
        (
            {"pause": "z", "reset": "z"},
            "config.toml:2: reset: z is the key of pause, too, on the live",
        ),
        ({"pause": ("ctrl+y", "k")}, "config.toml:1: pause: k is the key of baseline, too"),
    ],
)
def test_a_key_cannot_do_two_things_on_a_screen(wanted: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError) as error:
        keymap_of(wishes(**wanted))
    assert error.value.reason.startswith(reason)


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("next-threads", "t"),
        ("previous-threads", "T"),
        ("show-live", "1"),
        ("show-machine", "5"),
        ("help", "?"),
        ("start", "enter"),
        ("study-above", "↑"),
        ("ten-columns-right", "shift+→"),
    ],
)
def test_a_key_has_a_name_for_hints(action: str, name: str) -> None:
    assert key_of(action, {}) == name


def test_every_action_has_a_key_to_name() -> None:
    assert all(key_of(action.id, {}) for action in actions())
    assert {step_action(axis) for axis in AXES if axis.key} <= {action.id for action in actions()}


def test_hints_name_the_first_of_the_user_s_keys() -> None:
    wanted = wishes(next_threads=("+", "ctrl+up"), next_int8_engine="ctrl+e", start="f5")
    names = key_names(keymap_of(wanted))
    found = [key_of(id, names) for id in ("next-threads", "next-int8-engine", "start", "group")]
    assert found == ["+", "ctrl+e", "f5", "g"]


def test_a_bad_wish_keeps_the_screen_closed() -> None:
    with pytest.raises(UsageError, match="no action 'fly'"):
        Stage(settings=Settings(keys=wishes(fly="x")))


async def test_the_keys_of_the_user_take_the_place_of_the_usual_ones() -> None:
    keys = wishes(next_threads=("u", "f5"), show_sweep="z")
    stage = Stage(Trial(threads=2), Settings(keys=keys))
    async with staged(stage) as pilot:
        await pilot.press("t")
        await pilot.pause(0.2)
        assert len(stage.supervisor.wishes) == 1
        assert "u threads" in seen(stage, "configuration")
        await pilot.press("u")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert stage.supervisor.trials[-1].threads == 3
        await pilot.press("f5")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        await pilot.press("z")
        await until(pilot, lambda: type(stage.app.screen).__name__ == "SweepScreen")


async def test_actions_that_changed_places_do_each_other_s_work() -> None:
    keys = wishes(next_threads="T", previous_threads="t")
    stage = Stage(Trial(threads=2), Settings(keys=keys))
    async with staged(stage) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        await pilot.press("T")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        assert [trial.threads for trial in stage.supervisor.trials] == [2, 1, 2]


async def test_the_footer_and_the_help_show_the_keys_of_the_user() -> None:
    keys = wishes(pause="ctrl+o", quit="Q", show_sweep="z")
    stage = Stage(settings=Settings(keys=keys))
    async with staged(stage) as pilot:
        await pilot.pause()
        footer = stage.app.screen._compositor.render_strips()[-1].text
        assert "^o pause" in footer
        assert "Q quit" in footer
        await pilot.press("question_mark")
        await pilot.pause()
        shown = {
            (binding.id, stage.app.get_key_display(binding))
            for binding in stage.app.screen._keys  # type: ignore[attr-defined]
        }
        assert {("pause", "^o"), ("quit", "Q"), ("show-sweep", "z"), ("help", "?")} <= shown
        assert not {id for id, _ in shown} & {"show-operators", "show-machine"}
