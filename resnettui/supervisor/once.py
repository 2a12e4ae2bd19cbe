"""One trial from start to end, for the commands that have no screen."""

import asyncio
from collections.abc import Callable, Sequence

from resnettui.core.machine import Build
from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Measure,
    Prepared,
    Ready,
    Samples,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.tally import MemberTally, result_from, tallied
from resnettui.core.trial import Member, TrialResult, WarmUp
from resnettui.errors import TrialError, UsageError
from resnettui.supervisor.crew import Cores, Crew
from resnettui.supervisor.process import WORKER_ARGV


class Collector:
    """Gathers the events of one run into its result.

    `build` is what a worker that is warm already has told of itself.
    """

    def __init__(self, build: Build | None = None) -> None:
        self.build = build
        self._prepared: Prepared | None = None
        self._warmup = WarmUp()
        self._members: tuple[Member, ...] = ()
        self._tallies: tuple[MemberTally, ...] = ()
        self.latencies_ns: list[int] = []
        """Those of all processes, as they came."""
        self.wall_ns = 0

    def add(self, event: Event) -> bool:
        """Take an event in; tell whether the run is over; TrialError or UsageError if it failed."""
        match event:
            case Ready():
                self.build = event.build
            case Prepared():
                self._prepared = event
            case WarmingUp():
                self._warmup = event.warmup
                self._members = event.members
            case Samples():
                self._tallies = tallied(self._tallies, len(self._members), event)
                self.latencies_ns += event.latencies_ns
                self.wall_ns += event.wall_ns
            case Failed(kind="data"):
                raise UsageError(event.reason, event.hint)
            case Failed() | WorkerLost():
                raise TrialError(event.reason, event.hint)
            case Finished():
                return True
        return False

    def result(self) -> TrialResult:
        """Return what was measured, without flags; TrialError where it is nothing."""
        if self._prepared is None or not self.latencies_ns:
            raise TrialError("nothing was measured", "give it more time: --duration 5")
        return result_from(
            *(self._prepared, self._warmup, self.latencies_ns),
            passes=len(self.latencies_ns),
            wall_ns=self.wall_ns,
            members=self._members,
            tallies=self._tallies,
        )


async def measure_once(
    wish: Measure,
    watch: Callable[[Event], None] = lambda event: None,
    cpu: str | None = None,
    argv: Sequence[str] = WORKER_ARGV,
    cores: Cores = lambda: (),
) -> tuple[TrialResult, Build]:
    """Measure one configuration in workers of its own, which are gone afterwards.

    `watch` sees every event as it comes. TrialError where it cannot be measured, UsageError where
    its data cannot be used.
    """
    events: asyncio.Queue[Event] = asyncio.Queue()
    crew = Crew(events.put_nowait, lambda: cpu, cores, argv)
    collector = Collector()
    try:
        crew.measure(wish)
        while True:
            event = await events.get()
            watch(event)
            if collector.add(event):
                break
    finally:
        await crew.close()
    assert collector.build is not None
    return collector.result(), collector.build
