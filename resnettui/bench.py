"""Measures one trial after the other in warm workers, with the sensors read beside them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from resnettui.core.flags import flags_of
from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.protocol import (
    Event,
    FindPeaks,
    Hello,
    Job,
    Measure,
    PeaksFound,
    Prepared,
    Profile,
    Profiled,
    Ready,
    Starting,
    WarmingUp,
)
from resnettui.core.roof import Peak
from resnettui.core.surroundings import surroundings_of
from resnettui.core.trial import Trial, TrialResult
from resnettui.errors import TrialError
from resnettui.machine.arrays import read_array_bytes
from resnettui.machine.sensors import Sensors
from resnettui.machine.topology import core_layout
from resnettui.supervisor.collector import Collector
from resnettui.supervisor.crew import Crew
from resnettui.supervisor.process import WORKER_ARGV

SENSOR_PERIOD_S = 1.0


class Workers(Protocol):
    """What a bench needs of the supervisor."""

    def start(self) -> None:
        """Start a worker."""

    def measure(self, wish: Job) -> None:
        """Do this, instead of what is being done."""

    def stop(self) -> None:
        """Let the workers rest."""


Told = TypeVar("Told", bound=Event)

Enough = Callable[[Collector], bool]
Watch = Callable[[Event], None]


def never_enough(_collector: Collector) -> bool:
    """Leave the end of the sample to the wish."""
    return False


def unwatched(_event: Event) -> None:
    """Show an event to nobody."""


def blind() -> None:
    """Read no sensor."""


class Bench:
    """Workers that are asked for one result after the other.

    Their events are to be given to `receive`, the readings of the sensors to `looked`, those that
    `look` asks for among them: where a sample begins and where it ends.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.build: Build | None = None
        """The torch of the workers; None before one told."""
        self.trial = Trial()
        """What was asked for last, with the engine that the worker chose as soon as it told."""
        self.known_peaks: tuple[Peak, ...] = ()
        """What is known of the roof of this machine; a result above it gets a flag."""
        self.reading = Reading()
        self.look: Callable[[], None] = blind
        self.worker_pids: tuple[int, ...] = ()
        """The processes that measure, or are about to."""
        self._readings: list[Reading] = []
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    def receive(self, event: Event) -> None:
        """Take an event of the workers."""
        match event:
            case Starting():
                self.worker_pids = ()
            case Hello():
                self.worker_pids += (event.pid,)
            case WarmingUp(done=True):
                self.worker_pids = tuple(m.pid for m in event.members) or self.worker_pids
                self.look()
        self._events.put_nowait(event)

    def looked(self, reading: Reading) -> None:
        """Take a reading of the sensors."""
        self.reading = reading
        self._readings.append(reading)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Those since the last warm-up ended."""
        return tuple(self._readings)

    def flagged(self, result: TrialResult, readings: Sequence[Reading]) -> TrialResult:
        """Return a result of these workers with what the sensors said, and its flags."""
        result = result.beside(surroundings_of(readings, result.pinned_cores))
        return result.flagged(flags_of(result, self.machine, self.build, self.known_peaks))

    def entry(
        self, id: str, at: str, trial: Trial, result: TrialResult | None, failure: str
    ) -> Entry:
        """Return what a history keeps of a trial of a sweep."""
        return Entry(
            *(id, at, "sweep", trial, self.machine, self.build),
            result=result,
            failure=failure,
        )

    async def start(self, workers: Workers, watch: Watch = unwatched) -> Build:
        """Start a worker and return its torch; TrialError where it does not come up."""
        collector = Collector()
        workers.start()
        while self.build is None:
            self._over(await self._events.get(), collector, watch)
        return self.build

    async def measure(
        self,
        workers: Workers,
        wish: Measure,
        enough: Enough = never_enough,
        watch: Watch = unwatched,
    ) -> TrialResult:
        """Measure until the wish is fulfilled, or `enough` says so; return it with its flags.

        TrialError where it cannot be measured, UsageError where its data cannot be used.
        """
        collector = Collector()
        self._forget()
        self.trial = wish.trial
        workers.measure(wish)
        while not self._over(await self._event_of(wish), collector, watch):
            if collector.latencies_ns and enough(collector):
                workers.stop()
                break
        self.look()
        return self.flagged(collector.result(), self._readings)

    async def profile(self, workers: Workers, job: Profile, watch: Watch = unwatched) -> Profiled:
        """Time every operator of a configuration.

        TrialError where it cannot be done, UsageError where its data cannot be used.
        """
        self.trial = job.trial
        profiled = await self._told(workers, job, Profiled, watch)
        if profiled is None:
            raise TrialError("nothing was profiled", "run it again")
        self.trial = profiled.trial
        return profiled

    async def peaks(
        self,
        workers: Workers,
        kinds: Iterable[str],
        threads: int,
        watch: Watch = unwatched,
        run_id: int = 0,
    ) -> tuple[Peak, ...]:
        """Measure the peaks of precisions and of MEMORY, and know them from here on.

        What does not run here has none; TrialError where no worker can.
        """
        job = FindPeaks(run_id, threads, tuple(kinds), read_array_bytes(self.machine))
        told = await self._told(workers, job, PeaksFound, watch)
        found = told.peaks if told else ()
        self.known_peaks += found
        return found

    async def _told(
        self, workers: Workers, job: Job, kind: type[Told], watch: Watch
    ) -> Told | None:
        """Let a job be done, and return its last event of a kind; None where it told none."""
        collector = Collector()
        self._forget()
        workers.measure(job)
        told = None
        while not self._over(event := await self._event_of(job), collector, watch):
            if isinstance(event, kind):
                told = event
        return told

    def _forget(self) -> None:
        """Drop what was told since the wish before ended: a worker that was lost is started again.

        What is kept is the torch of one that came up.
        """
        while not self._events.empty():
            self._note(self._events.get_nowait())

    async def _event_of(self, wish: Job) -> Event:
        """Return the next event, without those of an earlier wish."""
        while True:
            event = await self._events.get()
            if getattr(event, "run_id", wish.run_id) == wish.run_id:
                return event

    def _over(self, event: Event, collector: Collector, watch: Watch) -> bool:
        watch(event)
        self._note(event)
        return collector.add(event)

    def _note(self, event: Event) -> None:
        match event:
            case Ready():
                self.build = event.build
            case Prepared():
                self.trial = event.trial
            case WarmingUp(done=True):
                self._readings.clear()


@asynccontextmanager
async def crewed(bench: Bench, argv: Sequence[str] = WORKER_ARGV) -> AsyncIterator[Crew]:
    """Yield workers for a bench, the sensors read beside them; they are gone afterwards."""
    machine = bench.machine
    crew = Crew(bench.receive, lambda: machine.cpu, lambda: core_layout(machine), argv)
    try:
        async with sensed(bench):
            yield crew
    finally:
        await crew.close()


@asynccontextmanager
async def sensed(bench: Bench) -> AsyncIterator[None]:
    """Read the sensors for a bench, once a second and when it asks, while the context lasts."""
    sensors = Sensors()

    def look() -> None:
        bench.looked(sensors.read(bench.worker_pids))

    async def read() -> None:
        while True:
            look()
            await asyncio.sleep(SENSOR_PERIOD_S)

    bench.look = look
    reader = asyncio.create_task(read())
    try:
        yield
    finally:
        bench.look = blind
        reader.cancel()
