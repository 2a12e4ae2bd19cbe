"""The screen of operators: what is profiled when, and what the keys do."""

from pathlib import Path

import pytest
from profiling_stage import (
    asked,
    is_operators,
    on_operators_screen,
    profile,
    profile_all,
    profiles,
)
from scripted import BUILD, MACHINE, Stage
from sweeping_stage import notices, start, state
from test_app import measured, seen, staged, until
from test_keeping import quit

from resnettui.core.axes import AXES
from resnettui.core.op_rows import GROUPS
from resnettui.core.op_view import SORTED_BY, OpView
from resnettui.core.platforms import place_of
from resnettui.core.protocol import (
    Failed,
    FindPeaks,
    Finished,
    Hello,
    Measure,
    PeaksFound,
    Ready,
    Step,
    WorkerLost,
)
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Trial
from resnettui.store import History
from resnettui.tui.keys import OPERATORS_BINDINGS
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.widgets.panel import Panel

PLAIN = Trial(threads=2)
FUSED = Trial(threads=2, fusion="full")


def view(stage: Stage) -> OpView:
    found = stage.app.profiling.view
    assert found is not None
    return found


def kinds(stage: Stage) -> list[type]:
    """Return what the workers were asked for, in order."""
    return [type(job) for job in stage.supervisor.jobs]


# What is profiled, and when.


async def test_peaks_and_profile_are_asked_for_and_live_measuring_goes_on() -> None:
    stage = Stage(PLAIN, weights="imagenet")
    async with on_operators_screen(stage):
        assert [kind.__name__ for kind in kinds(stage)] == [
            *("Measure", "FindPeaks", "Profile", "Measure")
        ]
        _, peaks, job, again = stage.supervisor.jobs
        assert isinstance(peaks, FindPeaks)
        assert (peaks.threads, peaks.kinds) == (2, ("fp32", MEMORY))
        assert (job, again.run_id) == (profiles(stage)[0], 4)
        assert (profiles(stage)[0].trial, profiles(stage)[0].weights) == (PLAIN, "imagenet")
        assert isinstance(again, Measure)
        assert again.trial == PLAIN
        runs = [one.run_id for one in stage.supervisor.jobs]
        assert runs == sorted(set(runs))


async def test_a_fused_configuration_has_the_unfused_profiled_beside_it() -> None:
    stage = Stage(FUSED)
    async with on_operators_screen(stage):
        assert [job.trial for job in profiles(stage)] == [FUSED, PLAIN]
        assert "unfused ms" in seen(stage, "table")
        assert stage.supervisor.trials == [FUSED, FUSED]


async def test_profiled_passes_are_no_part_of_the_live_sample() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage, profiled=False) as pilot:
        job = await asked(pilot, stage, 1)
        assert stage.app.snapshot.passes == 0
        stage.supervisor.sample(99.0)
        assert stage.app.snapshot.passes == 0
        assert stage.app.snapshot.outcomes[PLAIN].passes == 300
        profile(stage)
        await measured(pilot, stage, 40.0)
        assert stage.app.snapshot.run_id > job.run_id
        assert stage.app.snapshot.passes == 300


async def test_what_is_waited_for_is_said_with_its_count() -> None:
    stage = Stage(FUSED)
    stage.supervisor.finds_peaks = False
    async with on_operators_screen(stage, profiled=False) as pilot:
        await until(pilot, lambda: FindPeaks in kinds(stage))
        run = stage.supervisor.jobs[-1].run_id
        stage.supervisor.tell(Step(run, "finding the peak of fp32", 3, 20))
        await until(pilot, lambda: "finding the peak of fp32 3/20" in seen(stage, "verdict"))
        assert "the roof of fp32 and memory bandwidth on 2 threads (1 of 3)" in seen(
            stage, "verdict"
        )
        assert "◌ profiling" in seen(stage, "status")
        stage.supervisor.tell(PeaksFound(run, (Peak("fp32", 2, 2e11, "x"),)))
        stage.supervisor.tell(Finished(run))
        await asked(pilot, stage, 1)
        await until(pilot, lambda: "operators, fused (2 of 3)" in seen(stage, "verdict"))
        profile(stage)
        await asked(pilot, stage, 2)
        await until(pilot, lambda: "operators, unfused (3 of 3)" in seen(stage, "verdict"))


