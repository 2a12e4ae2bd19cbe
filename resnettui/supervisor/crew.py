"""A crew: as many workers as a wish has processes, and one stream of events from all of them."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from resnettui.core.placing import Core, Placement, impossible, place
from resnettui.core.protocol import Event, Failed, FindPeaks, Job, Measure, Profile
from resnettui.supervisor.joint import Joint, unpinned
from resnettui.supervisor.process import WORKER_ARGV, EventSink
from resnettui.supervisor.supervisor import Supervisor

LOG = logging.getLogger(__name__)

Cores = Callable[[], Sequence[Core]]
"""Returns the cores that may be used."""


class Crew:
    """Measures what was asked for last, in one worker process or in several at once.

    It is used as a Supervisor is, and for one process does what that does. For several it keeps a
    Supervisor each: warm ones stay, surplus ones are dismissed. Each gets the cores that the trial
    places it on.
    """

    def __init__(
        self,
        sink: EventSink,
        cpu: Callable[[], str | None] = lambda: None,
        cores: Cores = lambda: (),
        argv: Sequence[str] = WORKER_ARGV,
    ) -> None:
        self._sink = sink
        self._cpu = cpu
        self._cores = cores
        self._argv = argv
        self._seats: list[Supervisor] = []
        self._leaving: set[asyncio.Task[None]] = set()
        self._joint: Joint | None = None
        self._refused = ""

    def start(self) -> None:
        """Start one worker, to be warm when the first wish comes."""
        self._resize(max(1, len(self._seats)))
        self._seats[0].start()

    def measure(self, wish: Job) -> None:
        """Drop what is being measured and measure this. Returns at once."""
        LOG.info("asked for %r", wish)
        self._resize(wish.trial.processes if isinstance(wish, Measure) else 1)
        self._joint, self._refused = None, ""
        if isinstance(wish, FindPeaks):
            self._seats[0].measure(wish)
            return
        trial = wish.trial if isinstance(wish, Measure) else replace(wish.trial, processes=1)
        layout = self._cores() if trial.pin or trial.processes > 1 else ()
        if refusal := impossible(trial, [core.id for core in layout]):
            self._refuse(wish, refusal)
        elif isinstance(wish, Measure) and trial.processes > 1:
            self._measure_jointly(wish, place(trial, layout))
        else:
            self._measure_alone(wish, place(trial, layout))

    def _refuse(self, wish: Measure | Profile, refusal: str) -> None:
        self._rest()
        LOG.warning("run %d is refused: %s", wish.run_id, refusal)
        hint = "--pin takes cores that affinity and cpuset allow"
        self._sink(Failed(wish.run_id, "cores", f"pin {wish.trial.pin}: {refusal}", hint))

    def _measure_alone(self, wish: Measure | Profile, placement: Placement) -> None:
        self._refused = placement.refused
        self._seats[0].measure(replace(wish, cores=next(iter(placement.places), ())))

    def _measure_jointly(self, wish: Measure, placement: Placement) -> None:
        self._joint = Joint(wish, self._sink, self._go, self._rest, not_pinned=placement.refused)
        order = replace(wish, duration_s=None, iterations=None, hold=True)
        places = placement.places or [()] * wish.trial.processes
        for seat, cores in zip(self._seats, places, strict=True):
            seat.measure(replace(order, cores=cores))

    def stop(self) -> None:
        """Let all workers rest, warm, until the next wish."""
        if self._joint is not None:
            self._joint.over = True
        self._rest()

    async def close(self) -> None:
        """Kill all workers and wait until they are gone."""
        self._resize(0)
        await asyncio.gather(*self._leaving)

    def _resize(self, size: int) -> None:
        """Dismiss the workers beyond a size, and add those that are missing."""
        for seat in self._seats[size:]:
            leaving = asyncio.create_task(seat.close())
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        del self._seats[size:]
        while len(self._seats) < size:
            self._seats.append(self._seat(len(self._seats)))

    def _seat(self, index: int) -> Supervisor:
        def hear(event: Event) -> None:
            # What a dismissed worker still tells is of no interest.
            if self._seats[index : index + 1] == [seat]:
                self._hear(index, event)

        seat = Supervisor(hear, self._cpu, self._argv)
        return seat

    def _hear(self, index: int, event: Event) -> None:
        if self._joint is None:
            self._sink(unpinned(event, self._refused))
        else:
            self._joint.hear(index, event)

    def _go(self, at_ns: int) -> None:
        for seat in self._seats:
            seat.go(at_ns)

    def _rest(self) -> None:
        for seat in self._seats:
            seat.stop()
