"""A crew: as many workers as a wish has processes, and one stream of events from all of them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from resnettui.core.crew import disjoint_cores
from resnettui.core.protocol import Event, Job, Measure
from resnettui.core.trial import Trial
from resnettui.supervisor.joint import Joint
from resnettui.supervisor.process import WORKER_ARGV, EventSink
from resnettui.supervisor.supervisor import Supervisor

Cores = Callable[[], Sequence[Sequence[int]]]
"""Returns the cores to use, those that share one physical core together, the best first."""


class Crew:
    """Measures what was asked for last, in one worker process or in several at once.

    It is used as a Supervisor is, and for one process does what that does. For several it keeps a
    Supervisor each: warm ones stay, surplus ones are dismissed. Each gets cores of its own.
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

    def start(self) -> None:
        """Start one worker, to be warm when the first wish comes."""
        self._resize(max(1, len(self._seats)))
        self._seats[0].start()

    def measure(self, wish: Job) -> None:
        """Drop what is being measured and measure this. Returns at once."""
        self._resize(wish.trial.processes if isinstance(wish, Measure) else 1)
        if not isinstance(wish, Measure) or wish.trial.processes == 1:
            self._joint = None
            self._seats[0].measure(wish)
            return
        trial = wish.trial
        places = disjoint_cores(self._cores(), trial.processes, trial.threads)
        refused = "" if places else self._refusal(trial)
        self._joint = Joint(wish, self._sink, self._go, self._rest, not_pinned=refused)
        order = replace(wish, duration_s=None, iterations=None, hold=True)
        for seat, cores in zip(self._seats, places or [()] * trial.processes, strict=True):
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
            self._sink(event)
        else:
            self._joint.hear(index, event)

    def _go(self, at_ns: int) -> None:
        for seat in self._seats:
            seat.go(at_ns)

    def _rest(self) -> None:
        for seat in self._seats:
            seat.stop()

    def _refusal(self, trial: Trial) -> str:
        cores = sum(len(group) for group in self._cores())
        if not cores:
            return "the cores of this machine are not known"
        return f"{trial.processes} x {trial.threads} threads do not fit onto {cores} cores"
