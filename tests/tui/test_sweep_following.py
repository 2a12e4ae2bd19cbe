"""A sweep under way: its trials in their order, and what the screens show of them."""

from pathlib import Path

import pytest
from scripted import Stage
from sweeping_stage import (
    FIRST,
    ended,
    finish_trial,
    is_sweep,
    notices,
    on_sweep_screen,
    start,
    state,
    stored,
    unfinished,
    view,
)
from test_app import seen, until
from test_keeping import quit

from resnettui.sweeping import Sweeping


async def test_every_trial_of_the_plan_is_wished_for_in_order(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file, weights="imagenet")
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
    swept = [entry for entry in stored(history_file) if entry.source == "sweep"]
    assert [entry.trial for entry in swept] == list(plan.trials)
    assert [entry.position for entry in swept] == list(range(9))
    assert unfinished(history_file) is None


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


async def test_the_live_screen_follows_the_sweep(history_file: Path) -> None:
    stage = Stage(FIRST, history=history_file)
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
    assert [(e.source, e.trial) for e in stored(history_file)] == [
        ("live", FIRST),
        ("sweep", trial),
    ]


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
