import pytest
from core_samples import MS

from resnettui.core.crew import (
    Pool,
    counted,
    end_of,
    pool_from,
    pooled,
)
from resnettui.core.protocol import Samples

BEGIN = 1_000 * MS


def pool_of(*members: list[int], gap: int = 0) -> Pool:
    """Return a pool into which each member has reported latencies in ms, all in one report."""
    pool = pool_from(BEGIN, len(members))
    for index, latencies in enumerate(members):
        wall = sum(latencies) * MS + gap * len(latencies)
        report = Samples(1, tuple(ms * MS for ms in latencies), wall, BEGIN + wall)
        pool = pooled(pool, index, report)
    return pool


def ends_ms(pool: Pool, member: int) -> list[float]:
    return [(p.end_ns - BEGIN) / MS for p in pool.waiting[member]]


def test_a_report_tells_when_each_of_its_passes_ended() -> None:
    assert ends_ms(pool_of([10, 20, 30]), 0) == [10, 30, 60]


def test_the_time_between_the_passes_is_spread_evenly() -> None:
    assert ends_ms(pool_of([10, 20, 30], gap=MS), 0) == [11, 32, 63]


def test_a_report_without_a_pass_adds_none() -> None:
    pool = pool_from(BEGIN, 2)
    assert pooled(pool, 1, Samples(1, (), 0, BEGIN)) == pool


def test_reached_is_where_the_slowest_member_is() -> None:
    assert pool_of([10, 10], [15]).reached_ns == BEGIN + 15 * MS
    assert pool_of([10, 10], []).reached_ns == BEGIN


def test_what_counts_has_ended_before_the_instant_all_have_reached() -> None:
    pool, samples = counted(pool_of([10, 10, 10], [15]), 7, BEGIN + 15 * MS)
    assert samples == Samples(
        *(7, (10 * MS, 15 * MS), 15 * MS, BEGIN + 15 * MS),
        owners=(0, 1),
        walls_ns=(10 * MS, 15 * MS),
    )
    assert (pool.counts, pool.counted_ns) == ((1, 1), BEGIN + 15 * MS)
    assert ends_ms(pool, 0) == [20, 30]
    assert ends_ms(pool, 1) == []


def test_no_pass_counts_twice_and_the_walls_add_up() -> None:
    pool = pool_of([10] * 10, [12] * 8)
    seen, wall, walls = [0, 0], 0, [0, 0]
    for until_ms in (25, 60, 96):
        pool, samples = counted(pool, 1, BEGIN + until_ms * MS)
        wall += samples.wall_ns
        walls = [a + b for a, b in zip(walls, samples.walls_ns, strict=True)]
        for owner in samples.owners:
            seen[owner] += 1
    assert seen == [9, 8] == list(pool.counts)
    assert wall == 96 * MS
    assert walls == [90 * MS, 96 * MS]


def test_a_member_without_a_pass_in_a_report_has_no_wall_time_in_it() -> None:
    pool, samples = counted(pool_of([10] * 5, [60]), 1, BEGIN + 30 * MS)
    assert samples.walls_ns == (30 * MS, 0)
    _, samples = counted(pool, 1, BEGIN + 60 * MS)
    assert samples.walls_ns == (20 * MS, 60 * MS)


@pytest.mark.parametrize(
    ("members", "duration_ms", "end_ms"),
    [
        (([10] * 5, [12] * 4), 30, 36),  # The first passes beyond it end at 30 and 36.
        (([10] * 3, [12] * 4), 30, None),  # The first member has not reached 36 yet.
        (([10] * 5, [12] * 2), 30, None),
        (([10] * 5, []), 30, None),
    ],
)
def test_a_duration_ends_when_every_member_is_beyond_it(
    members: tuple[list[int], ...], duration_ms: int, end_ms: int | None
) -> None:
    expected = None if end_ms is None else BEGIN + end_ms * MS
    assert end_of(pool_of(*members), duration_ms * MS, None) == expected


@pytest.mark.parametrize(
    ("members", "end_ms"),
    [
        (([10] * 5, [12] * 4), 36),
        (([10] * 9, [12] * 3), 36),
        (([10] * 3, [12] * 4), None),
        (([10] * 5, [12] * 2), None),
    ],
)
def test_a_number_of_passes_ends_when_every_member_has_it(
    members: tuple[list[int], ...], end_ms: int | None
) -> None:
    expected = None if end_ms is None else BEGIN + end_ms * MS
    assert end_of(pool_of(*members), None, 3) == expected


def test_passes_counted_before_are_not_asked_for_again() -> None:
    pool, _ = counted(pool_of([10] * 4, [30]), 1, BEGIN + 30 * MS)
    assert pool.counts == (3, 1)
    assert end_of(pool, None, 3) is None
    pool = pooled(pool, 1, Samples(1, (30 * MS, 30 * MS), 60 * MS, BEGIN + 90 * MS))
    pool = pooled(pool, 0, Samples(1, (60 * MS,), 60 * MS, BEGIN + 100 * MS))
    assert end_of(pool, None, 3) == BEGIN + 90 * MS


def test_an_endless_sample_has_no_end() -> None:
    assert end_of(pool_of([10] * 99, [10] * 99), None, None) is None
