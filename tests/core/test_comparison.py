import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from core_samples import MS, result_of

from resnettui.core.comparison import (
    EQUIVALENCE,
    Comparison,
    Verdict,
    compare_blocks,
    compare_results,
    images,
)
from resnettui.core.trial import Trial, TrialResult

FASTER, SLOWER, SAME, UNDECIDED = Verdict

Blocks = list[tuple[Sequence[float], Sequence[float]]]


def restless(rng: random.Random, pairs: int, slowdown: float = 1.0, noise: float = 0.01) -> Blocks:
    """Return ABBA blocks of a machine that is not at rest.

    It drifts by up to 6 % over all blocks, wanders by 1 % from block to block, no two blocks agree
    to better than half of that, passes spread by 2 % to one side, and one in fifty takes half as
    long again.
    """
    slope, level = rng.uniform(-0.06, 0.06) / (2 * pairs), 0.0
    found: Blocks = []
    for pair in range(pairs):
        sides: list[Sequence[float]] = [(), ()]
        for turn, side in enumerate((0, 1) if pair % 2 == 0 else (1, 0)):
            level = 0.7 * level + noise * rng.gauss(0, 1)
            base = (1 + slope * (2 * pair + turn)) * (1 + level + noise / 2 * rng.gauss(0, 1))
            base *= 10 * MS * (slowdown if side else 1.0)
            sides[side] = [
                base * (1 + abs(rng.gauss(0, 0.02))) * (1.5 if rng.random() < 0.02 else 1.0)
                for _ in range(15)
            ]
        found.append((sides[0], sides[1]))
    return found


def verdicts(slowdown: float, times: int = 200, pairs: int = 12) -> Counter[Verdict]:
    rng = random.Random(42)
    return Counter(compare_blocks(restless(rng, pairs, slowdown)).verdict for _ in range(times))


def test_the_same_against_the_same_is_called_different_at_most_one_time_in_twenty() -> None:
    found = verdicts(1.0)
    assert found[FASTER] + found[SLOWER] <= 10
    assert found[SAME] >= 100


def test_a_slowdown_of_five_per_cent_is_found_nineteen_times_in_twenty() -> None:
    assert verdicts(1.05)[SLOWER] >= 190


def test_a_speedup_of_five_per_cent_is_found_nineteen_times_in_twenty() -> None:
    assert verdicts(1 / 1.05)[FASTER] >= 190


def test_a_difference_at_the_bound_is_seldom_called_one() -> None:
    assert verdicts(1 + EQUIVALENCE)[SLOWER] <= 10


def test_the_interval_of_interleaved_blocks_holds_the_ratio() -> None:
    rng, held = random.Random(1), 0
    for _ in range(200):
        interval = compare_blocks(restless(rng, 12, 1.2)).interval
        assert interval is not None
        held += interval[0] <= 1.2 <= interval[1]
    assert held >= 184


def test_the_same_data_give_the_same_comparison() -> None:
    blocks = restless(random.Random(5), 12)
    assert compare_blocks(blocks) == compare_blocks(blocks)


def test_exchanging_the_sides_inverts_the_comparison() -> None:
    blocks = restless(random.Random(5), 13, 1.1)
    there, back = compare_blocks(blocks), compare_blocks([(b, a) for a, b in blocks])
    assert there.verdict is SLOWER
    assert back.verdict is FASTER
    assert back.ratio == pytest.approx(1 / there.ratio)
    assert there.interval is not None
    assert back.interval == pytest.approx((1 / there.interval[1], 1 / there.interval[0]))


def test_a_few_pairs_tell_a_ratio_and_decide_nothing() -> None:
    five = compare_blocks([([10.0], [20.0])] * 5)
    assert (five.ratio, five.interval, five.verdict) == (2.0, None, UNDECIDED)
    assert compare_blocks([([10.0], [20.0])] * 6).verdict is SLOWER


def test_no_pair_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="no pair"):
        compare_blocks([])


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((1.021, 1.5), SLOWER),
        ((1.019, 1.5), UNDECIDED),
        ((0.5, 0.979), FASTER),
        ((0.5, 0.981), UNDECIDED),
        ((0.99, 1.02), SAME),
        ((1 / 1.02, 1.02), SAME),
        ((0.9, 1 / 1.02), UNDECIDED),
        ((0.99, 1.03), UNDECIDED),
        ((0.5, 2.0), UNDECIDED),
        (None, UNDECIDED),
    ],
)
def test_the_verdict_follows_from_the_whole_interval(
    interval: tuple[float, float] | None, verdict: Verdict
) -> None:
    assert Comparison(1.0, interval).verdict is verdict


