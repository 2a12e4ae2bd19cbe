"""What the live screen costs, each figure beside its budget: exit code 1 where one is outside.

CPU, bytes to the terminal, memory, time to the first frame, from a key press to the first sample of
another thread count, and what the screen does to the median.

    python tests/benchmarks/ui_cost.py [--runs 3] [--seconds 30] [--starts 5] [--presses 4]
        [--stretches 24] [--threads 1]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

import overheard
from budget import Line, kilobytes_per_s, megabytes, percent, seconds
from overheard import Heard
from terminal import Terminal, command
from ui_overhead import ratios

from resnettui.core.stats import median

FIRST_FRAME = "Configuration"
MEASURING = "measuring"
PATIENCE_S = 120


def first_frame(starts: int) -> Line:
    frames = []
    for _ in range(starts):
        with Terminal(command("--model", "resnet18")) as terminal:
            frames.append(terminal.wait_for(FIRST_FRAME))
    note = f"median of {starts} starts, slowest {max(frames):.3f} s"
    return Line("first frame", median(frames), 0.35, seconds, note)


def while_measuring(duration_s: int) -> Iterator[Line]:
    with Terminal(command("--precision", "int8", "--fusion", "full")) as terminal:
        terminal.wait_for(MEASURING)
        time.sleep(5)
        begun, cpu_s, sent = time.monotonic(), terminal.cpu_s(), terminal.bytes_read
        time.sleep(duration_s)
        elapsed = time.monotonic() - begun
        share = (terminal.cpu_s() - cpu_s) / elapsed
        rate = (terminal.bytes_read - sent) / elapsed
        memory = terminal.memory_bytes()
    note = f"of a core, {duration_s} s, 120 x 40"
    yield Line("UI and sampler while measuring", share, 0.01, percent, note)
    yield Line("bytes to the terminal", rate, 7e3, kilobytes_per_s)
    yield Line("memory of the UI process", memory, 60e6, megabytes)


def key_to_sample(presses: int) -> Line:
    """Alternate between 1 thread and 2, and time each change."""
    waits, warmups = [], []
    with (
        tempfile.NamedTemporaryFile(suffix=".jsonl") as file,
        Terminal(overheard.command(file.name, 1)) as terminal,
    ):
        _sampled(file.name, 1)
        for press in range(presses):
            time.sleep(2)
            pressed_ns = time.monotonic_ns()
            terminal.press("T" if press % 2 else "t")
            heard = _sampled(file.name, press + 2)
            first_ns, warmup_ns = _first_sample(heard, press + 2)
            waits.append((first_ns - warmup_ns - pressed_ns) / 1e9)
            warmups.append(warmup_ns / 1e9)
    note = f"median of {presses}; the warm-up itself {median(warmups):.3f} s"
    what = "key press to first sample of another thread count, but for the warm-up"
    return Line(what, median(waits), 0.3, seconds, note)


def _sampled(path: str, run_id: int) -> Sequence[Heard]:
    """Return what the app has heard as soon as it has samples of a run."""
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        heard = overheard.read(path)
        if any(one.run_id == run_id and one.latencies_ns for one in heard):
            return heard
        time.sleep(0.1)
    raise TimeoutError(f"no sample of run {run_id} in {PATIENCE_S} s")


def _first_sample(heard: Sequence[Heard], run_id: int) -> tuple[int, int]:
    """Return when the first pass of a sample ended, and how long its warm-up took, in ns.

    The warm-up begins with the worker's word that it is prepared, and ends with the last of its
    passes; samples are told half a second after the first of them.
    """
    mine = [one for one in heard if one.run_id == run_id]
    prepared_ns = next(one.at_ns for one in mine if one.kind == "Prepared")
    warmed_ns = next(one.at_ns for one in mine if one.done)
    first = next(one for one in mine if one.latencies_ns)
    ended_ns = first.end_ns - first.wall_ns + first.latencies_ns[0]
    return ended_ns, warmed_ns - prepared_ns


def median_with_the_screen(stretches: int, threads: int) -> Line:
    ordered = ratios(stretches, threads)
    ratio = median(ordered)
    low, high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
    note = f"with / without {ratio:.4f} [{low:.4f}, {high:.4f}], int8 full, {threads} thread(s)"
    return Line("median latency moved by the screen", abs(ratio - 1), 0.01, percent, note)


def lines(asked: argparse.Namespace) -> Iterator[Line]:
    yield first_frame(asked.starts)
    yield from while_measuring(asked.seconds)
    yield key_to_sample(asked.presses)
    yield median_with_the_screen(asked.stretches, asked.threads)


def main(asked: argparse.Namespace) -> int:
    outside = 0
    for run in range(asked.runs):
        print(f"run {run + 1} of {asked.runs}", flush=True)
        for line in lines(asked):
            print(line, flush=True)
            outside += not line.inside
    print("all inside" if not outside else f"{outside} outside")
    return min(outside, 1)


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What the live screen costs.")
    for flag, default in (
        *(("--runs", 1), ("--seconds", 30), ("--starts", 5), ("--presses", 4)),
        *(("--stretches", 24), ("--threads", 1)),
    ):
        parser.add_argument(flag, type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(asked_for()))
