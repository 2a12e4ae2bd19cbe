"""Warm-up and the timed loop: nothing in the timed interval but the forward pass.

A latency is the service time of one pass in a closed loop: the next pass starts when the one
before has ended. `time.perf_counter_ns` is CLOCK_MONOTONIC on Linux, shared by all processes.
"""

import gc
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import TypeVar

from resnettui.core.stats import median
from resnettui.core.trial import WarmUp

WARMUP_MIN_PASSES = 10
WARMUP_WINDOW = 5
"""Passes in a rolling median; the medians of two windows in a row are compared."""
WARMUP_TOLERANCE = 0.02
"""The median has settled when it moved by less than this share from one window to the next."""
WARMUP_MAX_PASSES = 100
WARMUP_MAX_NS = 10_000_000_000

REPORT_NS = 500_000_000
"""Latencies are handed on this often, at most."""

SPIN_NS = 1_000_000
"""A sleep may end late by some of this; the rest of the time to an instant is waited awake."""

Input = TypeVar("Input")


@dataclass(frozen=True)
class Timed:
    """When a pass began and ended, in ns."""

    begin_ns: int
    end_ns: int


OnePass = Callable[[], Timed]
Report = Callable[[Sequence[int], int, int, bool], bool]
"""Takes latencies, their wall time, the end of the last pass and whether it was the last of all;
tells whether it took them. The last it must take."""


def passes_of(
    forward: Callable[[Input], object],
    inputs: Sequence[Input],
    clock: Callable[[], int] = time.perf_counter_ns,
) -> OnePass:
    """Return a function that times one forward pass, on one input after the other."""
    source = cycle(inputs)

    def one_pass() -> Timed:
        x = next(source)
        begin = clock()
        forward(x)
        end = clock()
        return Timed(begin, end)

    return one_pass


def warm_up(one_pass: OnePass, report: Callable[[WarmUp, int], None]) -> WarmUp:
    """Run passes until the rolling median settles, at least WARMUP_MIN_PASSES, up to a cap.

    The cap is WARMUP_MAX_PASSES or WARMUP_MAX_NS, whichever comes first.
    """
    recent: deque[int] = deque(maxlen=2 * WARMUP_WINDOW)
    begun_ns = None
    count = 0
    while True:
        timed = one_pass()
        begun_ns = timed.begin_ns if begun_ns is None else begun_ns
        count += 1
        recent.append(timed.end_ns - timed.begin_ns)
        settled = count >= WARMUP_MIN_PASSES and is_settled(recent)
        warmup = WarmUp(count, settled)
        report(warmup, recent[-1])
        if settled or count >= WARMUP_MAX_PASSES or timed.end_ns - begun_ns > WARMUP_MAX_NS:
            return warmup


def is_settled(recent: Sequence[int]) -> bool:
    """Tell whether the medians of the last two windows agree within WARMUP_TOLERANCE."""
    latest = list(recent)
    if len(latest) < 2 * WARMUP_WINDOW:
        return False
    before, after = median(latest[:WARMUP_WINDOW]), median(latest[WARMUP_WINDOW:])
    return abs(after - before) <= WARMUP_TOLERANCE * before


def hold(
    one_pass: OnePass,
    begin_ns: Callable[[], int | None],
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> None:
    """Run passes that do not count until an instant is named and comes; return at that instant.

    They keep caches warm and clocks up, and the other processes of a crew company.
    """
    while True:
        last = one_pass()
        at_ns = begin_ns()
        if at_ns is not None and at_ns <= 2 * last.end_ns - last.begin_ns:
            break  # There is no time for another.
    pause(max(0, at_ns - clock() - SPIN_NS) / 1e9)
    while clock() < at_ns:
        pass


def measure(
    one_pass: OnePass,
    report: Report,
    duration_ns: int | None = None,
    iterations: int | None = None,
) -> None:
    """Time passes for a duration or a number of them, without end where neither is given.

    Latencies that `report` does not take are kept and offered again later: they are never lost,
    and the loop never waits.
    """
    latencies = array("q")
    count = 0
    first_ns = reported_ns = None
    while True:
        timed = one_pass()
        if first_ns is None or reported_ns is None:
            first_ns = reported_ns = timed.begin_ns
        count += 1
        latencies.append(timed.end_ns - timed.begin_ns)
        ended = (duration_ns is not None and timed.end_ns - first_ns >= duration_ns) or (
            iterations is not None and count >= iterations
        )
        if ended or timed.end_ns - reported_ns >= REPORT_NS:
            if report(latencies, timed.end_ns - reported_ns, timed.end_ns, ended):
                latencies = array("q")
                reported_ns = timed.end_ns
            if ended:
                return


@contextmanager
def collector_frozen() -> Iterator[None]:
    """Keep Python's garbage collector out of what runs inside."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
