import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from resnettui import bench as benching
from resnettui.bench import Bench, Enough, crewed, never_enough, sensed
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.ops import OpLedger
from resnettui.core.placing import Core
from resnettui.core.protocol import (
    Event,
    Failed,
    FindPeaks,
    Finished,
    Hello,
    Job,
    Measure,
    PeaksFound,
    Prepared,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.roof import ARRAY_BYTES, MEMORY, Peak
from resnettui.core.trial import Check, Member, Trial, TrialResult, WarmUp
from resnettui.errors import NoWeightsError, TrialError, UsageError

SCRIPT = str(Path(__file__).with_name("supervisor") / "scripted_worker.py")
MS = 1_000_000
MACHINE = Machine(cpu="Neoverse-N1", cores_usable=(0, 1, 2, 3), cores_allowed=4)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
OTHER = replace(BUILD, torch="2.13.0")
TRIAL = Trial(precision="int8")
CHOSEN = replace(TRIAL, engine="qnnpack")
LOST = WorkerLost("killed at rest")


def told(run: int, latencies_ms: Sequence[int] = (10, 10)) -> list[Event]:
    """Return what a worker tells of a run, from its start to the end of its sample."""
    return [
        *(Starting(run), Hello(1, 11), Ready(BUILD), Step(run, "building")),
        Prepared(run, CHOSEN, Check(0.0, 1.0), OpLedger(), OpLedger(), {}),
        WarmingUp(run, WarmUp(3), 9 * MS),
        WarmingUp(run, WarmUp(12, True), 9 * MS, True),
        *(Samples(run, (ms * MS,), ms * MS, run) for ms in latencies_ms),
        Finished(run),
    ]


class ScriptedCrew:
    """Workers that answer each wish with the next of some lists of events."""

    def __init__(self, sink: Callable[[Event], None], *answers: Sequence[Event]) -> None:
        self._sink = sink
        self._answers = list(answers)
        self.wishes: list[Job] = []
        self.stops = 0

    def start(self) -> None:
        self._answer()

    def measure(self, wish: Job) -> None:
        self.wishes.append(wish)
        self._answer()

    def stop(self) -> None:
        self.stops += 1

    def _answer(self) -> None:
        for event in self._answers.pop(0):
            self._sink(event)


async def measured(
    bench: Bench, crew: ScriptedCrew, run: int = 1, enough: Enough = never_enough
) -> TrialResult:
    return await bench.measure(crew, Measure(run, TRIAL), enough)


def crewed_bench(*answers: Sequence[Event]) -> tuple[Bench, ScriptedCrew]:
    bench = Bench(MACHINE)
    return bench, ScriptedCrew(bench.receive, *answers)


async def test_a_trial_is_measured_to_its_end_in_the_sight_of_a_watcher() -> None:
    bench, crew = crewed_bench(told(1, (10, 12)))
    seen: list[Event] = []
    result = await bench.measure(crew, Measure(1, TRIAL), watch=seen.append)
    assert (result.trial, result.latencies_ns, result.wall_ns) == (
        CHOSEN,
        (10 * MS, 12 * MS),
        22 * MS,
    )
    assert (result.warmup, crew.stops) == (WarmUp(12, True), 0)
    assert seen == told(1, (10, 12))
    assert (bench.build, bench.trial) == (BUILD, CHOSEN)


async def test_a_sample_ends_early_where_it_is_enough() -> None:
    bench, crew = crewed_bench(told(1, (10,) * 9))
    result = await measured(bench, crew, enough=lambda c: len(c.latencies_ns) >= 3)
    assert (result.passes, crew.stops) == (3, 1)


async def test_before_the_first_pass_nothing_is_enough() -> None:
    bench, crew = crewed_bench(told(1))
    assert (await measured(bench, crew, enough=lambda _: True)).passes == 1


async def test_what_belongs_to_an_earlier_wish_is_not_counted() -> None:
    late: list[Event] = [Samples(1, (99 * MS,), 99 * MS, 9), Finished(1), Failed(1, "error", "x")]
    bench, crew = crewed_bench(told(1), [*late, *told(2, (5,))])
    await measured(bench, crew)
    assert (await measured(bench, crew, 2)).latencies_ns == (5 * MS,)


async def test_a_sample_has_no_reading_from_before_it() -> None:
    bench, crew = crewed_bench(told(1))

    def watch(event: Event) -> None:
        hz = 3_000_000_000 if isinstance(event, Samples) else 1_000_000_000
        if not isinstance(event, Finished):
            bench.looked(Reading(clock_hz={0: hz}))

    bench.looked(Reading(throttled="hot"))
    result = await bench.measure(crew, Measure(1, TRIAL), watch=watch)
    assert result.flags == {}
    assert [reading.clock_hz for reading in bench.readings] == [{0: 3_000_000_000}] * 2


async def test_what_the_sensors_read_during_the_sample_is_a_flag() -> None:
    bench, crew = crewed_bench(told(1))
    clocks = iter((3_000_000_000, 2_000_000_000))

    def watch(event: Event) -> None:
        if isinstance(event, Samples):
            bench.looked(Reading(clock_hz={0: next(clocks)}))

    result = await bench.measure(crew, Measure(1, TRIAL), watch=watch)
    assert result.flags["clock moved"] == "2.00 to 3.00 GHz"


async def test_a_sample_is_read_from_its_begin_to_its_end_and_in_short_beside_it() -> None:
    bench, crew = crewed_bench(told(1))
    looks = iter((Reading(ran_s=9.0, waited_s=9.0), Reading(ran_s=3.0, waited_s=1.0, switches=4)))
    bench.look = lambda: bench.looked(next(looks))
    result = await measured(bench, crew)
    assert result.surroundings.waited_share == 0.25
    assert "25 % of the time" in result.flags["waiting"]
    assert list(looks) == []


async def test_the_processes_that_measure_are_those_that_the_sensors_hear_of() -> None:
    bench = Bench(MACHINE)
    seen: list[tuple[int, ...]] = []
    bench.look = lambda: seen.append(bench.worker_pids)
    members = (Member(12), Member(11))
    for event in (Starting(1), Hello(1, 11), Hello(1, 12)):
        bench.receive(event)
    bench.receive(WarmingUp(1, WarmUp(3), 9, True))
    bench.receive(WarmingUp(1, WarmUp(3), 9, True, members))
    bench.receive(Starting(2))
    assert seen == [(11, 12), (12, 11)]
    assert bench.worker_pids == ()


async def test_the_torch_of_the_workers_is_kept_from_trial_to_trial() -> None:
    bench, crew = crewed_bench(told(1), [e for e in told(2) if not isinstance(e, Ready)])
    await measured(bench, crew)
    await measured(bench, crew, 2)
    assert bench.build == BUILD
    entry = bench.entry("1", "now", CHOSEN, None, "why")
    assert (entry.build, entry.machine, entry.source) == (BUILD, MACHINE, "sweep")


async def test_a_worker_lost_at_rest_is_not_the_failure_of_the_next_trial() -> None:
    bench, crew = crewed_bench(told(1), told(2))
    await measured(bench, crew)
    for event in (LOST, Hello(1, 12), Ready(OTHER), LOST):
        bench.receive(event)
    seen: list[Event] = []
    result = await bench.measure(crew, Measure(2, TRIAL), watch=seen.append)
    assert result.passes == 2
    assert LOST not in seen


async def test_a_worker_that_came_up_at_rest_has_told_its_torch() -> None:
    bench, crew = crewed_bench([e for e in told(1) if not isinstance(e, Ready)])
    bench.receive(Ready(OTHER))
    await measured(bench, crew)
    assert bench.build == OTHER


async def test_a_worker_lost_while_it_measures_is_the_failure_of_its_trial() -> None:
    bench, crew = crewed_bench([*told(1)[:-1], WorkerLost("killed", "make room")], told(2))
    with pytest.raises(TrialError, match="killed") as error:
        await measured(bench, crew)
    assert error.value.hint == "make room"
    assert (bench.build, bench.trial) == (BUILD, CHOSEN)
    assert (await measured(bench, crew, 2)).passes == 2


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("unavailable", TrialError),
        ("memory", TrialError),
        ("error", TrialError),
        ("data", UsageError),
        ("weights", NoWeightsError),
        ("cores", UsageError),
    ],
)
async def test_what_failed_tells_whether_the_user_or_the_trial_is_to_blame(
    kind: str, error: type[TrialError | UsageError]
) -> None:
    bench, crew = crewed_bench([Starting(1), Ready(BUILD), Failed(1, kind, "no", "do")], told(2))
    with pytest.raises(error) as raised:
        await measured(bench, crew)
    assert type(raised.value) is error
    assert (raised.value.reason, raised.value.hint) == ("no", "do")
    assert bench.trial == TRIAL
    assert (await measured(bench, crew, 2)).passes == 2


