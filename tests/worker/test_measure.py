from collections.abc import Callable, Sequence

import pytest

from resnettui.core.trial import WarmUp
from resnettui.worker.measure import (
    REPORT_NS,
    WARMUP_MAX_NS,
    WARMUP_MAX_PASSES,
    WARMUP_MIN_PASSES,
    Timed,
    collector_frozen,
    hold,
    is_settled,
    measure,
    passes_of,
    warm_up,
)

GAP_NS = 10


def scripted(durations: Callable[[int], int]) -> Callable[[], Timed]:
    """Passes of known length on a clock of their own, GAP_NS apart."""
    state = {"now": 0, "pass": 0}

    def one_pass() -> Timed:
        begin = state["now"] + GAP_NS
        end = begin + durations(state["pass"])
        state["now"], state["pass"] = end, state["pass"] + 1
        return Timed(begin, end)

    return one_pass


def ignore(_warmup: WarmUp, _last_ns: int) -> None:
    return None


def test_only_the_forward_pass_lies_between_the_two_clock_readings() -> None:
    log: list[str] = []

    def clock() -> int:
        log.append("clock")
        return len(log)

    one_pass = passes_of(lambda x: log.append(f"forward {x}"), ["a", "b"], clock)
    one_pass()
    one_pass()
    one_pass()
    assert log == ["clock", "forward a", "clock"] + ["clock", "forward b", "clock"] + [
        "clock",
        "forward a",
        "clock",
    ]


def test_a_steady_warm_up_ends_at_the_minimum() -> None:
    assert warm_up(scripted(lambda n: 1000), ignore) == WarmUp(WARMUP_MIN_PASSES, True)


def test_a_warm_up_goes_on_until_the_median_stops_moving() -> None:
    falling = warm_up(scripted(lambda n: max(1000, 3000 - 100 * n)), ignore)
    assert falling.settled
    assert 20 < falling.iterations < 30


def test_a_warm_up_that_never_settles_is_capped_and_says_so() -> None:
    growing = warm_up(scripted(lambda n: 1000 + 100 * n), ignore)
    assert growing == WarmUp(WARMUP_MAX_PASSES, False)


def test_a_slow_warm_up_is_capped_by_time() -> None:
    slow = warm_up(scripted(lambda n: WARMUP_MAX_NS // 4), ignore)
    assert slow == WarmUp(4, False)


def test_every_warm_up_pass_is_reported() -> None:
    seen: list[tuple[int, int]] = []
    warm_up(scripted(lambda n: 500), lambda w, last: seen.append((w.iterations, last)))
    assert seen == [(n, 500) for n in range(1, WARMUP_MIN_PASSES + 1)]


@pytest.mark.parametrize(
    ("recent", "expected"),
    [([100] * 10, True), ([100] * 5 + [102] * 5, True), ([100] * 5 + [103] * 5, False)],
)
def test_settled_means_two_windows_agree(recent: list[int], expected: bool) -> None:
    assert is_settled(recent) is expected


def test_too_few_passes_have_not_settled() -> None:
    assert not is_settled([100] * 9)


def held(at_ns: int, told_after: int, pass_ns: int) -> tuple[int, int]:
    """Hold until an instant that is told after some passes; return the passes and the time."""
    state = {"now": 0, "passes": 0}

    def one_pass() -> Timed:
        begin = state["now"]
        state["now"], state["passes"] = begin + pass_ns, state["passes"] + 1
        return Timed(begin, state["now"])

    def pause(seconds: float) -> None:
        state["now"] += round(seconds * 1e9)

    def clock() -> int:
        state["now"] += 1
        return state["now"]

    hold(one_pass, lambda: at_ns if state["passes"] >= told_after else None, pause, clock)
    return state["passes"], state["now"]


@pytest.mark.parametrize(
    ("at_ns", "told_after", "passes"),
    [
        (10_500_000, 1, 10),  # There is time for ten passes, and half of one is waited.
        (10_000_000, 1, 9),
        (500_000, 1, 1),
        (100_000, 7, 7),  # The instant is over already.
    ],
)
def test_passes_run_until_the_instant_has_no_room_for_another(
    at_ns: int, told_after: int, passes: int
) -> None:
    ran, now = held(at_ns, told_after, pass_ns=1_000_000)
    assert ran == passes
    assert 0 <= now - max(at_ns, passes * 1_000_000) <= 10


def test_a_long_wait_ends_at_the_instant() -> None:
    ran, now = held(900_000_000, 1, pass_ns=500_000_000)
    assert ran == 1
    assert now == 900_000_000


Taken = list[tuple[list[int], int, int, bool]]


def collecting(taken: Taken, accept: Callable[[], bool] = lambda: True) -> Callable[..., bool]:
    def report(latencies: Sequence[int], wall_ns: int, end_ns: int, last: bool) -> bool:
        if not accept() and not last:
            return False
        taken.append((list(latencies), wall_ns, end_ns, last))
        return True

    return report


def test_a_number_of_iterations_is_measured_exactly() -> None:
    taken: Taken = []
    measure(scripted(lambda n: 100 + n), collecting(taken), iterations=3)
    assert taken == [([100, 101, 102], 3 * 101 + 2 * GAP_NS, 333, True)]


def test_a_duration_ends_with_the_first_pass_beyond_it() -> None:
    taken: Taken = []
    measure(scripted(lambda n: 100), collecting(taken), duration_ns=301)
    assert [len(latencies) for latencies, *_ in taken] == [3]


def test_the_wall_time_of_all_reports_is_that_of_the_sample() -> None:
    taken: Taken = []
    measure(scripted(lambda n: REPORT_NS // 3), collecting(taken), iterations=20)
    assert len(taken) > 4
    total = sum(wall for _, wall, _, _ in taken)
    assert total == 20 * (REPORT_NS // 3) + 19 * GAP_NS
    assert sum(len(latencies) for latencies, *_ in taken) == 20
    assert [last for *_, last in taken] == [False] * (len(taken) - 1) + [True]


def test_latencies_that_nobody_takes_are_kept_until_somebody_does() -> None:
    taken: Taken = []
    answers = iter([False, False, True, False, False, False])
    measure(scripted(lambda n: REPORT_NS), collecting(taken, lambda: next(answers)), iterations=5)
    assert [len(latencies) for latencies, *_ in taken] == [3, 2]
    assert sum(wall for _, wall, _, _ in taken) == 5 * REPORT_NS + 4 * GAP_NS


def test_the_collector_is_off_while_measuring_and_on_again_after() -> None:
    import gc

    with collector_frozen():
        assert not gc.isenabled()
    assert gc.isenabled()