async def test_what_is_known_is_shown_at_once_and_not_profiled_again() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage) as pilot:
        await pilot.press("f")
        await until(pilot, lambda: len(profiles(stage)) == 2)
        await profile_all(pilot, stage)
        assert [job.trial for job in profiles(stage)] == [PLAIN, FUSED]
        await pilot.press("f")
        await until(pilot, lambda: stage.supervisor.trials[-1] == PLAIN)
        await until(pilot, lambda: "batch_norm" in seen(stage, "table"))
        await pilot.press("1", "3")
        await until(pilot, lambda: is_operators(stage))
        assert len(profiles(stage)) == 2
        assert kinds(stage).count(FindPeaks) == 1


STEPPING = [(axis.key, axis.name) for axis in AXES if axis.key and axis.name != "engine"]


@pytest.mark.parametrize(("key", "axis"), STEPPING)
async def test_every_axis_key_profiles_the_next_value(key: str, axis: str) -> None:
    first = Trial(threads=2, batch_size=2)
    stage = Stage(first)
    async with on_operators_screen(stage) as pilot:
        wanted = first.stepped(axis, 1).resolved(BUILD.engines)
        await pilot.press(key)
        if axis == "processes":
            await until(pilot, lambda: stage.supervisor.trials[-1] == wanted)
            assert len(profiles(stage)) == 1
            return
        job = await asked(pilot, stage, 2)
        assert job.trial == wanted
        assert job.trial != first


async def test_several_processes_are_profiled_in_one_and_that_is_said() -> None:
    stage = Stage(Trial(threads=2, processes=2))
    async with on_operators_screen(stage):
        assert profiles(stage)[0].trial == PLAIN
        assert "in one process of the 2" in seen(stage, "verdict")
        assert stage.supervisor.trials[-1].processes == 2


async def test_another_configuration_ends_what_is_being_profiled() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage, profiled=False) as pilot:
        left = await asked(pilot, stage, 1)
        await pilot.press("t")
        job = await asked(pilot, stage, 2)
        assert job.trial == Trial(threads=3)
        stage.supervisor.tell(Finished(left.run_id))
        await pilot.pause(0.1)
        assert len(stage.supervisor.wishes) == 1
        profile(stage)
        await until(pilot, lambda: stage.supervisor.trials[-1] == Trial(threads=3))


async def test_leaving_gives_the_workers_back_to_the_live_measurement() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage, profiled=False) as pilot:
        await asked(pilot, stage, 1)
        await pilot.press("1")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        await measured(pilot, stage, 40.0)
        assert "● measuring" in seen(stage, "status")
        assert stage.app.snapshot.passes == 300
        assert view(stage).profile is None
        await pilot.press("t")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        assert len(profiles(stage)) == 1


async def test_help_over_the_screen_does_not_end_profiling() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage, profiled=False) as pilot:
        await asked(pilot, stage, 1)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        text = stage.app.export_screenshot().replace("&#160;", " ")
        for word in ("group", "sort", "again", "next threads"):
            assert word in text
        await pilot.press("escape")
        await until(pilot, lambda: is_operators(stage))
        assert len(stage.supervisor.wishes) == 1
        assert {binding.description for binding in OPERATORS_BINDINGS} >= {"group", "sort", "again"}


async def test_r_profiles_again_and_shows_the_old_until_then() -> None:
    stage = Stage(FUSED)
    async with on_operators_screen(stage) as pilot:
        await pilot.press("r")
        await asked(pilot, stage, 3)
        assert "conv2d_relu" in seen(stage, "table")
        await profile_all(pilot, stage)
        assert [job.trial for job in profiles(stage)] == [FUSED, PLAIN] * 2
        assert kinds(stage).count(FindPeaks) == 1


async def test_profiling_begins_when_the_worker_is_up() -> None:
    stage = Stage(PLAIN)
    async with staged(stage) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: is_operators(stage))
        await until(pilot, lambda: "starting the worker" in seen(stage, "verdict"))
        assert profiles(stage) == []
        stage.supervisor.tell(Hello(1, 4711))
        stage.supervisor.tell(Ready(BUILD))
        await asked(pilot, stage, 1)


# What goes wrong.


