"""Measures one trial after the other in warm workers, with the sensors read beside them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from resnettui.core.flags import flags_of
from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.protocol import Event, Measure, WarmingUp
from resnettui.core.trial import Trial, TrialResult
from resnettui.machine.sensors import Sensors
from resnettui.supervisor.once import Collector

SENSOR_PERIOD_S = 1.0


class Workers(Protocol):
    """What a bench needs of the supervisor."""

    def start(self) -> None:
        """Start a worker."""

    def measure(self, wish: Measure) -> None:
        """Measure this, instead of what is being measured."""

    def stop(self) -> None:
        """Let the workers rest."""


Enough = Callable[[Collector], bool]
Watch = Callable[[Event], None]


def never_enough(_collector: Collector) -> bool:
    """Leave the end of the sample to the wish."""
    return False


def unwatched(_event: Event) -> None:
    """Show an event to nobody."""


class Bench:
    """Workers that are asked for one result after the other.

    Their events are to be given to `receive`, the readings of the sensors to `looked`.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.build: Build | None = None
        """The torch of the workers; None before one told."""
        self.reading = Reading()
        self._readings: list[Reading] = []
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.receive = self._events.put_nowait

    def looked(self, reading: Reading) -> None:
        """Take a reading of the sensors."""
        self.reading = reading
        self._readings.append(reading)

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
        while collector.build is None:
            event = await self._events.get()
            watch(event)
            collector.add(event)
        self.build = collector.build
        return collector.build

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
        collector = Collector(self.build)
        self._forget()
        workers.measure(wish)
        while not self._over(await self._event_of(wish), collector, watch):
            if collector.latencies_ns and enough(collector):
                workers.stop()
                break
        self.build = collector.build
        result = collector.result()
        return result.flagged(flags_of(result, self.machine, self.build, self._readings))

    def _forget(self) -> None:
        """Drop what came before a wish: a worker that died at rest is no failure of the next."""
        while not self._events.empty():
            self._events.get_nowait()

    async def _event_of(self, wish: Measure) -> Event:
        """Return the next event, without those of an earlier wish."""
        while True:
            event = await self._events.get()
            if getattr(event, "run_id", wish.run_id) == wish.run_id:
                return event

    def _over(self, event: Event, collector: Collector, watch: Watch) -> bool:
        watch(event)
        if isinstance(event, WarmingUp) and event.done:
            self._readings.clear()
        return collector.add(event)


@asynccontextmanager
async def sensed(bench: Bench) -> AsyncIterator[None]:
    """Read the sensors for a bench, once a second, while the context lasts."""

    async def read() -> None:
        sensors = Sensors()
        while True:
            bench.looked(sensors.read())
            await asyncio.sleep(SENSOR_PERIOD_S)

    reader = asyncio.create_task(read())
    try:
        yield
    finally:
        reader.cancel()
