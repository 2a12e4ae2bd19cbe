"""The median latency with the live screen running against none, in one and the same worker.

The screen's process is stopped (SIGSTOP) for every other stretch: the worker measures on, and its
latencies wait in the pipe. So both sides share model, memory and process, and alternate.

    python tests/benchmarks/ui_overhead.py [STRETCHES] [THREADS]
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from terminal import Terminal

from resnettui.core.protocol import Event, Samples
from resnettui.core.stats import median
from resnettui.core.trial import Trial
from resnettui.supervisor.crew import Cores, Crew
from resnettui.supervisor.process import EventSink

STRETCH_S = 3.0
SETTLE_S = 0.3
"""Left out at the start of every stretch."""


def recorded_app(path: str, threads: int) -> None:
    """Run the real app, and write every Samples event to a file as well."""
    from resnettui.tui.app import ResnettuiApp

    with Path(path).open("w") as file:

        def supervise(sink: EventSink, cpu: Callable[[], str | None], cores: Cores) -> Crew:
            def record(event: Event) -> None:
                if isinstance(event, Samples):
                    file.write(json.dumps([event.end_ns, event.latencies_ns]) + "\n")
                    file.flush()
                sink(event)

            return Crew(record, cpu, cores)

        trial = Trial(precision="int8", fusion="full", threads=threads)
        ResnettuiApp(trial, supervise=supervise).run()


def samples_of(path: str) -> list[tuple[int, list[int]]]:
    lines = Path(path).read_text().splitlines()
    return [(end, latencies) for end, latencies in map(json.loads, lines)]


def main(stretches: int, threads: int) -> None:
    path = tempfile.mkstemp(suffix=".jsonl")[1]
    argv = [sys.executable, __file__, "--record", path, str(threads)]
    borders = []
    with Terminal(argv) as terminal:
        terminal.wait_for("measuring")
        time.sleep(3)
        for stretch in range(stretches):
            stopped = stretch % 2 == 1
            os.kill(terminal.process.pid, signal.SIGSTOP if stopped else signal.SIGCONT)
            borders.append((time.monotonic_ns(), stopped))
            time.sleep(STRETCH_S)
        os.kill(terminal.process.pid, signal.SIGCONT)
        end_ns = time.monotonic_ns()
        time.sleep(2)
    medians = _medians(samples_of(path), borders, end_ns)
    Path(path).unlink()
    ratios = [on / off for on, off in zip(medians[::2], medians[1::2], strict=False)]
    ordered = sorted(ratios)
    print(
        f"median with the screen / without: {median(ordered):.4f}"
        f"  [{ordered[len(ordered) // 4]:.4f}, {ordered[-1 - len(ordered) // 4]:.4f}]"
        f"  {len(ratios)} pairs of {STRETCH_S:.0f} s, int8 full, {threads} thread(s)"
    )


def _medians(
    samples: list[tuple[int, list[int]]], borders: list[tuple[int, bool]], end_ns: int
) -> list[float]:
    """Return the median latency of each stretch, from the passes that ended inside it."""
    starts = [start for start, _ in borders] + [end_ns]
    found: list[list[int]] = [[] for _ in borders]
    for last_ns, latencies in samples:
        ended = last_ns
        for latency in reversed(latencies):
            for i in range(len(borders)):
                if starts[i] + SETTLE_S * 1e9 < ended - latency and ended < starts[i + 1]:
                    found[i].append(latency)
            ended -= latency
    return [median(latencies) for latencies in found]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        recorded_app(sys.argv[2], int(sys.argv[3]))
    else:
        numbers = [int(word) for word in sys.argv[1:]]
        main(*(numbers + [24, 2][len(numbers) :]))
