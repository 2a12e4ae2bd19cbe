from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import combinations

import pytest
from scripted import Stage
from textual.pilot import Pilot

from resnettui.core.axes import AXES
from resnettui.core.protocol import CHECK_LIVE_S, WarmingUp, WorkerLost
from resnettui.core.settings import Settings
from resnettui.core.trial import Member, Trial, WarmUp
from resnettui.errors import UsageError
from resnettui.tui import live_control
from resnettui.tui.app import CHANGE_S
from resnettui.tui.keys import SCREEN_KEYS
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.widgets.panel import Panel


@asynccontextmanager
async def staged(stage: Stage, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
    async with stage.app.run_test(size=size) as pilot:
        await until(pilot, lambda: bool(stage.supervisor.wishes))
        yield pilot


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    for _ in range(600):
        await pilot.pause(0.02)
        if true():
            return
    pytest.fail("it did not come true")


async def measured(pilot: Pilot[None], stage: Stage, milliseconds: float) -> None:
    """Let the configuration last chosen be measured and drawn."""
    wishes = stage.supervisor.wishes
    await until(pilot, lambda: wishes[-1].run_id == stage.app.snapshot.run_id)
    stage.supervisor.prepare()
    stage.supervisor.sample(milliseconds)
    await pilot.pause(2 * CHANGE_S)


def seen(stage: Stage, panel: str) -> str:
    """Return what stands on the screen in a panel, its border included."""
    region = stage.app.screen.query_one(f"#{panel}").region
    rows = stage.app.screen._compositor.render_strips()
    lines = [row.crop(region.x, region.right).text for row in rows[region.y : region.bottom]]
    return "\n".join(lines)


async def test_the_first_configuration_is_the_one_asked_for() -> None:
    stage = Stage(Trial(threads=3, precision="bf16"))
    async with staged(stage):
        assert stage.supervisor.trials == [Trial(threads=3, precision="bf16")]


async def test_every_configuration_is_measured_with_the_same_weights() -> None:
    stage = Stage(weights="/data/mine.pth")
    async with staged(stage) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert [wish.weights for wish in stage.supervisor.wishes] == ["/data/mine.pth"] * 2
        assert [wish.check_s for wish in stage.supervisor.wishes] == [CHECK_LIVE_S] * 2


async def test_a_measurement_is_shown_with_its_reasons() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        latency = seen(stage, "latency")
        assert "p90 41.1" in latency
        assert "p99 41.1" in latency
        assert "n 300" in latency
        assert "24.4 img/s" in latency
        assert "36 gemm:acl" in seen(stage, "kernels")
        assert "5 layout copies" in seen(stage, "kernels")
        assert "155 → 155 + 0 fused (= 155)" in seen(stage, "operators")
        status = seen(stage, "status")
        for fact in ("Neoverse-N1", "4 of 4 cores", "torch 2.9.1", "51 °C", "2.00 GHz", "ui 0.8 %"):
            assert fact in status
        assert "● measuring" in status


async def test_a_step_along_an_idle_axis_selects_it_and_measures_nothing_anew() -> None:
    stage = Stage(Trial(precision="int8", engine="x86"))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        run_id = stage.app.snapshot.run_id
        await pilot.press("a")
        await pilot.pause(2 * CHANGE_S)
        assert stage.app.snapshot.run_id == run_id
        assert "n 300" in seen(stage, "latency")
        assert "▸ a math mode" in seen(stage, "configuration")


STEPPING = [
    (axis.key.upper() if back else axis.key, axis.name, -1 if back else 1)
    for axis in AXES
    for back in (False, True)
    if axis.key and axis.name != "engine"
]


@pytest.mark.parametrize(("key", "axis", "direction"), STEPPING)
async def test_every_axis_key_measures_the_next_value(key: str, axis: str, direction: int) -> None:
    first = Trial(threads=2, batch_size=2, processes=2)
    stage = Stage(first)
    async with staged(stage) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert stage.supervisor.trials[-1] == first.stepped(axis, direction)
        assert stage.supervisor.trials[-1] != first


async def test_the_engine_key_walks_over_the_engines_that_run() -> None:
    stage = Stage(Trial(precision="int8"))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 10.0)
        assert stage.app.snapshot.trial.engine == "onednn"
        await pilot.press("e")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert stage.supervisor.trials[-1].engine == "qnnpack"


