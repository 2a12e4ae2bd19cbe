"""Is a trial beside another busy program flagged, and a quiet one not?

    python tests/benchmarks/busy_neighbour.py [pairs] [threads]

Runs `resnettui run` alone and beside a process that computes without end, in turns, and prints
median, spread, the share of the time its threads waited for a core, and the flags. It is to be run
on a machine that does nothing else.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

RUN = ("-m", "resnettui", "run", "--json", "--no-store", "--fusion", "full", "--duration", "5")


@contextmanager
def neighbour(present: bool) -> Iterator[None]:
    """Keep one core busy, if that is wanted."""
    if not present:
        yield
        return
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


def measured(threads: int, busy: bool) -> str:
    """Return one line about one trial."""
    with neighbour(busy):
        words = [sys.executable, *RUN, "--threads", str(threads)]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    told = json.loads(done.stdout)
    latency, found = told["latency_ms"], told["surroundings"]
    waited, rate = found["waited_share"], found["switches_per_s"]
    return (
        f"{'busy' if busy else 'alone':<6}{latency['p50']:>9.1f}{latency['iqr']:>9.1f}"
        f"{'n/a' if waited is None else f'{100 * waited:.1f}':>10}"
        f"{'n/a' if rate is None else f'{rate:.0f}':>12}  {', '.join(told['flags'])}"
    )


def main(pairs: int = 3, threads: int = 2) -> None:
    print(f"{'':<6}{'p50 ms':>9}{'IQR ms':>9}{'waited %':>10}{'switches/s':>12}  flags")
    for _ in range(pairs):
        for busy in (False, True):
            print(measured(threads, busy), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