async def test_a_failure_stands_in_the_panel_and_live_measuring_goes_on() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage, profiled=False) as pilot:
        job = await asked(pilot, stage, 1)
        stage.supervisor.tell(Failed(job.run_id, "error", "the profiler broke", ""))
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        await until(pilot, lambda: "the profiler broke" in seen(stage, "verdict"))
        assert "r tries again" in seen(stage, "verdict")
        stage.supervisor.tell(Ready(BUILD))
        await pilot.pause(0.1)
        assert len(profiles(stage)) == 1
        await pilot.press("r")
        await asked(pilot, stage, 2)
        await profile_all(pilot, stage)
        await until(pilot, lambda: "conv2d" in seen(stage, "table"))


async def test_an_unfused_side_that_fails_leaves_the_fused_one() -> None:
    stage = Stage(FUSED)
    async with on_operators_screen(stage, profiled=False) as pilot:
        await asked(pilot, stage, 1)
        profile(stage)
        job = await asked(pilot, stage, 2)
        stage.supervisor.tell(Failed(job.run_id, "memory", "too large", ""))
        await until(pilot, lambda: "! unfused: too large" in seen(stage, "verdict"))
        assert "conv2d_relu" in seen(stage, "table")
        assert "unfused ms" not in seen(stage, "table")


async def test_a_lost_worker_is_told_and_another_measures_live() -> None:
    stage = Stage(FUSED)
    async with on_operators_screen(stage, profiled=False) as pilot:
        await asked(pilot, stage, 1)
        stage.supervisor.tell(WorkerLost("the worker was killed", "smaller batch"))
        await asked(pilot, stage, 2)
        await profile_all(pilot, stage)
        await until(pilot, lambda: "the worker was killed" in seen(stage, "verdict"))
        assert stage.app.snapshot.failure is None


async def test_a_worker_that_cannot_come_back_is_not_asked_again() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage, profiled=False) as pilot:
        await asked(pilot, stage, 1)
        stage.supervisor.tell(WorkerLost("SIGILL", "install another", final=True))
        await until(pilot, lambda: "SIGILL" in seen(stage, "verdict"))
        await pilot.pause(0.1)
        assert len(stage.supervisor.wishes) == 1


async def test_a_precision_without_a_roof_has_a_table_and_no_verdict() -> None:
    stage = Stage(PLAIN)
    stage.supervisor.finds_peaks = False
    async with on_operators_screen(stage, profiled=False) as pilot:
        await until(pilot, lambda: FindPeaks in kinds(stage))
        run = stage.supervisor.jobs[-1].run_id
        stage.supervisor.tell(PeaksFound(run, (Peak(MEMORY, 2, 2e10, "triad"),)))
        stage.supervisor.tell(Finished(run))
        await asked(pilot, stage, 1)
        await profile_all(pilot, stage)
        await until(pilot, lambda: "no verdict" in seen(stage, "verdict"))
        assert "does not run here" in seen(stage, "verdict")
        assert "no roof" in seen(stage, "roofline")
        assert "batch_norm" in seen(stage, "table")
        await pilot.press("1", "3")
        await until(pilot, lambda: is_operators(stage))
        assert kinds(stage).count(FindPeaks) == 1


# The history.


async def test_peaks_are_taken_from_the_history(tmp_path: Path) -> None:
    path = tmp_path / "peaks.sqlite"
    known = (Peak("fp32", 2, 2e11, "known"), Peak(MEMORY, 2, 2e10, "known"))
    with History.open(path) as history:
        history.keep_peaks(place_of(MACHINE, BUILD), known)
    stage = Stage(PLAIN, history=path)
    async with on_operators_screen(stage):
        assert FindPeaks not in kinds(stage)
        assert set(stage.app.snapshot.peaks) == set(known)


async def test_peaks_that_were_measured_go_into_the_history(tmp_path: Path) -> None:
    path = tmp_path / "peaks.sqlite"
    stage = Stage(PLAIN, history=path)
    async with on_operators_screen(stage) as pilot:
        await quit(pilot, stage)
    with History.open(path) as history:
        peaks = history.peaks(place_of(MACHINE, BUILD))
    assert {peak.kind for peak in peaks} == {"fp32", MEMORY}


async def test_a_history_that_cannot_be_read_is_told_and_the_roof_measured(tmp_path: Path) -> None:
    path = tmp_path / "peaks.sqlite"
    path.write_bytes(b"no history" * 400)
    stage = Stage(PLAIN, history=path)
    async with on_operators_screen(stage):
        assert FindPeaks in kinds(stage)
        assert any(str(path) in notice for notice in notices(stage))


# Beside a sweep.


