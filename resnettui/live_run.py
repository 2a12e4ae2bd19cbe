"""Measures live, as the screen does, where there is no screen: events become a snapshot."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from resnettui.core.live import Phase, Snapshot, fold
from resnettui.core.live_events import Chosen, LiveEvent, Looked, Probed
from resnettui.core.machine import Machine, Reading
from resnettui.core.protocol import Event, Measure, WarmingUp
from resnettui.machine.sensors import Sensors
from resnettui.machine.topology import core_layout
from resnettui.supervisor.crew import Crew
from resnettui.supervisor.process import WORKER_ARGV

PERIOD_S = 1.0
"""Between two looks at the sensors."""


Read = Callable[[tuple[int, ...]], Reading]
"""Reads the sensors; takes the pids of the workers."""

Hear = Callable[[LiveEvent], None]


def unheard(_event: LiveEvent) -> None:
    """Tell an event to nobody."""


class LiveRun:
    """What is known of a live measurement; `hear` is told every event after it is folded."""

    def __init__(self, machine: Machine, read: Read, hear: Hear = unheard) -> None:
        self.snapshot = Snapshot()
        self._read = read
        self._hear = hear
        self._over = asyncio.Event()
        self.fold(Probed(machine))

    def fold(self, event: LiveEvent) -> None:
        """Take an event into the snapshot."""
        self.snapshot = fold(self.snapshot, event)
        self._hear(event)

    def receive(self, event: Event) -> None:
        """Take an event of the workers."""
        self.fold(event)
        if isinstance(event, WarmingUp) and event.done:
            # What is counted from here on belongs to the sample.
            self._read(self.snapshot.worker_pids)
        if self.over:
            self._over.set()

    def chosen(self, wish: Measure) -> Measure:
        """Show what is wished for as the next run, and return what to ask the workers for."""
        self._over.clear()
        build, run_id = self.snapshot.build, self.snapshot.run_id + 1
        trial = wish.trial.resolved(build.engines if build else ())
        self.fold(Chosen(run_id, trial))
        return replace(wish, run_id=run_id, trial=trial)

    @property
    def over(self) -> bool:
        """The sample is as long as it was to be, or there will be none."""
        return self.snapshot.phase in (Phase.FINISHED, Phase.FAILED)

    async def go_on(self, seconds: float = PERIOD_S) -> bool:
        """Let so much time pass and look, unless the run ends before; tell whether it goes on."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
        if not self.over:
            # Shares of less than a period would be noise.
            self.look()
        return not self.over

    def look(self) -> None:
        """Read the sensors."""
        self.fold(Looked(self._read(self.snapshot.worker_pids)))


@asynccontextmanager
async def living(
    machine: Machine, hear: Hear = unheard, argv: Sequence[str] = WORKER_ARGV
) -> AsyncIterator[tuple[LiveRun, Crew]]:
    """Yield a run and its workers, which are gone afterwards."""
    run = LiveRun(machine, Sensors().read, hear)
    crew = Crew(run.receive, lambda: machine.cpu, lambda: core_layout(machine), argv)
    try:
        yield run, crew
    finally:
        await crew.close()
