"""Sweeps on the sweep screen, with a scripted other side."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from scripted import Stage
from test_app import measured, staged, until
from textual.pilot import Pilot

from resnettui.core.history import Entry
from resnettui.core.studies import STUDIES
from resnettui.core.sweep import SweepState, SweepView
from resnettui.core.trial import Trial
from resnettui.store import History

SHORTEST = "memory-format"
"""The study with the fewest trials on the scripted machine: nine."""

FIRST = Trial(threads=2)


@asynccontextmanager
async def on_sweep_screen(
    stage: Stage, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Pilot[None]]:
    """Yield the app on its second screen, after the live configuration was measured."""
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("2")
        await until(pilot, lambda: is_sweep(stage))
        yield pilot


def is_sweep(stage: Stage) -> bool:
    return type(stage.app.screen).__name__ == "SweepScreen"


def view(stage: Stage) -> SweepView:
    return stage.app.sweep.view


def state(stage: Stage) -> SweepState:
    found = view(stage).state
    assert found is not None
    return found


async def select(pilot: Pilot[None], stage: Stage, study: str) -> None:
    """Walk down to a study."""
    for _ in STUDIES:
        if view(stage).study != study:
            await pilot.press("down")
    assert view(stage).study == study


async def start(pilot: Pilot[None], stage: Stage, study: str = SHORTEST) -> None:
    """Start a study, and wait until its first trial is wished for."""
    wishes = len(stage.supervisor.wishes)
    await select(pilot, stage, study)
    await pilot.press("enter")
    await until(pilot, lambda: len(stage.supervisor.wishes) == wishes + 1)


async def finish_trial(pilot: Pilot[None], stage: Stage, milliseconds: float = 30.0) -> None:
    """Let the trial under way be measured, and wait until it is behind the sweep."""
    done = state(stage).done
    stage.supervisor.prepare()
    stage.supervisor.sample(milliseconds)
    await until(pilot, lambda: state(stage).done == done + 1)
    if state(stage).done < state(stage).total:
        position = state(stage).done
        await until(
            pilot,
            lambda: stage.supervisor.wishes[-1].trial == state(stage).order.plan.trials[position],
        )


async def ended(pilot: Pilot[None], stage: Stage) -> None:
    await until(pilot, lambda: not view(stage).running)


def stored(path: Path) -> Sequence[Entry]:
    with History.open(path) as history:
        return list(history.entries(listed.id for listed in history.listed()))


def unfinished(path: Path) -> str | None:
    """Return the id of the sweep that `resnettui sweep --resume` would find."""
    with History.open(path) as history:
        found = history.unfinished_sweep()
    return found[0] if found else None


def notices(stage: Stage) -> list[str]:
    return [notice.message for notice in stage.app._notifications]
