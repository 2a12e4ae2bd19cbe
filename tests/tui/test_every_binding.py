"""Every binding of tui/keys.py is pressed, and something comes of it.

A binding without a case, and a list of bindings without a screen, fail.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from profiling_stage import asked, profile_all
from scripted import Stage
from sweeping_stage import notices, view
from test_app import measured, staged, until
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Input, Log

from resnettui.core.axes import AXES
from resnettui.core.trial import Trial
from resnettui.log import LOG
from resnettui.tui import keys
from resnettui.tui.screens.compare import CompareScreen
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.sheet import Sheet

FIRST = Trial(precision="int8", threads=2, batch_size=2)


@dataclass(frozen=True)
class Case:
    """What a key changes."""

    what: Callable[[Stage], object]
    before: tuple[str, ...] = ()
    """Pressed first, so that there is something to change."""
    opened: Callable[[Stage], object] = lambda _stage: None
    """Opens what no key opens."""
    after: tuple[str, ...] = ()
    """Pressed then, so that the next key finds the screen it is for."""
    stays: bool = False
    """It leads to where one is."""


@dataclass(frozen=True)
class Scene:
    """A list of bindings, the screen that has them, and a case for each key."""

    cases: Mapping[str, Case]
    arrange: Callable[[Pilot[None], Stage], Awaitable[None]]
    size: tuple[int, int] = (80, 24)


def front(stage: Stage) -> str:
    return type(stage.app.screen).__name__


def shown(stage: Stage) -> frozenset[str | None]:
    return frozenset(panel.id for panel in stage.app.screen.query(Panel) if panel.display)


def told(stage: Stage) -> object:
    return stage.app.clipboard, tuple(notices(stage))


def trial(stage: Stage) -> Trial:
    return stage.app.snapshot.trial


def aside(stage: Stage) -> float:
    return stage.app.screen.query_one(Sheet).scroll_x


def log_aside(stage: Stage) -> float:
    return stage.app.screen.query_one(Log).scroll_x


def closed(stage: Stage) -> bool:
    return stage.supervisor.closed


def table(stage: Stage) -> object:
    screen = stage.app.screen
    assert isinstance(screen, CompareScreen)
    return screen._selected


def read(stage: Stage) -> object:
    screen = stage.app.screen
    assert isinstance(screen, CompareScreen)
    return id(screen._outcomes)


def files(_stage: Stage) -> list[Path]:
    return sorted(Path.cwd().glob("resnettui-*"))


def operators(stage: Stage) -> tuple[object, ...]:
    found = stage.app.profiling.view
    assert found is not None
    return found.selected, found.by, found.sort


TURNS = {"tab": Case(shown), "shift+tab": Case(shown)}

ASIDE = {"shift+right": Case(aside), "shift+left": Case(aside)}

STEPS = {
    key: Case(
        trial,
        before=("p",) if axis.name == "math_mode" else (),
        after=("P",) if axis.name == "math_mode" else (),
    )
    for axis in AXES
    if axis.key
    for key in (axis.key, axis.key.upper())
}
"""Forth and back, so that each finds the configuration it began with."""


def everywhere(own: str) -> dict[str, Case]:
    """Return the cases of the keys that all screens have; the last of them ends the app."""
    return {
        **{key: Case(front, after=("escape",)) for key in ("question_mark", "w", "l")},
        **{key: Case(front, after=(own,), stays=key == own) for key in keys.SCREEN_KEYS},
        "y": Case(told),
        "q": Case(closed),
    }


async def live(pilot: Pilot[None], stage: Stage) -> None:
    await measured(pilot, stage, 41.0)


async def to(pilot: Pilot[None], stage: Stage, key: str, name: str) -> None:
    await live(pilot, stage)
    await pilot.press(key)
    await until(pilot, lambda: front(stage) == name)
    await pilot.pause(0.1)


async def sweep(pilot: Pilot[None], stage: Stage) -> None:
    await to(pilot, stage, "2", "SweepScreen")


async def profiled(pilot: Pilot[None], stage: Stage) -> None:
    await to(pilot, stage, "3", "OperatorsScreen")
    await asked(pilot, stage, 1)
    await profile_all(pilot, stage)
    await pilot.pause(0.25)


async def compare(pilot: Pilot[None], stage: Stage) -> None:
    await to(pilot, stage, "4", "CompareScreen")
    await until(pilot, lambda: bool(stage.app.screen.query_one(Sheet).max_scroll_x))


async def machine(pilot: Pilot[None], stage: Stage) -> None:
    await to(pilot, stage, "5", "MachineScreen")
    await until(pilot, lambda: not stage.app.snapshot.surveying)


async def logged(pilot: Pilot[None], stage: Stage) -> None:
    LOG.setLevel(logging.INFO)
    LOG.info("wide " * 50)
    await live(pilot, stage)


async def untold(pilot: Pilot[None], stage: Stage) -> None:
    """Let something be measured that cannot be stored."""
    await live(pilot, stage)
    await pilot.press("t")
    await until(pilot, lambda: stage.app.not_stored is not None)


def modal(before: tuple[str, ...], *closing: str) -> dict[str, Case]:
    return {key: Case(front, before=before) for key in closing}


SCENES: dict[str, Scene] = {
    "LIVE_BINDINGS": Scene(
        {
            "space": Case(lambda stage: stage.app._picture.paused, after=("space",)),
            "k": Case(lambda stage: stage.app.snapshot.baseline),
            "r": Case(lambda stage: stage.app.snapshot.passes),
            **TURNS,
            "down": Case(lambda stage: stage.app._first.selected),
            "up": Case(lambda stage: stage.app._first.selected),
            "enter": Case(front, after=("escape",)),
            "right": Case(trial),
            "left": Case(trial),
            **STEPS,
            **everywhere("1"),
        },
        live,
    ),
    "SWEEP_BINDINGS": Scene(
        {
            **TURNS,
            "down": Case(lambda stage: view(stage).study),
            "up": Case(lambda stage: view(stage).study),
            "c": Case(lambda stage: view(stage).turned),
            "enter": Case(lambda stage: view(stage).running),
            "x": Case(lambda stage: view(stage).running),
            **everywhere("2"),
        },
        sweep,
    ),
    "OPERATORS_BINDINGS": Scene(
        {
            **TURNS,
            "down": Case(operators),
            "up": Case(operators),
            "end": Case(operators),
            "home": Case(operators),
            "pagedown": Case(operators),
            "pageup": Case(operators),
            "g": Case(operators),
            "s": Case(operators),
            "r": Case(lambda stage: len(stage.supervisor.jobs)),
            **STEPS,
            **everywhere("3"),
        },
        profiled,
    ),
    "COMPARE_BINDINGS": Scene(
        {
            **ASIDE,
            "right": Case(table),
            "left": Case(table),
            "r": Case(read),
            **everywhere("4"),
        },
        compare,
        (40, 12),
    ),
    "MACHINE_BINDINGS": Scene({"r": Case(lambda stage: stage.looks), **everywhere("5")}, machine),
    "HELP_BINDINGS": Scene(modal(("question_mark",), "escape", "question_mark", "q"), live),
    "LOG_BINDINGS": Scene(
        {
            "shift+right": Case(log_aside, before=("l",)),
            "shift+left": Case(log_aside),
            **modal((), "escape"),
            **modal(("l",), "l", "q"),
        },
        logged,
    ),
    "SAVE_BINDINGS": Scene(
        {**{key: Case(files, before=("w",)) for key in "scm"}, **modal(("w",), "escape", "w", "q")},
        live,
    ),
    "ENTRY_BINDINGS": Scene(
        {
            "escape": Case(front, before=("enter",)),
            "tab": Case(
                lambda stage: stage.app.screen.query_one(Input).value,
                before=("p", "enter", "i"),
                after=("escape",),
            ),
        },
        live,
    ),
    "THEMES_BINDINGS": Scene(
        {
            key: Case(front, opened=lambda stage: stage.app.action_change_theme())
            for key in ("escape", "q")
        },
        live,
    ),
    "QUESTION_BINDINGS": Scene(
        {**modal(("q",), "n", "escape"), "y": Case(closed, before=("q",))}, untold
    ),
}


def bindings() -> dict[str, list[Binding]]:
    named = {name: value for name, value in vars(keys).items() if name.endswith("_BINDINGS")}
    return {name: value for name, value in named.items() if isinstance(value, list)}


def test_every_list_of_bindings_has_a_scene() -> None:
    assert SCENES.keys() == bindings().keys()


@pytest.mark.parametrize("name", SCENES)
def test_every_binding_has_a_case(name: str) -> None:
    found = {binding.key for binding in Binding.make_bindings(bindings()[name])}
    assert SCENES[name].cases.keys() == found


@pytest.mark.parametrize("name", SCENES)
async def test_every_key_does_something(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scene = SCENES[name]
    stage = Stage(FIRST, history=tmp_path if name == "QUESTION_BINDINGS" else None)
    async with staged(stage, scene.size) as pilot:
        await scene.arrange(pilot, stage)
        for key, case in scene.cases.items():
            case.opened(stage)
            await pilot.press(*case.before)
            await pilot.pause(0.1)
            before = case.what(stage)
            await pilot.press(key)
            changed = await becomes(pilot, lambda c=case, b=before: c.what(stage) != b, case.stays)  # type: ignore[misc]
            assert changed is not case.stays, f"{key} on {front(stage)} leaves {before}"
            await pilot.press(*case.after)
            await pilot.pause(0.1)


async def becomes(pilot: Pilot[None], true: Callable[[], bool], stays: bool) -> bool:
    for _ in range(5 if stays else 300):
        await pilot.pause(0.02)
        if true():
            return True
    return False