def test_slower_by_more_than_a_share_means_the_whole_interval() -> None:
    comparison = Comparison(1.10, (1.06, 1.14), 12)
    assert comparison.slower_by(0.05)
    assert not comparison.slower_by(0.06)
    assert not comparison.slower_by(0.08)
    assert not Comparison(1.10, None).slower_by(0.0)


# Two results that were not measured in turns.


def sampled(trial: Trial, median_ms: float, n: int = 300, spread: float = 0.01) -> TrialResult:
    rng = random.Random(f"{median_ms} {n} {spread}")
    latencies = tuple(round(median_ms * MS * (1 + spread * rng.gauss(0, 1))) for _ in range(n))
    return replace(
        result_of(trial), latencies_ns=latencies, wall_ns=sum(latencies), passes=len(latencies)
    )


FP32 = Trial(model="resnet18")


def test_two_results_are_compared_with_both_their_spreads() -> None:
    comparison = compare_results(sampled(FP32, 20.0), sampled(FP32, 10.0))
    assert comparison.verdict is FASTER
    assert comparison.ratio == pytest.approx(0.5, rel=0.01)
    assert comparison.interval is not None
    low, high = comparison.interval
    assert 0.49 < low < comparison.ratio < high < 0.51
    assert not comparison.interleaved


def test_each_bound_of_a_ratio_comes_from_opposite_bounds_of_the_two_medians() -> None:
    # Passes that take four values in turns: their median lies between the second and the third.
    first, second = (
        replace(result_of(FP32), latencies_ns=tuple(ms * MS for ms in turn) * 5, passes=20)
        for turn in ((5, 8, 10, 15), (10, 30, 60, 90))
    )
    intervals = [result.median_interval for result in (first, second)]
    assert intervals == [(8 * MS, 10 * MS), (30 * MS, 60 * MS)]
    comparison = compare_results(first, second)
    assert comparison.ratio == 45 / 9
    low = 5 / math.exp(math.hypot(math.log(45 / 30), math.log(10 / 9)))
    high = 5 * math.exp(math.hypot(math.log(60 / 45), math.log(9 / 8)))
    assert comparison.interval == pytest.approx((low, high))


def test_the_interval_of_two_results_holds_the_ratio() -> None:
    rng, held = random.Random(2), 0
    for _ in range(200):
        pair = [
            [round(base * MS * (1 + 0.03 * rng.gauss(0, 1))) for _ in range(100)]
            for base in (10, 13)
        ]
        one, other = (
            replace(result_of(FP32), latencies_ns=tuple(side), passes=100) for side in pair
        )
        interval = compare_results(one, other).interval
        assert interval is not None
        held += interval[0] <= 1.3 <= interval[1]
    assert held >= 186


def test_a_wider_sample_gives_a_wider_interval() -> None:
    still = sampled(FP32, 10.0)
    narrow = compare_results(still, sampled(FP32, 11.0, spread=0.005)).interval
    wide = compare_results(still, sampled(FP32, 11.0, spread=0.05)).interval
    assert narrow is not None
    assert wide is not None
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


def test_a_result_with_few_passes_decides_nothing() -> None:
    comparison = compare_results(sampled(FP32, 10.0), sampled(FP32, 20.0, n=19))
    assert comparison.interval is None
    assert comparison.verdict is UNDECIDED
    assert comparison.ratio == pytest.approx(2.0, rel=0.02)


def test_other_batch_sizes_and_processes_are_compared_by_the_image() -> None:
    eight = replace(FP32, batch_size=4, processes=2)
    assert images(eight) == 8
    comparison = compare_results(sampled(FP32, 10.0), sampled(eight, 40.0))
    assert comparison.ratio == pytest.approx(0.5, rel=0.01)
    assert comparison.verdict is FASTER


def test_passes_that_hang_together_widen_the_interval_of_two_results() -> None:
    calm = sampled(FP32, 10.0)
    sorted_passes = replace(calm, latencies_ns=tuple(sorted(calm.latencies_ns)))
    narrow, wide = compare_results(calm, calm).interval, compare_results(calm, sorted_passes)
    assert narrow is not None
    assert wide.interval is not None
    assert wide.interval[1] > narrow[1]
