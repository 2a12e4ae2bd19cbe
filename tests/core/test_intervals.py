import math
import random
from collections.abc import Callable, Sequence

import pytest

from resnettui.core.intervals import (
    EXACT_BELOW,
    LEAST_PASSES,
    Interval,
    interval_of_passes,
    is_known,
    median_interval,
    normal,
    relative_width,
    student,
)

TRUE_NS = 10_000_000


def passes(rng: random.Random, n: int, correlation: float, spread: float = 0.02) -> list[int]:
    """Return latencies around TRUE_NS that hang together as an AR(1) process does."""
    fresh = math.sqrt(1 - correlation**2)
    x, latencies = rng.gauss(0, 1), []
    for _ in range(n):
        x = correlation * x + fresh * rng.gauss(0, 1)
        latencies.append(round(TRUE_NS * (1 + spread * x)))
    return latencies


def coverage(interval: Callable[[Sequence[int]], Interval | None], n: int, rho: float) -> float:
    """Return how often an interval holds the median of simulated passes."""
    rng, times = random.Random(n), 400
    found = [interval(passes(rng, n, rho)) for _ in range(times)]
    return sum(i is not None and i[0] <= TRUE_NS <= i[1] for i in found) / times


def independent(latencies: Sequence[int]) -> Interval | None:
    return median_interval(sorted(latencies))


def consecutive(latencies: Sequence[int]) -> Interval | None:
    return interval_of_passes(latencies, sorted(latencies))


@pytest.mark.parametrize(
    ("n", "ranks"),
    [(1, None), (5, None), (6, (1, 6)), (8, (1, 8)), (9, (2, 8)), (12, (3, 10)), (20, (6, 15))],
)
def test_the_ranks_are_those_of_the_tables(n: int, ranks: Interval | None) -> None:
    assert median_interval(range(1, n + 1)) == ranks


def test_an_empty_sample_has_no_interval() -> None:
    assert median_interval([]) is None
    assert interval_of_passes([], []) is None


@pytest.mark.parametrize("n", [*range(6, 60), 199, 200, 201, 500, 1001])
def test_no_narrower_interval_would_do(n: int) -> None:
    interval = median_interval(range(1, n + 1))
    assert interval is not None
    low, high = int(interval[0]), int(interval[1])
    assert low + high == n + 1

    def holds(rank: int) -> float:
        return 1 - 2 * sum(math.comb(n, k) for k in range(rank)) / (1 << n)

    # The normal curve may miss by less than a rank.
    slack = 0.0 if n <= EXACT_BELOW else 0.004
    assert holds(low) >= 0.95 - slack
    assert holds(low + 1) < 0.95 + slack


def test_more_confidence_needs_a_wider_interval() -> None:
    sample = range(1, 101)
    assert median_interval(sample, 0.99) == (37, 64)
    assert median_interval(sample, 0.95) == (40, 61)
    assert median_interval(sample, 0.5) == (47, 54)


def test_the_critical_values_are_those_of_the_tables() -> None:
    assert normal(0.95) == pytest.approx(1.960, abs=5e-4)
    assert student(9, 0.95) == pytest.approx(2.262, rel=0.01)
    assert student(5, 0.95) == pytest.approx(2.571, rel=0.01)


@pytest.mark.parametrize("n", [30, 100, 300])
def test_both_hold_the_median_of_independent_passes(n: int) -> None:
    assert coverage(independent, n, 0.0) >= 0.93
    assert coverage(consecutive, n, 0.0) >= 0.93


@pytest.mark.parametrize(
    ("n", "rho", "promised"),
    [(30, 0.3, 0.91), (100, 0.3, 0.93), (100, 0.6, 0.92), (300, 0.6, 0.93), (1000, 0.9, 0.91)],
)
def test_passes_that_hang_together_need_the_wider_interval(
    n: int, rho: float, promised: float
) -> None:
    assert coverage(consecutive, n, rho) >= promised
    assert coverage(independent, n, rho) < 0.92


def test_the_nominal_interval_fails_where_passes_hang_together() -> None:
    assert coverage(independent, 300, 0.6) < 0.80
    assert coverage(independent, 300, 0.9) < 0.50


def test_caution_costs_little_where_passes_are_independent() -> None:
    rng, ratios = random.Random(7), []
    for _ in range(200):
        latencies = passes(rng, 300, 0.0)
        plain, careful = independent(latencies), consecutive(latencies)
        assert plain is not None
        assert careful is not None
        ratios.append(relative_width(careful) / relative_width(plain))
    # A width 1.2 times as large is met by 1.4 times the passes.
    assert 1 <= sum(ratios) / len(ratios) < 1.2


def test_a_drift_makes_the_interval_wide() -> None:
    rng = random.Random(3)
    still = passes(rng, 400, 0.0, spread=0.005)
    moving = [round(x * (1 + 0.05 * k / 400)) for k, x in enumerate(still)]
    calm, drifting = consecutive(still), consecutive(moving)
    assert calm is not None
    assert drifting is not None
    assert relative_width(drifting) > 10 * relative_width(calm)
    assert relative_width(drifting) > 0.02


def test_passes_that_all_take_the_same_time_leave_no_doubt() -> None:
    assert consecutive([TRUE_NS] * 50) == (TRUE_NS, TRUE_NS)


def test_few_consecutive_passes_have_no_interval() -> None:
    assert consecutive(range(LEAST_PASSES - 1)) is None
    assert consecutive([5, 7] * (LEAST_PASSES // 2)) is not None


def test_the_width_is_a_share_of_the_middle() -> None:
    assert relative_width((99.0, 101.0)) == pytest.approx(0.02)


def known_after(rng: random.Random, rho: float) -> list[int]:
    """Return the passes after which the median was called known to 1 %, looking at every 30."""
    latencies = passes(rng, 3000, rho, spread=0.01)
    return next(latencies[:n] for n in range(30, 3001, 30) if is_known(latencies[:n], 0.01))


@pytest.mark.parametrize(("rho", "promised", "at_most"), [(0.0, 0.93, 90), (0.6, 0.85, 210)])
def test_a_median_called_known_lies_in_its_interval(
    rho: float, promised: float, at_most: int
) -> None:
    rng, times = random.Random(11), 150
    stopped = [known_after(rng, rho) for _ in range(times)]
    held = [consecutive(latencies) for latencies in stopped]
    assert sum(i is not None and i[0] <= TRUE_NS <= i[1] for i in held) / times >= promised
    assert sorted(map(len, stopped))[times // 2] <= at_most


def test_a_median_is_not_known_from_few_passes_or_wide_ones() -> None:
    rng = random.Random(1)
    assert not is_known(passes(rng, LEAST_PASSES, 0.0, spread=0.0), 0.01)
    assert is_known(passes(rng, 2 * LEAST_PASSES, 0.0, spread=0.0), 0.01)
    assert not is_known(passes(rng, 2 * LEAST_PASSES, 0.0, spread=0.1), 0.01)


def test_a_median_that_moves_is_not_known() -> None:
    rng = random.Random(2)
    drifting = [round(x * (1 + 0.1 * k / 500)) for k, x in enumerate(passes(rng, 500, 0.0, 0.002))]
    assert not is_known(drifting, 0.01)
