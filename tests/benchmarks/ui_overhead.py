"""The median latency with the live screen running against none, in one and the same worker.

The screen's process is stopped (SIGSTOP) for every other stretch: the worker measures on, and its
latencies wait in the pipe. So both sides share model, memory and process, and alternate.

    python tests/benchmarks/ui_overhead.py [STRETCHES] [THREADS]
"""

import os
import signal
import sys
import tempfile
import time

import overheard
from terminal import Terminal

from resnettui.core.stats import median

STRETCH_S = 3.0


def ratios(stretches: int, threads: int) -> list[float]:
    """Return the median with the screen over that without, of each pair of stretches, in order."""
    starts_ns = []
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        with Terminal(overheard.command(file.name, threads)) as terminal:
            terminal.wait_for("measuring")
            time.sleep(3)
            for stretch in range(stretches):
                one = signal.SIGSTOP if stretch % 2 else signal.SIGCONT
                os.kill(terminal.process.pid, one)
                starts_ns.append(time.monotonic_ns())
                time.sleep(STRETCH_S)
            os.kill(terminal.process.pid, signal.SIGCONT)
            starts_ns.append(time.monotonic_ns())
            time.sleep(2)
        medians = overheard.stretch_medians(overheard.read(file.name), starts_ns)
    pairs = zip(medians[::2], medians[1::2], strict=False)
    return sorted(shown / stopped for shown, stopped in pairs)


def main(stretches: int, threads: int) -> None:
    ordered = ratios(stretches, threads)
    print(
        f"median with the screen / without: {median(ordered):.4f}"
        f"  [{ordered[len(ordered) // 4]:.4f}, {ordered[-1 - len(ordered) // 4]:.4f}]"
        f"  {len(ordered)} pairs of {STRETCH_S:.0f} s, int8 full, {threads} thread(s)"
    )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [24, 2][len(numbers) :]))
