import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from resnettui.core.placing import Core
from resnettui.core.protocol import (
    Event,
    Failed,
    FindPeaks,
    Finished,
    Hello,
    Measure,
    PeaksFound,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.trial import Trial
from resnettui.supervisor.crew import Crew

SCRIPT = str(Path(__file__).with_name("scripted_worker.py"))
PATIENCE_S = 60.0
MS = 1_000_000
FOUR = tuple(Core(core, core) for core in range(4))


def argv(mode: str) -> tuple[str, ...]:
    return (sys.executable, SCRIPT, mode)


class Bench:
    """A crew of scripted workers, and what it told."""

    def __init__(self, mode: str, cores: tuple[Core, ...] = FOUR) -> None:
        self.events: list[Event] = []
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        self.crew = Crew(self._take, lambda: "Cortex-A72", lambda: cores, argv(mode))

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self._queue.put_nowait(event)

    async def until(self, kind: type, run_id: int | None = None) -> Event:
        while True:
            event = await asyncio.wait_for(self._queue.get(), PATIENCE_S)
            if isinstance(event, kind) and run_id in (None, getattr(event, "run_id", None)):
                return event

    async def pids(self, run_id: int) -> tuple[int, ...]:
        """Wait until a run begins, and return the processes that measure it."""
        while True:
            event = await self.until(WarmingUp, run_id)
            if isinstance(event, WarmingUp) and event.done:
                return tuple(member.pid for member in event.members)


@asynccontextmanager
async def bench(mode: str, cores: tuple[Core, ...] = FOUR) -> AsyncIterator[Bench]:
    made = Bench(mode, cores)
    try:
        yield made
    finally:
        await made.crew.close()
    assert children() == []


def children() -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


async def until(true: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE_S * 100)):
        if true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not come true")


async def test_one_process_is_told_as_by_a_supervisor() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(), iterations=2))
        await it.until(Finished)
    assert [type(event).__name__ for event in it.events] == (
        ["Starting", "Hello", "Ready", "Step", "Prepared", "WarmingUp"]
        + ["Samples", "Samples", "Finished"]
    )
    assert not any(event.owners for event in it.events if isinstance(event, Samples))


async def test_all_begin_at_one_instant_and_end_together() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(processes=3), iterations=30))
        await it.until(Finished)
    told = [event for event in it.events if isinstance(event, Samples)]
    owners = [owner for event in told for owner in event.owners]
    # The scripted passes take 10 ms each from the instant on: they end in step only if it is one.
    assert [owners.count(member) for member in range(3)] == [30, 30, 30]
    assert sum(event.wall_ns for event in told) == 30 * 10 * MS
    assert [type(event) for event in it.events].count(Starting) == 1
    assert [type(event) for event in it.events].count(Hello) == 3


async def test_each_worker_is_asked_onto_cores_of_its_own() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(processes=2, threads=2)))
        event = await it.until(WarmingUp)
    assert isinstance(event, WarmingUp)
    assert [(member.cores, member.not_pinned) for member in event.members] == [
        ((0, 1), ""),
        ((2, 3), ""),
    ]


@pytest.mark.parametrize(
    ("cores", "reason"),
    [
        (FOUR[:2], "3 x 1 threads do not fit onto 2 cores"),
        ((), "the cores of this machine are not known"),
    ],
)
async def test_too_few_cores_leave_all_unpinned_and_say_why(
    cores: tuple[Core, ...], reason: str
) -> None:
    async with bench("good", cores) as it:
        it.crew.measure(Measure(1, Trial(processes=3)))
        event = await it.until(WarmingUp)
    assert isinstance(event, WarmingUp)
    assert [(member.cores, member.not_pinned) for member in event.members] == [((), reason)] * 3


@pytest.mark.parametrize(
    ("pin", "cores", "not_pinned"),
    [
        (None, (), ""),
        ("none", (), ""),
        ("compact", (0, 1), ""),
        ("1,3", (1, 3), ""),
        ("little", (), "no little cores: all cores are alike"),
    ],
)
async def test_one_process_is_pinned_where_it_is_asked_for(
    pin: str | None, cores: tuple[int, ...], not_pinned: str
) -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(threads=2, pin=pin), iterations=2))
        event = await it.until(WarmingUp)
    assert isinstance(event, WarmingUp)
    assert [(member.cores, member.not_pinned) for member in event.members] == [(cores, not_pinned)]


async def test_what_one_process_was_refused_is_not_said_of_the_next() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(pin="big"), iterations=2))
        await it.until(Finished)
        it.crew.measure(Measure(2, Trial(), iterations=2))
        event = await it.until(WarmingUp, 2)
    assert isinstance(event, WarmingUp)
    assert [member.not_pinned for member in event.members] == [""]