async def test_a_sweep_is_not_disturbed() -> None:
    stage = Stage(PLAIN)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("2")
        await start(pilot, stage)
        wishes = len(stage.supervisor.wishes)
        await pilot.press("3")
        await until(pilot, lambda: is_operators(stage))
        await until(pilot, lambda: "a sweep is running" in seen(stage, "verdict"))
        await pilot.press("r", "f")
        await pilot.pause(0.2)
        assert len(notices(stage)) == 2
        assert profiles(stage) == []
        assert len(stage.supervisor.wishes) == wishes
        assert state(stage).done == 0


async def test_the_end_of_a_sweep_is_followed_by_the_profile_in_front() -> None:
    stage = Stage(PLAIN)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("2")
        await start(pilot, stage)
        await pilot.press("3")
        stage.app.sweep.stop()
        job = await asked(pilot, stage, 1)
        assert job.trial == PLAIN


# The table.


async def test_g_walks_over_the_groups() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage) as pilot:
        walked = []
        for _ in GROUPS:
            walked.append(view(stage).by)
            assert f"g by {view(stage).by}" in seen(stage, "table")
            await pilot.press("g")
            await pilot.pause()
        assert walked == list(GROUPS)
        assert view(stage).by == "kind"


async def test_s_walks_over_the_orders() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage) as pilot:
        walked = []
        for _ in SORTED_BY:
            walked.append(view(stage).sort)
            assert f"sorted by {view(stage).sort}" in seen(stage, "table")
            await pilot.press("s")
            await pilot.pause()
        assert walked == list(SORTED_BY)


async def test_arrows_select_rows_and_stay_inside() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage) as pilot:
        await pilot.press("up")
        assert view(stage).selected == 0
        await pilot.press("down", "down")
        assert view(stage).selected == 2
        assert f"▸ {view(stage).lines[2].label}" in seen(stage, "table")
        await pilot.press("end", "down")
        assert view(stage).selected == len(view(stage).lines) - 1
        await pilot.press("home")
        assert view(stage).selected == 0
        await pilot.press("pagedown", "pageup")
        assert view(stage).selected == 0


SIZES = [(200, 60), (120, 40), (100, 30), (100, 24), (80, 24), (60, 20), (40, 12)]
ALL_PANELS = {"verdict", "table", "roofline", "parts"}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("trial", [PLAIN, FUSED], ids=["none", "full"])
async def test_tab_reaches_every_panel_at_every_size(trial: Trial, size: tuple[int, int]) -> None:
    stage = Stage(trial)
    async with on_operators_screen(stage, size) as pilot:
        reached = set()
        for key in ("tab", "tab", "tab", "shift+tab"):
            panels = [p for p in stage.app.screen.query(Panel) if p.display and p.id != "status"]
            for panel in panels:
                assert panel.region.right <= size[0]
                assert panel.region.bottom <= size[1] - 1
                assert panel.content_size.height >= 5
                assert not any(panel.region.overlaps(p.region) for p in panels if p is not panel)
                assert seen(stage, str(panel.id)).strip("╭╮╰╯│─ \n")
            reached |= {panel.id for panel in panels}
            await pilot.press(key)
            await pilot.pause(0.05)
        assert reached == ALL_PANELS


async def test_an_unchanged_frame_repaints_nothing() -> None:
    stage = Stage(FUSED)
    async with on_operators_screen(stage) as pilot:
        await measured(pilot, stage, 41.0)
        painted: list[str] = []
        for panel in stage.app.screen.query(Panel):
            name = str(panel.id)
            panel.refresh = lambda *regions, name=name, **_: painted.append(name)  # type: ignore
        stage.supervisor.sample(40.0)
        stage.app.draw()
        assert not ALL_PANELS & {*painted}


async def test_q_leaves_from_here_while_it_profiles() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage, profiled=False) as pilot:
        await asked(pilot, stage, 1)
        await quit(pilot, stage)
    assert stage.app.return_code == 0
    assert stage.supervisor.closed


async def test_keys_1_to_5_lead_to_the_screens_and_back() -> None:
    stage = Stage(PLAIN)
    async with on_operators_screen(stage) as pilot:
        names = []
        for key in ("1", "3", "5", "2", "4", "3"):
            await pilot.press(key)
            await pilot.pause()
            names.append(type(stage.app.screen).__name__.removesuffix("Screen").lower())
        assert names == ["live", "operators", "machine", "sweep", "compare", "operators"]
        assert len(stage.app.screen_stack) == 2
