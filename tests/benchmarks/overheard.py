"""The real app, which writes to a file what its workers tell, and when it heard it.

    python overheard.py FILE THREADS

It measures int8, fused. Times are ns of CLOCK_MONOTONIC, which all processes share.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from resnettui.core.protocol import Event, Samples
from resnettui.core.stats import median
from resnettui.core.trial import Trial
from resnettui.supervisor.crew import Cores, Crew
from resnettui.supervisor.process import EventSink
from resnettui.tui import drawing

SETTLE_NS = 300_000_000
"""Left out at the start of every stretch."""


@dataclass(frozen=True)
class Heard:
    """An event of the workers."""

    kind: str
    """The name of its class."""
    at_ns: int
    """When the app heard it."""
    run_id: int
    done: bool
    """The warm-up is over."""
    end_ns: int = 0
    wall_ns: int = 0
    latencies_ns: Sequence[int] = ()
    """Those of Samples, as there."""


def heard_of(event: Event) -> Heard:
    run_id, done = getattr(event, "run_id", 0), getattr(event, "done", None) is True
    heard = Heard(type(event).__name__, time.monotonic_ns(), run_id, done)
    if not isinstance(event, Samples):
        return heard
    return Heard(
        *(heard.kind, heard.at_ns, run_id, done),
        *(event.end_ns, event.wall_ns, event.latencies_ns),
    )


def command(path: str, threads: int) -> list[str]:
    """Return what runs the app, and lets it write to a file."""
    return [sys.executable, __file__, path, str(threads)]


def read(path: str) -> list[Heard]:
    """Return what the app has heard so far; a line that is being written is not read."""
    lines = Path(path).read_text().split("\n")[:-1]
    return [Heard(**json.loads(line)) for line in lines]


def stretch_medians(heard: Sequence[Heard], starts_ns: Sequence[int]) -> list[float]:
    """Return the median latency between one start and the next, of passes that lie inside."""
    found: list[list[int]] = [[] for _ in starts_ns[1:]]
    for samples in heard:
        ended_ns = samples.end_ns
        for latency in reversed(samples.latencies_ns):
            for i, (start, end) in enumerate(pairwise(starts_ns)):
                if start + SETTLE_NS < ended_ns - latency and ended_ns < end:
                    found[i].append(latency)
            ended_ns -= latency
    return [median(latencies) for latencies in found]


def run(path: str, threads: int) -> None:
    """Run the app, which draws as it does for `resnettui`, and keeps nothing."""
    os.environ.update(drawing(os.environ))
    from resnettui.tui.app import ResnettuiApp

    with Path(path).open("w", buffering=1) as file:

        def supervise(sink: EventSink, cpu: Callable[[], str | None], cores: Cores) -> Crew:
            def record(event: Event) -> None:
                file.write(json.dumps(vars(heard_of(event))) + "\n")
                sink(event)

            return Crew(record, cpu, cores)

        trial = Trial(precision="int8", fusion="full", threads=threads)
        ResnettuiApp(trial, supervise=supervise).run()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
