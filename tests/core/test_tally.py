import random
from dataclasses import replace

import pytest
from core_samples import MS, prepared, result_of

from resnettui.core.crew import counted, end_of, pool_from, pooled
from resnettui.core.outcome import outcome_of
from resnettui.core.protocol import Samples
from resnettui.core.tally import MemberTally, members_of, result_from, tallied
from resnettui.core.trial import Member, Trial, TrialResult, WarmUp

BEGIN = 1_000 * MS


def test_tallies_keep_the_latest_latencies_of_each_member() -> None:
    first = Samples(1, (1, 2, 3, 4), 9, 9, owners=(0, 1, 0, 0), walls_ns=(8, 2))
    tallies = tallied((), 2, first, window=2)
    assert tallies == (MemberTally(3, 8, (3, 4)), MemberTally(1, 2, (2,)))
    second = Samples(1, (5,), 9, 9, owners=(1,), walls_ns=(0, 6))
    tallies = tallied(tallies, 2, second, window=2)
    assert tallies == (MemberTally(3, 8, (3, 4)), MemberTally(2, 8, (2, 5)))


def test_without_a_window_tallies_keep_all() -> None:
    report = Samples(1, tuple(range(5000)), 9, 9, owners=(0,) * 5000, walls_ns=(9,))
    assert tallied((), 1, report) == (MemberTally(5000, 9, tuple(range(5000))),)


def test_one_process_needs_no_tally() -> None:
    assert tallied((), 1, Samples(1, (1, 2), 9, 9)) == ()


PAIR = (Member(11, (0,), memory_bytes=7), Member(12, (1,), not_pinned="x"))


def test_members_have_their_passes_over_the_time_of_their_own() -> None:
    result = replace(result_of(Trial(processes=2, batch_size=4), n=4), passes=4, wall_ns=2_000 * MS)
    tallies = (
        MemberTally(3, 2_000 * MS, (9 * MS, 10 * MS, 11 * MS)),
        MemberTally(1, 1_600 * MS, (30 * MS,)),
    )
    first, second = members_of(PAIR, tallies, result)
    assert first == Member(11, (0,), 3, 10.0 * MS, 6.0, 7)
    assert second == Member(12, (1,), 1, 30.0 * MS, 2.5, not_pinned="x")


def test_a_process_without_a_pass_has_no_median() -> None:
    result = replace(result_of(Trial(processes=2), n=1), passes=1)
    _, idle = members_of(PAIR, (MemberTally(1, 9 * MS, (9 * MS,)), MemberTally(0, 0, ())), result)
    assert (idle.passes, idle.median_ns, idle.throughput_img_s) == (0, 0, 0)


def test_a_single_process_has_all_passes() -> None:
    result = result_of(Trial(), latency_ms=10.0, n=5)
    (only,) = members_of(PAIR[:1], (), result)
    assert only == Member(11, (0,), 5, 10.0 * MS, result.throughput_img_s, 7)


def test_processes_that_were_not_told_are_none() -> None:
    assert members_of((), (), result_of(Trial())) == ()


def crew_result(*latencies_ms: int, duration_ms: int, step_ms: int | None = None) -> TrialResult:
    """Return the result of members whose passes all take the same time each, told in steps."""
    pool = pool_from(BEGIN, len(latencies_ms))
    tallies: tuple[MemberTally, ...] = ()
    for index, ms in enumerate(latencies_ms):
        n = 2 * duration_ms // ms + 2
        pool = pooled(pool, index, Samples(1, (ms * MS,) * n, n * ms * MS, BEGIN + n * ms * MS))
    end_ns = end_of(pool, duration_ms * MS, None)
    assert end_ns is not None
    instants = range(BEGIN + step_ms * MS, end_ns, step_ms * MS) if step_ms else ()
    latencies: tuple[int, ...] = ()
    for until_ns in (*instants, end_ns):
        pool, samples = counted(pool, 1, until_ns)
        tallies = tallied(tallies, len(latencies_ms), samples)
        latencies += samples.latencies_ns
    return result_from(
        *(prepared(1, Trial(processes=len(latencies_ms))), WarmUp(10, True), latencies),
        passes=len(latencies),
        wall_ns=end_ns - BEGIN,
        members=tuple(Member(pid) for pid in range(len(latencies_ms))),
        tallies=tallies,
    )


@pytest.mark.parametrize("step_ms", [None, 250])
@pytest.mark.parametrize(
    ("latencies_ms", "duration_ms"),
    [((100, 107), 1_000), ((95,) * 8, 2_000), ((90, 95, 101, 130), 500), ((10, 900), 1_000)],
)
def test_a_pass_under_way_at_the_end_takes_nothing_from_the_throughput(
    latencies_ms: tuple[int, ...], duration_ms: int, step_ms: int | None
) -> None:
    result = crew_result(*latencies_ms, duration_ms=duration_ms, step_ms=step_ms)
    assert [m.throughput_img_s for m in result.members] == pytest.approx(
        [1000 / ms for ms in latencies_ms]
    )
    assert result.throughput_img_s == pytest.approx(sum(1000 / ms for ms in latencies_ms))


def test_the_whole_is_the_sum_of_its_processes_everywhere() -> None:
    chance = random.Random(8)
    for _ in range(100):
        latencies_ms = [chance.randint(5, 200) for _ in range(chance.randint(2, 8))]
        result = crew_result(*latencies_ms, duration_ms=400)
        total = sum(member.throughput_img_s for member in result.members)
        assert result.throughput_img_s == total
        assert result.flagged({}).throughput_img_s == outcome_of(result).throughput_img_s == total
        assert sum(member.passes for member in result.members) == result.passes
