"""The sweep screen: choosing a study, its panels, curves and help."""

from dataclasses import replace

import pytest
from scripted import BUILD, Stage
from sweeping_stage import (
    FIRST,
    finish_trial,
    is_sweep,
    notices,
    on_sweep_screen,
    select,
    start,
    state,
    view,
)
from test_app import seen, staged, until
from test_keeping import quit

from resnettui.core.protocol import Hello, Ready, WorkerLost
from resnettui.core.settings import Settings
from resnettui.core.studies import STUDIES
from resnettui.tui.keys import SWEEP_BINDINGS, TURNS
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.widgets.panel import Panel


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
            assert f"enter starts {len(plan.trials)} trials" in seen(stage, "studies")
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


@pytest.mark.parametrize("size", [(120, 40), (60, 20), (40, 12)])
async def test_a_sweep_that_begins_is_seen_at_any_size(size: tuple[int, int]) -> None:
    stage = Stage(FIRST)
    async with on_sweep_screen(stage, size) as pilot:
        await start(pilot, stage)
        await until(pilot, lambda: stage.app.screen.query_one("#progress", Panel).display)
        await until(pilot, lambda: "0 of 9" in seen(stage, "progress"))


async def test_a_sweep_that_cannot_begin_leaves_the_studies_in_front() -> None:
    stage = Stage(FIRST)
    async with staged(stage, (40, 12)) as pilot:
        await pilot.press("2", "enter")
        await pilot.pause()
        assert notices(stage) == ["The worker is starting."]
        assert stage.app.screen.query_one("#studies", Panel).display