async def test_arrows_select_an_axis_and_change_it() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("up", "right")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert stage.supervisor.trials[-1].batch_size == 2
        await pilot.press("down", "left")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 3)
        assert stage.supervisor.trials[-1].threads == 1


async def test_a_burst_of_keys_starts_one_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(Trial(threads=1))
    async with staged(stage) as pilot:
        monkeypatch.setattr(live_control, "BURST_S", 2.0)
        await pilot.press("t", "t", "t", "b", "f")
        assert len(stage.supervisor.wishes) == 1
        await until(pilot, lambda: len(stage.supervisor.wishes) > 1)
        assert stage.supervisor.trials[1:] == [Trial(threads=4, batch_size=2, fusion="full")]


async def test_a_choice_shows_at_once_and_old_samples_are_not_taken_for_it() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        left = stage.supervisor.wishes[-1].run_id
        await pilot.press("b")
        assert "‹ 2 ›" in seen(stage, "configuration")
        stage.supervisor.sample(41.0, run_id=left)
        await pilot.pause(2 * CHANGE_S)
        assert stage.app.snapshot.passes == 0
        assert "41" not in seen(stage, "latency")


async def test_every_configuration_visited_leaves_a_row() -> None:
    stage = Stage(Trial(threads=1))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 100.0)
        await pilot.press("t")
        await measured(pilot, stage, 60.0)
        await pilot.press("f")
        await measured(pilot, stage, 30.0)
        scaling = seen(stage, "scaling")
        assert "3 configurations" in scaling
        row = next(line for line in scaling.splitlines() if "1.67×" in line)
        assert "83 %" in row
        assert "2.00×" in row


async def test_space_freezes_the_picture_while_the_measurement_goes_on() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("space")
        frozen = seen(stage, "latency")
        stage.supervisor.sample(80.0, passes=900)
        await pilot.pause(1.2)
        assert seen(stage, "latency") == frozen
        assert "paused" in seen(stage, "status")
        assert stage.app.snapshot.passes == 1200
        await pilot.press("space")
        await pilot.pause()
        assert "n 1200" in seen(stage, "latency")


async def test_r_forgets_everything_measured() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await measured(pilot, stage, 30.0)
        await pilot.press("r")
        await pilot.pause()
        assert "0 configurations" in seen(stage, "scaling")
        stage.supervisor.sample(25.0)
        await pilot.pause(2 * CHANGE_S)
        assert "n 300" in seen(stage, "latency")


async def test_a_failed_trial_shows_its_reason_and_the_next_key_tries_on() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        stage.supervisor.prepare()
        stage.supervisor.fail("bf16 is refused by oneDNN", "try fp32")
        await pilot.pause(2 * CHANGE_S)
        latency = seen(stage, "latency")
        assert "bf16 is refused by oneDNN" in latency
        assert "try fp32" in latency
        assert "✗ failed" in seen(stage, "status")
        await pilot.press("p")
        await measured(pilot, stage, 41.0)
        assert "● measuring" in seen(stage, "status")


async def test_a_lost_worker_leaves_the_app_alive() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        stage.supervisor.tell(WorkerLost("the worker was killed", "smaller batch"))
        await pilot.pause(2 * CHANGE_S)
        assert "the worker was killed" in seen(stage, "latency")
        await pilot.press("t")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert "starting" in seen(stage, "status")


async def test_a_click_on_a_value_changes_it_and_on_a_label_selects_it() -> None:
    stage = Stage(Trial(threads=2))
    async with staged(stage) as pilot:
        lines = seen(stage, "configuration").splitlines()
        row = next(i for i, line in enumerate(lines) if "batch size" in line)
        await pilot.click("#configuration", offset=(lines[row].index("›"), row))
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        assert stage.supervisor.trials[-1].batch_size == 2
        await pilot.click("#configuration", offset=(lines[1].index("model"), 1))
        await pilot.pause()
        assert "▸   model" in seen(stage, "configuration")


