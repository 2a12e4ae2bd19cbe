"""One measurement by several workers: their events become the one stream of a single worker."""

import time
from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum

from resnettui.core.crew import Pool, counted, end_of, pool_from, pooled
from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Hello,
    Measure,
    Prepared,
    Profiled,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.trial import WarmUp
from resnettui.supervisor.process import EventSink

LEAD_NS = 100_000_000
"""The common instant lies this far ahead, and two passes of the slowest worker: all shall hear of
it in time, and finish the pass they are in."""

REPORT_NS = 250_000_000
"""Passes are pooled in steps of this, at least."""


def unpinned(event: Event, reason: str) -> Event:
    """Return an event whose processes, where it tells of any, say why they are not pinned."""
    match event:
        case WarmingUp() if reason:
            members = (replace(member, not_pinned=reason) for member in event.members)
            return replace(event, members=tuple(members))
        case Profiled() if reason:
            return replace(event, profile=replace(event.profile, not_pinned=reason))
    return event


class Stage(IntEnum):
    """How far a worker is; a crew is as far as the one behind all others."""

    CALLED = 0
    STARTING = 1
    IMPORTING = 2
    BUILDING = 3
    WARMING_UP = 4
    READY = 5


class Joint:
    """Merges what the workers of one wish tell.

    `go` hands all of them the instant at which they begin, `stop` ends them all. After Finished,
    Failed or WorkerLost, of which there is one, nothing more is told.
    """

    def __init__(
        self,
        wish: Measure,
        sink: EventSink,
        go: Callable[[int], None],
        stop: Callable[[], None],
        *,
        not_pinned: str = "",
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        size = wish.trial.processes
        self._wish = wish
        self._sink = sink
        self._go = go
        self._stop = stop
        self._not_pinned = not_pinned
        self._clock = clock
        self._stages = [Stage.CALLED] * size
        self._told: list[Step | WarmingUp | None] = [None] * size
        self._ready: list[WarmingUp | None] = [None] * size
        self._shown: Event | None = None
        self._started = self._prepared = False
        self._pool: Pool | None = None
        self.over = False

    def hear(self, index: int, event: Event) -> None:
        """Take an event of one worker."""
        if self.over or getattr(event, "run_id", self._wish.run_id) != self._wish.run_id:
            return
        match event:
            case Starting():
                self._start(index, event)
            case Hello():
                self._sink(event)
                self._advance(index, Stage.IMPORTING, self._step("importing torch"))
            case Ready():
                self._sink(event)
            case Step():
                self._advance(index, Stage.BUILDING, event)
            case Prepared() if not self._prepared:
                self._prepared = True
                self._sink(event)
            case WarmingUp(done=False):
                self._advance(index, Stage.WARMING_UP, event)
            case WarmingUp():
                self._await(index, event)
            case Samples() if self._pool is not None:
                self._count(pooled(self._pool, index, event))
            case Failed() | WorkerLost():
                reason = f"{self._name(index)}: {event.reason}"
                self._end(replace(event, reason=reason))

    def _start(self, index: int, event: Starting) -> None:
        if not self._started:
            self._started = True
            self._sink(event)
        self._advance(index, Stage.STARTING, self._step("starting"))

    def _advance(self, index: int, stage: Stage, told: Step | WarmingUp) -> None:
        """Take note of how far a worker is, and show what the one behind all others does."""
        self._stages[index], self._told[index] = stage, told
        self._ready[index] = None
        last = self._stages.index(min(self._stages))
        shown = self._told[last]
        if isinstance(shown, Step):
            shown = replace(shown, what=f"{self._name(last)}: {shown.what}")
        if shown is not None and shown != self._shown:
            self._shown = shown
            self._sink(shown)

    def _await(self, index: int, event: WarmingUp) -> None:
        """Let all go as soon as the last is ready."""
        self._stages[index] = Stage.READY
        self._ready[index] = event
        ready = [event for event in self._ready if event is not None]
        if len(ready) < len(self._ready):
            return
        slowest_ns = max(event.last_ns for event in ready)
        at_ns = self._clock() + LEAD_NS + 2 * slowest_ns
        self._pool = pool_from(at_ns, len(ready))
        self._go(at_ns)
        warmup = WarmUp(
            max(event.warmup.iterations for event in ready),
            all(event.warmup.settled for event in ready),
        )
        members = tuple(member for event in ready for member in event.members)
        done = WarmingUp(self._wish.run_id, warmup, slowest_ns, True, members)
        self._sink(unpinned(done, self._not_pinned))

    def _count(self, pool: Pool) -> None:
        """Report what every worker has reached, and end with what was asked for."""
        self._pool = pool
        wish = self._wish
        duration_ns = None if wish.duration_s is None else int(wish.duration_s * 1e9)
        end_ns = end_of(pool, duration_ns, wish.iterations)
        if end_ns is not None:
            self._report(pool, end_ns)
            self._end(Finished(wish.run_id))
            return
        # The end of the sample is found among the passes that are not reported yet.
        limit_ns = pool.reached_ns if duration_ns is None else pool.begin_ns + duration_ns - 1
        reached_ns = min(pool.reached_ns, limit_ns)
        if reached_ns - pool.counted_ns >= REPORT_NS:
            self._report(pool, reached_ns)

    def _report(self, pool: Pool, until_ns: int) -> None:
        self._pool, samples = counted(pool, self._wish.run_id, until_ns)
        if samples.latencies_ns:
            self._sink(samples)

    def _end(self, event: Finished | Failed | WorkerLost) -> None:
        self.over = True
        self._stop()
        self._sink(event)

    def _name(self, index: int) -> str:
        return f"worker {index + 1} of {self._wish.trial.processes}"

    def _step(self, what: str) -> Step:
        return Step(self._wish.run_id, what)