async def test_a_sample_without_a_pass_is_a_failed_trial() -> None:
    bench, crew = crewed_bench(told(1, ()))
    with pytest.raises(TrialError, match="nothing was measured"):
        await measured(bench, crew)


async def test_a_started_worker_tells_its_torch() -> None:
    bench, crew = crewed_bench([Starting(0), Hello(1, 11), Ready(BUILD)])
    assert await bench.start(crew) == bench.build == BUILD


async def test_a_worker_that_does_not_come_up_is_an_error() -> None:
    bench, crew = crewed_bench([Starting(0), WorkerLost("no torch", "install it")])
    with pytest.raises(TrialError, match="no torch"):
        await bench.start(crew)


async def test_the_sensors_are_read_while_the_context_lasts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(benching, "SENSOR_PERIOD_S", 0.0)
    monkeypatch.setattr(benching, "Sensors", ScriptedSensors)
    bench = Bench(MACHINE)
    async with sensed(bench):
        while len(bench.readings) < 3:
            await asyncio.sleep(0)
    count = len(bench.readings)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(bench.readings) == count
    assert bench.reading.temperature_celsius == 51.0


class ScriptedSensors:
    """Sensors that always read the same."""

    asked: Sequence[int] = ()

    def read(self, worker_pids: Sequence[int] = ()) -> Reading:
        ScriptedSensors.asked = worker_pids
        return Reading(temperature_celsius=51.0)