@pytest.mark.parametrize("processes", [1, 2])
async def test_a_core_that_is_not_there_is_refused_and_no_worker_starts(processes: int) -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(pin="2-5", processes=processes)))
        event = await it.until(Failed)
    assert it.events == [event]
    assert isinstance(event, Failed)
    assert (event.run_id, event.kind) == (1, "cores")
    assert event.reason == "pin 2-5: cores 4-5 do not exist or may not be used"


async def test_the_number_of_processes_changes_while_they_stay_warm() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial()))
        await it.until(Finished, 1)
        (first,) = [event.pid for event in it.events if isinstance(event, Hello)]
        it.crew.measure(Measure(2, Trial(processes=3)))
        three = await it.pids(2)
        assert three[0] == first
        assert len(set(three)) == 3
        it.crew.measure(Measure(3, Trial(threads=2)))
        await it.until(Finished, 3)
        await until(lambda: [process.pid for process in children()] == [first])
    assert not any(isinstance(event, WorkerLost) for event in it.events)


async def test_of_a_burst_of_changes_the_last_is_measured() -> None:
    async with bench("good") as it:
        for run_id, processes in enumerate((2, 4, 1, 3, 2), start=1):
            it.crew.measure(Measure(run_id, Trial(processes=processes)))
        assert len(await it.pids(5)) == 2
        await it.until(Samples, 5)
        await until(lambda: len(children()) == 2)
    assert {event.run_id for event in it.events if isinstance(event, Samples)} == {5}


async def test_the_death_of_one_is_the_end_of_all_and_the_next_wish_works() -> None:
    async with bench("killed on core 1") as it:
        it.crew.measure(Measure(1, Trial(processes=2)))
        lost = await it.until(WorkerLost)
        assert isinstance(lost, WorkerLost)
        assert lost.reason.startswith("worker 2 of 2: the worker was killed (SIGKILL)")
        assert it.events[-1] is lost
        it.crew.measure(Measure(2, Trial()))
        await it.until(Finished, 2)
        assert len([event for event in it.events if isinstance(event, Hello)]) == 2


async def test_one_killed_in_mid_sample_is_named() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(processes=2)))
        first, second = await it.pids(1)
        await it.until(Samples)
        psutil.Process(first).kill()
        lost = await it.until(WorkerLost)
        assert isinstance(lost, WorkerLost)
        assert lost.reason.startswith("worker 1 of 2: ")
        it.crew.measure(Measure(2, Trial(processes=2)))
        third, again = await it.pids(2)
        assert third != first
        assert again == second


async def test_the_failure_of_one_is_that_of_all() -> None:
    async with bench("fails on core 1") as it:
        it.crew.measure(Measure(1, Trial(processes=3)))
        failed = await it.until(Failed)
        assert failed == Failed(1, "unavailable", "worker 2 of 3: no such arithmetic", "try fp32")
        assert len(children()) == 3


async def test_each_worker_checks_its_outputs_for_as_long_as_was_asked() -> None:
    async with bench("tells its order") as it:
        it.crew.measure(Measure(1, Trial(processes=2), duration_s=9.0, check_s=2.5))
        failed = await it.until(Failed)
    assert isinstance(failed, Failed)
    assert "check_s=2.5" in failed.reason
    assert "duration_s=None" in failed.reason


async def test_stopping_lets_all_rest() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(processes=2)))
        await it.until(Samples)
        it.crew.stop()
        told = len(it.events)
        it.crew.measure(Measure(2, Trial(processes=2)))
        await it.until(Samples, 2)
        assert {getattr(event, "run_id", 2) for event in it.events[told:]} == {2}
        assert len([event for event in it.events if isinstance(event, Hello)]) == 2


async def test_stopping_lets_a_single_process_rest() -> None:
    async with bench("endless") as it:
        it.crew.measure(Measure(1, Trial()))
        await it.until(Samples)
        it.crew.stop()
        assert await it.until(Step, 0) == Step(0, "resting")


async def test_a_worker_that_was_started_is_warm_for_the_first_wish() -> None:
    async with bench("good") as it:
        it.crew.start()
        await it.until(Ready)
        it.crew.measure(Measure(1, Trial()))
        await it.until(Finished)
        assert len([event for event in it.events if isinstance(event, Hello)]) == 1


async def test_peaks_are_found_by_one_process() -> None:
    async with bench("good") as it:
        it.crew.measure(Measure(1, Trial(processes=2)))
        await it.until(Samples)
        it.crew.measure(FindPeaks(2, 1, ("fp32",)))
        assert await it.until(PeaksFound) == PeaksFound(2, ())
        await it.until(Finished, 2)
        await until(lambda: len(children()) == 1)


@pytest.mark.parametrize("kind", [Starting, Step, WarmingUp, Samples])
async def test_closing_at_any_moment_leaves_no_process(kind: type) -> None:
    it = Bench("good")
    it.crew.measure(Measure(1, Trial(processes=3)))
    await it.until(kind)
    await it.crew.close()
    told = len(it.events)
    assert children() == []
    await asyncio.sleep(0.05)
    assert len(it.events) == told