async def test_help_lists_every_key_and_closes() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(stage.app.screen, HelpScreen)
        text = stage.app.export_screenshot()
        for axis in AXES:
            if axis.key:
                assert f"next&#160;{axis.label.replace(' ', '&#160;')}" in text
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(stage.app.screen, HelpScreen)


async def test_the_sensors_look_at_every_process() -> None:
    stage = Stage(Trial(processes=2))
    async with staged(stage) as pilot:
        stage.supervisor.prepare()
        members = (Member(4711, (0,)), Member(4712, (1,)))
        stage.supervisor.tell(WarmingUp(1, WarmUp(12, True), 9, True, members))
        await until(pilot, lambda: stage.sensors.asked == (4711, 4712))


async def test_the_sensors_are_read_where_a_sample_begins_and_it_is_not_drawn() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        stage.supervisor.prepare()
        # What was counted up to here belongs to the warm-up.
        assert stage.sensors.asked == (4711,)
        assert stage.app.snapshot.readings == ()
        stage.supervisor.sample(41.0)
        await until(pilot, lambda: len(stage.app.snapshot.readings) > 0)
        result = stage.app.snapshot.result()
    assert result is not None
    assert result.surroundings.temperature_max_celsius == 51.0


async def test_quitting_ends_the_worker_first() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("q")
        await pilot.pause()
    assert stage.supervisor.closed
    assert stage.app.return_code == 0


async def test_an_unchanged_frame_repaints_nothing() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.pause()
        painted: list[str] = []
        for panel in stage.app.screen.query(Panel):
            name = str(panel.id)
            panel.refresh = lambda *regions, name=name, **_: painted.append(name)  # type: ignore
        stage.app.draw()
        assert painted == []
        stage.supervisor.sample(41.0)
        stage.app.draw()
        assert "latency" in painted
        assert "operators" not in painted


async def test_an_unknown_theme_is_a_usage_error_that_names_the_themes() -> None:
    with pytest.raises(UsageError, match="no theme 'mauve'") as error:
        Stage(settings=Settings(theme="mauve"))
    assert "okabe" in error.value.hint


@pytest.mark.parametrize("theme", ["ember", "paper", "okabe", "nord", "textual-light"])
async def test_every_theme_draws(theme: str) -> None:
    stage = Stage(settings=Settings(theme=theme))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        assert "n 300" in seen(stage, "latency")


async def test_a_new_theme_recolours_what_is_drawn() -> None:
    stage = Stage(settings=Settings(theme="ember"))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        before = stage.app.export_screenshot()
        stage.app.theme = "paper"
        await pilot.pause(0.1)
        await pilot.pause()
        after = stage.app.export_screenshot()
        assert "#f0986a" in before
        assert "#a8480f" in after
        assert "#f0986a" not in after


ALL_PANELS = {"configuration", "latency", "cores", "kernels", "operators", "scaling"}


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (100, 30), (80, 24), (60, 20), (40, 12)])
async def test_every_panel_can_be_reached_at_every_size(size: tuple[int, int]) -> None:
    stage = Stage()
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        reached = set()
        for _ in range(len(ALL_PANELS)):
            panels = [p for p in stage.app.screen.query(Panel) if p.display and p.id != "status"]
            for panel in panels:
                assert panel.region.right <= size[0]
                assert panel.region.bottom <= size[1] - 1
                assert panel.content_size.height >= 3
            reached |= {panel.id for panel in panels}
            await pilot.press("tab")
            await pilot.pause(0.05)
        assert reached == ALL_PANELS


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_panels_do_not_overlap(size: tuple[int, int]) -> None:
    stage = Stage()
    async with staged(stage, size):
        panels = [panel for panel in stage.app.screen.query(Panel) if panel.display]
        assert len(panels) > 1
        for one, other in combinations(panels, 2):
            assert not one.region.overlaps(other.region)


async def test_the_palette_leads_to_every_screen() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        commands = {one.title: one for one in stage.app.get_system_commands(stage.app.screen)}
        assert {f"Screen {key}: {name}" for key, name in SCREEN_KEYS.items()} <= {*commands}
        await pilot.press("ctrl+p", *"operators")
        await until(pilot, lambda: "operators" in stage.app.export_screenshot())
        await pilot.press("enter")
        await until(pilot, lambda: type(stage.app.screen).__name__ == "OperatorsScreen")
