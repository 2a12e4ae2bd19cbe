"""What an app holds does not grow with the hours it runs."""

import gc
import tracemalloc

from long_days import PASSES_PER_S, REPORTS, SCREENS, Day
from scripted import Stage
from test_app import measured, staged
from textual.widgets._footer import FooterKey

from resnettui.core.live import READINGS_S, WINDOW
from resnettui.core.settings import Settings
from resnettui.core.timeline import TIMELINE_S
from resnettui.tui.widgets.panel import Panel

HOUR = 3600


async def pass_by(day: Day, seconds: int) -> None:
    """Let seconds pass, with few frames."""
    async for _ in day.seconds(seconds, between_frames=seconds // 10):
        pass


def keys_of_footers() -> list[FooterKey]:
    """Return all there are, also those that no screen has any more."""
    gc.collect()
    # By its type: isinstance asks every object for its class, which some answer with a warning.
    return [one for one in gc.get_objects() if type(one) is FooterKey]


async def test_the_snapshot_of_an_hour_is_that_of_some_minutes() -> None:
    stage = Stage(settings=Settings(rate_s=60.0))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pass_by(Day(stage, pilot), HOUR)
        snapshot = stage.app.snapshot
        assert snapshot.passes == 300 + HOUR * PASSES_PER_S
        assert len(snapshot.latencies_ns) == WINDOW
        assert len(snapshot.timeline) <= TIMELINE_S * len(REPORTS)
        assert len(snapshot.readings) == READINGS_S
        for panel in stage.app.screen.query(Panel):
            assert len(panel._strips) <= panel.size.height


async def test_changes_and_visits_leave_one_result_for_each_configuration() -> None:
    # Those that other tests left behind are kept meanwhile, so that none of them comes or goes.
    before = keys_of_footers()
    stage = Stage(settings=Settings(rate_s=60.0))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        day = Day(stage, pilot)
        widgets, keys = [], []
        for _ in range(2):
            for _ in range(4):
                await pass_by(day, 20)
                await day.change()
            await day.visit()
            widgets.append(len(stage.app._registry))
            keys.append(len(keys_of_footers()) - len(before))
        assert len(stage.app.snapshot.outcomes) == 4
        assert widgets[1] == widgets[0]
        assert keys[1] == keys[0] > 0
        assert len(stage.app._installed_screens) == len(SCREENS) - 1


async def test_memory_stays_when_the_hours_pass() -> None:
    stage = Stage(settings=Settings(rate_s=60.0))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        day = Day(stage, pilot)
        await pass_by(day, 600)
        tracemalloc.start()
        try:
            sizes = []
            for _ in range(2):
                await pass_by(day, 600)
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
        assert sizes[1] - sizes[0] < 200_000
