"""The sweep screen: choosing a study, following it, ending it, and what stays of it."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scripted import BUILD, Stage
from sweeping_stage import (
    FIRST,
    SHORTEST,
    ended,
    finish_trial,
    is_sweep,
    notices,
    on_sweep_screen,
    select,
    start,
    state,
    stored,
    unfinished,
    view,
)
from test_app import measured, seen, staged, until
from test_keeping import quit, quit_unstored

from resnettui.core.protocol import Failed, Hello, Ready, WorkerLost
from resnettui.core.settings import Settings
from resnettui.core.studies import STUDIES
from resnettui.core.trial import Trial
from resnettui.headless.stored_sweep import state_of
from resnettui.store import History
from resnettui.sweeping import Sweeping
from resnettui.tui.keys import SWEEP_BINDINGS, TURNS
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.widgets.panel import Panel


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


# Choosing.


async def test_the_plan_is_shown_once_the_worker_has_told_its_engines() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "planned when the worker is up" in seen(stage, "studies"))
        assert "choose a study" in seen(stage, "progress")
        stage.supervisor.prepare()
        await until(pilot, lambda: "enter starts" in seen(stage, "studies"))
        assert view(stage).preview is not None


async def test_arrows_choose_a_study_and_plan_it() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        assert view(stage).study == "all"
        seen_plans = set()
        for study in STUDIES:
            await pilot.press("down")
            await pilot.pause()
            assert view(stage).study == study
            assert f"▸ {study}" in seen(stage, "studies")
            plan = view(stage).preview
            assert plan is not None
            assert f"{len(plan.trials)} trials, enter starts" in seen(stage, "studies")
            seen_plans.add(len(plan.trials))
        assert len(seen_plans) > 3
        await pilot.press("up")
        assert view(stage).study == STUDIES[-2]


async def test_the_plan_follows_the_live_configuration() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await select(pilot, stage, "batch")
        await pilot.press("1", "p", "2")
        await until(pilot, lambda: is_sweep(stage))
        plan = view(stage).preview
        assert plan is not None
        precision = stage.app.snapshot.trial.precision
        assert {trial.precision for trial in plan.trials} == {precision} != {"fp32"}


async def test_a_study_cannot_be_started_before_the_worker_is_up() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await pilot.press("2", "enter")
        assert not view(stage).running
        assert notices(stage) == ["The worker is starting."]


async def test_a_worker_that_died_at_the_start_is_named() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        stage.supervisor.tell(WorkerLost("torch died of SIGILL", "install another", True))
        await pilot.press("2", "enter")
        assert not view(stage).running
        assert notices(stage) == ["There is no worker: torch died of SIGILL"]


# Following.


async def test_every_trial_of_the_plan_is_wished_for_in_order(path: Path) -> None:
    stage = Stage(FIRST, history=path, weights="imagenet")
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        plan = state(stage).order.plan
        for done in range(len(plan.trials)):
            assert stage.supervisor.trials[1:] == list(plan.trials[: done + 1])
            assert stage.supervisor.stopped == done
            await finish_trial(pilot, stage, 30.0 + done)
        await ended(pilot, stage)
        runs = [wish.run_id for wish in stage.supervisor.wishes]
        assert runs == sorted(set(runs))
        assert {wish.weights for wish in stage.supervisor.wishes} == {"imagenet"}
        assert "every trial is done" in seen(stage, "progress")
        await quit(pilot, stage)
    swept = [entry for entry in stored(path) if entry.source == "sweep"]
    assert [entry.trial for entry in swept] == list(plan.trials)
    assert [entry.position for entry in swept] == list(range(9))
    assert unfinished(path) is None


async def test_progress_curve_and_rows_grow_with_the_trials() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage, "threads")
        assert "running, x stops" in seen(stage, "progress")
        while not view(stage).axes:
            await finish_trial(pilot, stage, 30.0)
        await pilot.pause(0.3)
        done = state(stage).done
        assert f"{done} of 13" in seen(stage, "progress")
        assert "img/s against threads" in seen(stage, "curve")
        assert f"{done} configurations" in seen(stage, "rows")
        assert "starts" not in seen(stage, "studies")


async def test_the_live_screen_follows_the_sweep(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await pilot.press("1")
        await until(pilot, lambda: not is_sweep(stage))
        trial = state(stage).order.plan.trials[0]
        assert stage.app.snapshot.trial == trial
        assert f"‹ {trial.threads} ›" in seen(stage, "configuration")
        await finish_trial(pilot, stage, 30.0)
        assert stage.app.snapshot.trial == state(stage).order.plan.trials[1]
        await quit(pilot, stage)
    assert [(e.source, e.trial) for e in stored(path)] == [("live", FIRST), ("sweep", trial)]


async def test_keys_of_the_live_screen_are_refused_while_a_sweep_runs() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        wishes = len(stage.supervisor.wishes)
        stage.supervisor.prepare()
        stage.supervisor.sample(900.0, passes=5)
        await pilot.press("1", "t", "right", "r")
        await pilot.pause(0.2)
        assert len(stage.supervisor.wishes) == wishes
        assert len(notices(stage)) == 3
        assert all("x on the sweep screen" in notice for notice in notices(stage))
        assert stage.app.snapshot.passes == 5


async def test_time_moves_while_a_trial_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0
    monkeypatch.setattr(Sweeping.__init__, "__kwdefaults__", clocked(lambda: now_s))
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        now_s = 10.0
        await finish_trial(pilot, stage)
        now_s = 17.0
        await until(pilot, lambda: "elapsed 0:17   left 1:13" in seen(stage, "progress"))


def clocked(clock: object) -> dict[str, object]:
    return {**(Sweeping.__init__.__kwdefaults__ or {}), "clock": clock}


# Ending.


async def test_x_ends_the_sweep_and_live_measuring_goes_on(path: Path) -> None:
    stage = Stage(FIRST, history=path)
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
    assert [entry.source for entry in stored(path)] == ["live", "sweep", "live"]


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


async def test_a_failed_trial_is_shown_and_stored_and_the_sweep_goes_on(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        stage.supervisor.fail("refused by oneDNN", "try fp32")
        await until(pilot, lambda: state(stage).done == 1)
        await finish_trial(pilot, stage)
        await until(pilot, lambda: "2 of 9  ✗ 1" in seen(stage, "progress"))
        assert "refused by oneDNN" in seen(stage, "progress")
        await quit(pilot, stage)
    failed, done = [entry for entry in stored(path) if entry.source == "sweep"]
    assert (failed.failure, failed.result, failed.position) == ("refused by oneDNN", None, 0)
    assert done.position == 1


async def test_a_killed_worker_costs_the_trial_under_way_and_no_other(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        stage.supervisor.prepare()
        stage.supervisor.tell(WorkerLost("the worker was killed", "smaller batch"))
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        await finish_trial(pilot, stage)
        assert state(stage).failures == {0: "the worker was killed"}
        assert list(state(stage).outcomes) == [1]
        await quit(pilot, stage)
    assert len([entry for entry in stored(path) if entry.failure]) == 1


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


async def test_a_worker_that_dies_between_two_trials_fails_neither(
    path: Path, slow_disk: threading.Event
) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        slow_disk.clear()
        stage.supervisor.prepare()
        stage.supervisor.sample(30.0)
        await until(pilot, lambda: stage.supervisor.stopped == 1)
        stage.supervisor.tell(WorkerLost("the worker was killed", "smaller batch"))
        slow_disk.set()
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        await finish_trial(pilot, stage)
        assert state(stage).failures == {}


async def test_x_while_a_trial_is_being_stored_waits_for_it(
    path: Path, slow_disk: threading.Event
) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        slow_disk.clear()
        stage.supervisor.prepare()
        stage.supervisor.sample(30.0)
        await until(pilot, lambda: stage.supervisor.stopped == 1)
        await pilot.press("x")
        await pilot.pause(0.1)
        assert view(stage).running
        slow_disk.set()
        await ended(pilot, stage)
        assert [entry.position for entry in stored(path) if entry.source == "sweep"] == [0]


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


async def test_a_history_that_breaks_in_mid_sweep_ends_it(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await finish_trial(pilot, stage)
        path.rename(path.with_name("moved"))
        path.mkdir()
        stage.supervisor.prepare()
        stage.supervisor.sample(30.0)
        await ended(pilot, stage)
        assert f"{path} is a folder" in notices(stage)
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
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(history: History, text: str) -> str:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(History, "begin_sweep", broken)
    stage = Stage(FIRST, history=path)
    with pytest.raises(ZeroDivisionError):
        await _enter(stage)


async def _enter(stage: Stage) -> None:
    async with on_sweep_screen(stage) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: stage.app.return_code is not None)


# Leaving.


async def test_quitting_in_mid_sweep_keeps_what_is_done_and_nothing_half(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await finish_trial(pilot, stage)
        stage.supervisor.prepare()
        stage.supervisor.sample(3.0, passes=40)
        await quit(pilot, stage)
    assert stage.supervisor.closed
    assert [entry.source for entry in stored(path)] == ["live", "sweep"]
    sweep = unfinished(path)
    assert sweep is not None
    with History.open(path) as history:
        left = state_of(*history.sweep_plan(sweep), history)
    assert (left.done, left.total, list(left.outcomes)) == (1, 9, [0])
    assert left.order == state(stage).order


async def test_quitting_during_the_start_of_a_sweep_measures_nothing_more(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with on_sweep_screen(stage) as pilot:
        stage.app.sweep.start()
        await asyncio.gather(stage.app.action_quit(), asyncio.sleep(0))
        stage.app.sweep.start()
        await pilot.pause(0.1)
        assert stage.supervisor.trials == [FIRST]
    assert [entry.source for entry in stored(path)] == ["live"]


# Curves, panels, help.


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
async def test_every_panel_is_drawn_before_the_clock_ticks(size: tuple[int, int]) -> None:
    stage = Stage(FIRST, Settings(rate_s=60.0))
    async with staged(stage, size) as pilot:
        await pilot.press("2")

        def drawn() -> bool:
            panels = [panel for panel in stage.app.screen.query(Panel) if panel.display]
            return is_sweep(stage) and all(panel._lines for panel in panels)

        await until(pilot, drawn)


async def test_c_turns_the_axis_of_the_curves() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage, "all")
        assert stage.supervisor.roofs == [1, 2, 4]
        while len(view(stage).axes) < 2:
            await finish_trial(pilot, stage)
        first, second = view(stage).axes[:2]
        assert view(stage).axis == first
        await pilot.pause(0.3)
        assert "c turns to the next axis" in seen(stage, "curve")
        await pilot.press("c")
        await pilot.pause()
        assert view(stage).axis == second
        assert f"img/s against {second.replace('_', ' ')}" in seen(stage, "curve")


ALL_PANELS = {"studies", "progress", "curve", "rows"}
SIZES = [(200, 60), (120, 40), (100, 30), (100, 24), (80, 24), (60, 20), (40, 12)]


@pytest.mark.parametrize("size", SIZES)
async def test_tab_reaches_every_panel_at_every_size(size: tuple[int, int]) -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage, size) as pilot:
        await pilot.pause(0.1)
        reached = set()
        for key in ("tab", "tab", "tab", "shift+tab"):
            panels = [p for p in stage.app.screen.query(Panel) if p.display and p.id != "status"]
            for panel in panels:
                assert panel.region.right <= size[0]
                assert panel.region.bottom <= size[1] - 1
                assert panel.content_size.height >= (4 if panel.id == "rows" else 6)
                assert not any(panel.region.overlaps(p.region) for p in panels if p is not panel)
                assert seen(stage, str(panel.id)).strip("╭╮╰╯│─ \n")
            reached |= {panel.id for panel in panels}
            await pilot.press(key)
            await pilot.pause(0.05)
        assert reached == ALL_PANELS


async def test_help_lists_the_keys_of_the_screen_and_closes() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        text = stage.app.export_screenshot().replace("&#160;", " ")
        # On a screen that shows all panels there is none to turn to.
        for binding in SWEEP_BINDINGS:
            assert (binding.description in text) is (binding not in TURNS)
        await pilot.press("question_mark")
        await until(pilot, lambda: is_sweep(stage))


async def test_the_screen_below_the_help_goes_on() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await start(pilot, stage)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        await finish_trial(pilot, stage)
        await pilot.press("escape")
        await until(pilot, lambda: is_sweep(stage))
        await until(pilot, lambda: "1 of 9" in seen(stage, "progress"))


async def test_q_leaves_from_here() -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage) as pilot:
        await quit(pilot, stage)
    assert stage.app.return_code == 0


async def test_a_worker_without_a_quantized_engine_sweeps_floats() -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        stage.supervisor.tell(Hello(1, 4711))
        stage.supervisor.tell(Ready(replace(BUILD, engines=())))
        await pilot.press("2")
        await start(pilot, stage, "threads")
        assert {trial.precision for trial in state(stage).order.plan.trials} == {"fp32"}
        assert len(state(stage).order.plan.skipped) == 6
