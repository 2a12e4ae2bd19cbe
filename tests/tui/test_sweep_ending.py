"""The end of a sweep, by a key, by trouble or with the app, and what stays of it."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import Stage
from sweeping_stage import (
    FIRST,
    SHORTEST,
    ended,
    finish_trial,
    notices,
    on_sweep_screen,
    select,
    start,
    state,
    stored,
    unfinished,
    view,
)
from test_app import measured, seen, until
from test_keeping import quit, quit_unstored
from textual.pilot import Pilot

from resnettui.core.protocol import Failed, WorkerLost
from resnettui.core.trial import Trial
from resnettui.headless.stored_sweep import state_of
from resnettui.store import History


async def test_x_ends_the_sweep_and_live_measuring_goes_on(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await finish_trial(pilot, stage)
        await pilot.press("x")
        await ended(pilot, stage)
        assert stage.supervisor.trials[-1] == FIRST
        await measured(pilot, stage, 40.0)
        assert "stopped; what is measured is in the history" in seen(stage, "progress")
        assert stage.app.snapshot.trial == FIRST
        assert stage.app.snapshot.passes == 300
        await pilot.press("1", "t")
        await until(pilot, lambda: stage.supervisor.trials[-1] == Trial(threads=3))
        await quit(pilot, stage)
    assert [entry.source for entry in stored(history_file)] == ["live", "sweep", "live"]


async def test_x_without_a_sweep_does_nothing() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await pilot.press("x")
        await pilot.pause()
        assert len(stage.supervisor.wishes) == 1
        assert view(stage).state is None


async def test_x_twice_ends_it_once() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        wishes = len(stage.supervisor.wishes)
        await pilot.press("x", "x")
        await ended(pilot, stage)
        await pilot.pause(0.1)
        assert stage.supervisor.trials[wishes:] == [FIRST]


async def test_enter_twice_starts_one_sweep() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await select(pilot, stage, SHORTEST)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        await pilot.pause(0.1)
        assert stage.supervisor.trials[1:] == [state(stage).order.plan.trials[0]]
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert len(stage.supervisor.wishes) == 2


async def test_a_sweep_that_is_ended_before_its_first_step_is_ended() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        stage.app.sweep.start()
        stage.app.sweep.stop()
        assert view(stage).running
        await ended(pilot, stage)
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert stage.supervisor.trials == [FIRST, FIRST]
        await start(pilot, stage)
        assert view(stage).running


async def test_a_study_after_a_stopped_one_begins_from_the_live_configuration() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage, "fusion")
        while stage.supervisor.trials[-1].precision == "fp32":
            await finish_trial(pilot, stage)
        await select(pilot, stage, "batch")
        during = view(stage).preview
        await pilot.press("x")
        await ended(pilot, stage)
        await pilot.press("up", "down")
        assert view(stage).preview == during
        assert during is not None
        assert {trial.precision for trial in during.trials} == {"fp32"}


async def test_a_failed_trial_is_shown_and_stored_and_the_sweep_goes_on(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        stage.supervisor.fail("refused by oneDNN", "try fp32")
        await until(pilot, lambda: state(stage).done == 1)
        await finish_trial(pilot, stage)
        await until(pilot, lambda: "2 of 9  ✗ 1" in seen(stage, "progress"))
        assert "refused by oneDNN" in seen(stage, "progress")
        await quit(pilot, stage)
    failed, done = [entry for entry in stored(history_file) if entry.source == "sweep"]
    assert (failed.failure, failed.result, failed.position) == ("refused by oneDNN", None, 0)
    assert done.position == 1


async def test_a_killed_worker_costs_the_trial_under_way_and_no_other(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        stage.supervisor.prepare()
        stage.supervisor.tell(WorkerLost("the worker was killed", "smaller batch"))
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        await finish_trial(pilot, stage)
        assert state(stage).failures == {0: "the worker was killed"}
        assert list(state(stage).outcomes) == [1]
        await quit(pilot, stage)
    assert len([entry for entry in stored(history_file) if entry.failure]) == 1


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A disk on which adding a trial takes until the event is set."""
    done, add = threading.Event(), History.add
    done.set()

    def slowly(history: History, entry: object) -> None:
        assert done.wait(60)
        add(history, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(History, "add", slowly)
    yield done
    done.set()


async def measured_but_not_stored(
    pilot: Pilot[None], stage: Stage, slow_disk: threading.Event
) -> None:
    """End the first trial of a sweep, whose result waits for the disk."""
    slow_disk.clear()
    stage.supervisor.prepare()
    stage.supervisor.sample(30.0)
    await until(pilot, lambda: stage.supervisor.stopped == 1)


async def test_a_worker_that_dies_between_two_trials_fails_neither(
    history_file: Path, slow_disk: threading.Event
) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await measured_but_not_stored(pilot, stage, slow_disk)
        stage.supervisor.tell(WorkerLost("the worker was killed", "smaller batch"))
        slow_disk.set()
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        await finish_trial(pilot, stage)
        assert state(stage).failures == {}


async def test_x_while_a_trial_is_being_stored_waits_for_it(
    history_file: Path, slow_disk: threading.Event
) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await measured_but_not_stored(pilot, stage, slow_disk)
        await pilot.press("x")
        await pilot.pause(0.1)
        assert view(stage).running
        slow_disk.set()
        await ended(pilot, stage)
        assert [entry.position for entry in stored(history_file) if entry.source == "sweep"] == [0]


async def test_a_history_that_cannot_be_written_ends_the_sweep_with_a_notice(
    tmp_path: Path,
) -> None:
    stage = Stage(FIRST, history=tmp_path)
    async with on_sweep_screen(stage) as pilot:
        await select(pilot, stage, SHORTEST)
        await pilot.press("enter")
        await until(pilot, lambda: view(stage).trouble == f"{tmp_path} is a folder")
        await until(pilot, lambda: "✗" in seen(stage, "progress"))
        ours = [n for n in stage.app._notifications if n.title == "The sweep ended"]
        assert [notice.message for notice in ours] == [f"{tmp_path} is a folder"]
        await measured(pilot, stage, 40.0)
        assert stage.supervisor.trials == [FIRST, FIRST]
        await quit_unstored(pilot, stage)
    assert stage.app.return_code == 0


async def test_a_history_that_breaks_in_mid_sweep_ends_it(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await finish_trial(pilot, stage)
        history_file.rename(history_file.with_name("moved"))
        history_file.mkdir()
        stage.supervisor.prepare()
        stage.supervisor.sample(30.0)
        await ended(pilot, stage)
        assert f"{history_file} is a folder" in notices(stage)
        assert state(stage).done == 1


async def test_data_that_cannot_be_used_ends_the_sweep() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        run = stage.supervisor.wishes[-1].run_id
        stage.supervisor.tell(Failed(run, "data", "no image in photos", "name another folder"))
        await ended(pilot, stage)
        assert notices(stage) == ["no image in photos"]
        assert stage.supervisor.trials[-1] == FIRST


async def test_an_error_that_nobody_foresaw_ends_the_app(
    history_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(history: History, text: str) -> str:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(History, "begin_sweep", broken)
    stage = Stage(FIRST, history=history_file)
    with pytest.raises(ZeroDivisionError):
        await _enter(stage)


async def _enter(stage: Stage) -> None:
    async with on_sweep_screen(stage) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: stage.app.return_code is not None)


async def test_quitting_in_mid_sweep_keeps_what_is_done_and_nothing_half(
    history_file: Path,
) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await finish_trial(pilot, stage)
        stage.supervisor.prepare()
        stage.supervisor.sample(3.0, passes=40)
        await quit(pilot, stage)
    assert stage.supervisor.closed
    assert [entry.source for entry in stored(history_file)] == ["live", "sweep"]
    sweep = unfinished(history_file)
    assert sweep is not None
    with History.open(history_file) as history:
        left = state_of(*history.sweep_plan(sweep), history)
    assert (left.done, left.total, list(left.outcomes)) == (1, 9, [0])
    assert left.order == state(stage).order


async def test_quitting_during_the_start_of_a_sweep_measures_nothing_more(
    history_file: Path,
) -> None:
    stage = Stage(FIRST, history=history_file)
    async with on_sweep_screen(stage) as pilot:
        stage.app.sweep.start()
        await asyncio.gather(stage.app.action_quit(), asyncio.sleep(0))
        stage.app.sweep.start()
        await pilot.pause(0.1)
        assert stage.supervisor.trials == [FIRST]
    assert [entry.source for entry in stored(history_file)] == ["live"]
