"""What the app needs of the machine and of the workers, so that tests can stand in for both."""

from collections.abc import Callable
from typing import Protocol

from resnettui.core.machine import Reading
from resnettui.core.protocol import Job
from resnettui.supervisor.crew import Cores
from resnettui.supervisor.process import EventSink


class Measuring(Protocol):
    """What the app needs of a crew of workers."""

    def start(self) -> None:
        """Start a worker."""

    def measure(self, wish: Job) -> None:
        """Do this, instead of what is being done."""

    def stop(self) -> None:
        """Let the workers rest."""

    async def close(self) -> None:
        """End the workers."""


class Watching(Protocol):
    """What the app needs of the sensors."""

    def read(self, worker_pids: tuple[int, ...] = ()) -> Reading:
        """Look at the machine."""


Supervise = Callable[[EventSink, Callable[[], str | None], Cores], Measuring]
"""(sink of events, name of the processor, cores to use) -> what measures."""
