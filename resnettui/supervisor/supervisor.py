"""Keeps one worker at the user's newest wish: warm where it can be, new where it must be."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Go,
    Hello,
    Job,
    Measure,
    Ready,
    Starting,
    Stop,
    WarmingUp,
    WorkerLost,
)
from resnettui.supervisor.process import WORKER_ARGV, EventSink, WorkerProcess

LOG = logging.getLogger(__name__)

CANCEL_GRACE_S = 1.0
"""A worker that has not turned to a new command within this is replaced by a new one."""

HELLO_TIMEOUT_S = 60.0
READY_TIMEOUT_S = 300.0
"""Importing torch from a slow memory card takes tens of seconds."""

SILENCE_TIMEOUT_S = 600.0
"""A run that says nothing for this long is given up; one slow pass may well take a minute."""


class Supervisor:
    """Measures what was asked for last, in one worker process.

    `sink` gets every event in order, on the event loop, and must not block. After WorkerLost or
    Failed nothing is tried again until `measure` is called.
    """

    def __init__(
        self,
        sink: EventSink,
        cpu: Callable[[], str | None] = lambda: None,
        argv: Sequence[str] = WORKER_ARGV,
    ) -> None:
        self._sink = sink
        self._cpu = cpu
        self._argv = argv
        self._worker: WorkerProcess | None = None
        self._wish: Job | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patience_s = 0.0
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start a worker, to be warm when the first wish comes."""
        if self._worker is None and self._starting is None:
            self._starting = asyncio.create_task(self._start(0))

    def measure(self, wish: Job) -> None:
        """Drop what is being measured and measure this. Returns at once."""
        self._wish = wish
        if self._worker is not None and self._worker.ready:
            self._worker.send(wish)
            self._expect(CANCEL_GRACE_S, self._replace)
        elif self._worker is None and self._starting is None:
            self._starting = asyncio.create_task(self._start(wish.run_id))
        else:
            self._sink(Starting(wish.run_id))

    def go(self, at_ns: int) -> None:
        """Let the sample of a wish that was to be held begin at an instant of CLOCK_MONOTONIC."""
        if self._worker is not None and self._wish is not None:
            self._worker.send(Go(self._wish.run_id, at_ns))
            self._expect(SILENCE_TIMEOUT_S, self._give_up)

    def stop(self) -> None:
        """Let the worker rest, warm, until the next wish."""
        self._wish = None
        if self._worker is not None and self._worker.ready:
            self._expect(None)
            self._worker.send(Stop())

    async def close(self) -> None:
        """Kill the worker and wait until it is gone."""
        self._expect(None)
        if self._starting is not None:
            await self._starting
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.dismiss()
            await worker.wait()

    async def _start(self, run_id: int) -> None:
        self._sink(Starting(run_id))
        try:
            self._worker = await WorkerProcess.start(self._receive, self._cpu(), self._argv)
            self._expect(HELLO_TIMEOUT_S, self._give_up)
        except OSError as error:
            LOG.error("no worker can be started: %s", error)
            self._sink(WorkerLost(f"no worker can be started: {error}", "close other programs"))
        finally:
            self._starting = None

    def _receive(self, event: Event) -> None:
        if self._wish is not None and getattr(event, "run_id", None) == self._wish.run_id:
            self._expect(SILENCE_TIMEOUT_S, self._give_up)
        if isinstance(event, Failed):
            LOG.warning("run %d failed (%s): %s", event.run_id, event.kind, event.reason)
        match event:
            case Hello():
                self._expect(READY_TIMEOUT_S, self._give_up)
            case Ready():
                self._expect(None)
                if self._worker is not None and self._wish is not None:
                    self._worker.send(self._wish)
                    self._expect(SILENCE_TIMEOUT_S, self._give_up)
            case WarmingUp(done=True) if isinstance(self._wish, Measure) and self._wish.hold:
                self._expect(None)  # It is silent until it may go.
            case Finished() | Failed():
                self._expect(None)
            case WorkerLost():
                self._expect(None)
                self._worker = None
        self._sink(event)

    def _expect(self, seconds: float | None, otherwise: Callable[[], None] | None = None) -> None:
        """Call `otherwise` unless the next expectation, or None, comes within `seconds`."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None and otherwise is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, otherwise)
            self._patience_s = seconds

    def _give_up(self) -> None:
        if self._worker is not None:
            self._worker.end(f"the worker said nothing for {self._patience_s:.0f} s")

    def _replace(self) -> None:
        """Start a new worker for the wish that the old one was too busy to hear."""
        worker, self._worker = self._worker, None
        if worker is not None and self._wish is not None:
            worker.dismiss()
            self._starting = asyncio.create_task(self._start(self._wish.run_id))