def cores(count: int) -> tuple[Core, ...]:
    return tuple(Core(core, core) for core in range(count))


PEAKS = (Peak("fp32", 2, 4e11, "convolution"), Peak(MEMORY, 2, 4e10, "triad"))
KINDS = ("fp32", "fp16", MEMORY)


async def test_peaks_are_asked_for_and_known_from_then_on() -> None:
    step = Step(0, "finding the peak of fp32", 1, 12)
    bench, crew = crewed_bench([Finished(7), step, PeaksFound(0, PEAKS), Finished(0)])
    seen: list[Event] = []
    assert await bench.peaks(crew, KINDS, 2, seen.append) == PEAKS == bench.known_peaks
    (wish,) = crew.wishes
    assert isinstance(wish, FindPeaks)
    assert wish == FindPeaks(0, 2, KINDS, wish.array_bytes)
    assert 0 < wish.array_bytes <= ARRAY_BYTES
    assert seen == [step, PeaksFound(0, PEAKS), Finished(0)]


async def test_peaks_that_cannot_be_measured_are_an_error() -> None:
    bench, crew = crewed_bench([WorkerLost("killed")])
    with pytest.raises(TrialError, match="killed"):
        await bench.peaks(crew, KINDS, 2)
    assert bench.known_peaks == ()


async def test_a_result_above_a_known_peak_is_flagged() -> None:
    events = [replace(e, flop=10**10, moved_bytes=1) if isinstance(e, Prepared) else e
              for e in told(1)]  # fmt: skip
    bench, crew = crewed_bench(events)
    bench.known_peaks = (Peak("int8", 1, 1e11, "convolution"), Peak(MEMORY, 1, 4e10, "triad"))
    assert list((await measured(bench, crew)).flags) == ["over the roof"]


# Real processes, without torch.


async def of_workers(mode: str, wish: Measure) -> TrialResult:
    bench = Bench(MACHINE)
    async with crewed(bench, (sys.executable, SCRIPT, mode)) as crew:
        return await bench.measure(crew, wish)


def children() -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return found


async def test_one_trial_is_collected_whole() -> None:
    result = await of_workers("good", Measure(1, Trial(), iterations=5))
    assert result.latencies_ns == tuple(10 * MS + n for n in range(5))
    assert (result.passes, result.wall_ns) == (5, 50 * MS)
    assert children() == []


async def test_the_sensors_are_told_which_process_measures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(benching, "Sensors", ScriptedSensors)
    result = await of_workers("good", Measure(1, Trial(), iterations=5))
    assert ScriptedSensors.asked == (result.members[0].pid,)
    assert result.surroundings.temperature_max_celsius == 51.0


async def test_a_list_of_cores_that_are_not_there_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="pin 9: core 9 does not exist or may not be used"):
        await of_workers("good", Measure(1, Trial(pin="9")))


async def test_one_trial_of_two_processes_is_collected_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(benching, "core_layout", lambda _machine: cores(4))
    wish = Measure(1, Trial(processes=2, batch_size=4), iterations=20)
    result = await of_workers("good", wish)
    assert result.latencies_ns == (10 * MS,) * 40
    assert (result.passes, result.wall_ns) == (40, 200 * MS)
    assert [(m.cores, m.passes, m.median_ns) for m in result.members] == [
        ((0,), 20, 10.0 * MS),
        ((1,), 20, 10.0 * MS),
    ]
    assert result.throughput_img_s == 800.0 == sum(m.throughput_img_s for m in result.members)
    assert result.members[0].memory_bytes == 100 << 20


@pytest.mark.parametrize(
    ("mode", "processes", "reason"),
    [
        ("killed", 1, "SIGKILL"),
        ("killed on core 1", 2, "worker 2 of 2: the worker was killed"),
    ],
)
async def test_one_trial_of_which_a_process_dies_is_an_error(
    mode: str, processes: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benching, "core_layout", lambda _machine: cores(2))
    with pytest.raises(TrialError, match=reason) as error:
        await of_workers(mode, Measure(1, Trial(processes=processes), iterations=20))
    assert error.value.hint
    assert children() == []
