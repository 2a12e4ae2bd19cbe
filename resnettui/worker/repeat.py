"""The fastest of many repetitions: what can be reached, not what is usual."""

import time
from collections.abc import Callable

Clock = Callable[[], int]


def fastest_ns(
    run: Callable[[], object], budget_ns: int, runs: int, clock: Clock = time.perf_counter_ns
) -> int:
    """Return the time of the fastest run within a budget, at least `runs` of them.

    One run before them is not counted: kernels are made and memory is touched in it.
    """
    run()
    begun = ended = clock()
    fastest: int | None = None
    while fastest is None or runs > 0 or ended - begun < budget_ns:
        before = ended
        run()
        ended = clock()
        fastest = ended - before if fastest is None else min(fastest, ended - before)
        runs -= 1
    return max(fastest, 1)
