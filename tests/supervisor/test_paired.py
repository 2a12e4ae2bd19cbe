import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from resnettui.core.comparison import Verdict
from resnettui.core.protocol import Event, Hello, Measure, Prepared
from resnettui.core.trial import Trial, WarmUp
from resnettui.errors import TrialError
from resnettui.supervisor.paired import Paired, Turn, measure_paired, pooled, turns

SCRIPT = str(Path(__file__).with_name("scripted_worker.py"))
ONE, TWO = Trial(threads=1), Trial(threads=2)
WISHES = (Measure(1, ONE, iterations=4), Measure(2, TWO, iterations=4))
"""The scripted worker takes 10 ms with one thread, 5 ms with two."""

MS = 1_000_000


def argv(mode: str) -> tuple[str, ...]:
    return (sys.executable, SCRIPT, mode)


def measured(pairs: int = 6) -> tuple[Paired, list[tuple[Turn, Event]]]:
    told: list[tuple[Turn, Event]] = []
    paired = asyncio.run(
        measure_paired(
            WISHES, pairs, lambda turn, event: told.append((turn, event)), None, argv("good")
        )
    )
    return paired, told


def test_the_order_is_abba_and_run_ids_tell_the_sides() -> None:
    order = list(turns(WISHES, 3))
    assert [turn.side for turn in order] == [0, 1, 1, 0, 0, 1]
    assert [turn.pair for turn in order] == [0, 0, 1, 1, 2, 2]
    assert [turn.wish.trial for turn in order] == [ONE, TWO, TWO, ONE, ONE, TWO]
    assert all(turn.wish.run_id % 2 == (turn.side == 0) for turn in order)
    assert len({turn.wish.run_id for turn in order}) == 6


def test_both_sides_are_measured_in_turns_by_one_worker() -> None:
    paired, told = measured()
    assert [turn.side for turn, event in told if isinstance(event, Prepared)] == [
        *(0, 1, 1, 0) * 3,
    ]
    assert sum(isinstance(event, Hello) for _, event in told) == 1
    assert len(paired.pairs) == 6
    assert all((a.trial, b.trial) == (ONE, TWO) for a, b in paired.pairs)
    assert paired.build.torch == "2.9.0"


def test_the_comparison_is_that_of_the_pairs() -> None:
    comparison = measured()[0].comparison
    assert comparison.ratio == pytest.approx(0.5, rel=1e-6)
    assert comparison.verdict is Verdict.FASTER
    assert comparison.pairs == 6


def test_other_batch_sizes_are_compared_by_the_image() -> None:
    wishes = (WISHES[0], Measure(2, replace(ONE, batch_size=2), iterations=4))
    paired = asyncio.run(measure_paired(wishes, 6, argv=argv("good")))
    assert paired.comparison.ratio == pytest.approx(0.5, rel=1e-6)


def test_the_blocks_of_a_side_are_one_result() -> None:
    first, second = measured()[0].results
    assert (first.trial, second.trial) == (ONE, TWO)
    assert first.passes == len(first.latencies_ns) == 24
    assert first.wall_ns == 24 * 10 * MS
    assert first.warmup == WarmUp(60, True)


def test_one_warm_up_that_did_not_settle_is_not_forgotten() -> None:
    blocks = [first for first, _ in measured(2)[0].pairs]
    restless = replace(blocks[0], warmup=WarmUp(100, False))
    assert pooled([restless, blocks[1]]).warmup == WarmUp(110, False)
    with pytest.raises(ValueError, match="no block"):
        pooled([])


@pytest.mark.parametrize("mode", ["killed", "exits", "missing torch"])
def test_a_worker_that_dies_ends_the_comparison_with_the_reason(mode: str) -> None:
    with pytest.raises(TrialError, match="the worker"):
        asyncio.run(measure_paired(WISHES, 6, argv=argv(mode)))
    assert not psutil.Process(os.getpid()).children()


def test_nothing_is_left_behind() -> None:
    measured()
    assert not psutil.Process(os.getpid()).children()
