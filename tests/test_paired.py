import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest

from resnettui.bench import Bench, crewed
from resnettui.core.comparison import Verdict
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    Event,
    Finished,
    Hello,
    Job,
    Measure,
    Prepared,
    Ready,
    Samples,
    WarmingUp,
)
from resnettui.core.trial import Check, Trial, WarmUp
from resnettui.errors import TrialError
from resnettui.paired import Paired, Turn, Watch, measure_paired, turns, unwatched

SCRIPT = str(Path(__file__).with_name("supervisor") / "scripted_worker.py")
ONE, TWO = Trial(threads=1), Trial(threads=2)
WISHES = (Measure(1, ONE, iterations=4), Measure(2, TWO, iterations=4))
"""The scripted worker takes 10 ms with one thread, 5 ms with two."""

MS = 1_000_000
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)


def argv(mode: str) -> tuple[str, ...]:
    return (sys.executable, SCRIPT, mode)


async def paired_of(
    wishes: tuple[Measure, Measure] = WISHES,
    mode: str = "good",
    watch: Watch = unwatched,
    bench: Bench | None = None,
) -> Paired:
    bench = bench or Bench(Machine(cores_allowed=4))
    async with crewed(bench, argv(mode)) as crew:
        return await measure_paired(bench, crew, wishes, 6, watch)


def measured() -> tuple[Paired, list[tuple[Turn, Event]]]:
    told: list[tuple[Turn, Event]] = []
    watch = lambda turn, event: told.append((turn, event))  # noqa: E731
    return asyncio.run(paired_of(watch=watch)), told


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


def test_the_comparison_is_that_of_the_pairs() -> None:
    comparison = measured()[0].comparison
    assert comparison.ratio == pytest.approx(0.5, rel=1e-6)
    assert comparison.verdict is Verdict.FASTER
    assert comparison.pairs == 6


def test_other_batch_sizes_are_compared_by_the_image() -> None:
    wishes = (WISHES[0], Measure(2, replace(ONE, batch_size=2), iterations=4))
    paired = asyncio.run(paired_of(wishes))
    assert paired.comparison.ratio == pytest.approx(0.5, rel=1e-6)


def test_the_blocks_of_a_side_are_one_result() -> None:
    first, second = measured()[0].results
    assert (first.trial, second.trial) == (ONE, TWO)
    assert first.passes == len(first.latencies_ns) == 24
    assert first.wall_ns == 24 * 10 * MS
    assert first.warmup == WarmUp(60, True)


def test_the_processes_of_a_side_have_the_figures_of_all_its_blocks() -> None:
    for side in measured()[0].results:
        (only,) = side.members
        assert (only.passes, only.median_ns) == (side.passes, side.summary.p50)
        assert only.throughput_img_s == side.throughput_img_s


def test_several_processes_of_a_side_share_all_its_passes() -> None:
    two = replace(ONE, processes=2)
    wishes = (Measure(1, two, iterations=3), Measure(2, replace(two, threads=2), iterations=3))
    paired = asyncio.run(paired_of(wishes))
    for number, side in enumerate(paired.results):
        assert [member.passes for member in side.members] == [18, 18]
        assert [member.median_ns for member in side.members] == [10 * MS / (number + 1)] * 2
        total = sum(member.throughput_img_s for member in side.members)
        assert side.throughput_img_s == total == 200 * (number + 1)
        assert sum(block[number].passes for block in paired.pairs) == side.passes == 36


class ScriptedBlocks:
    """Workers whose every block is one pass, and sensors that say what a test wants."""

    def __init__(self, bench: Bench, clocks: Mapping[int, int], settled: Sequence[bool]) -> None:
        self.bench = bench
        self.clocks = clocks
        self.settled = settled

    def start(self) -> None:
        raise AssertionError("a wish starts them")

    def stop(self) -> None:
        raise AssertionError("a block ends by itself")

    def measure(self, wish: Job) -> None:
        assert isinstance(wish, Measure)
        run = wish.run_id
        self.bench.looked(Reading(throttled="before the sample"))
        for event in (
            Ready(BUILD),
            Prepared(run, wish.trial, Check(0.0, 1.0), OpLedger(), OpLedger(), {}),
            WarmingUp(run, WarmUp(10, self.settled[run - 1]), MS, True),
            Samples(run, (10 * MS,), 10 * MS, run),
            Finished(run),
        ):
            self.bench.receive(event)

    def watch(self, turn: Turn, event: Event) -> None:
        if isinstance(event, Samples):
            hz = self.clocks.get(turn.wish.run_id, 3_000_000_000)
            self.bench.looked(Reading(clock_hz={0: hz}))


async def scripted(
    clocks: Mapping[int, int] = MappingProxyType({}), settled: Sequence[bool] = (True,) * 12
) -> Paired:
    bench = Bench(Machine(cores_allowed=4))
    blocks = ScriptedBlocks(bench, clocks, settled)
    return await measure_paired(bench, blocks, WISHES, 6, blocks.watch)


async def test_a_clock_that_moved_in_any_block_is_a_flag_of_both_sides() -> None:
    steady = await scripted()
    assert [dict(side.flags) for side in steady.results] == [{}, {}]
    moved = await scripted({5: 2_000_000_000})
    assert [list(side.flags) for side in moved.results] == [["clock moved"]] * 2


async def test_one_warm_up_that_did_not_settle_is_not_forgotten() -> None:
    first, second = (await scripted(settled=[run != 4 for run in range(1, 13)])).results
    assert (first.warmup, second.warmup) == (WarmUp(60, True), WarmUp(60, False))
    assert list(second.flags) == ["not settled"]


@pytest.mark.parametrize("mode", ["killed", "exits", "missing torch"])
def test_a_worker_that_dies_ends_the_comparison_with_the_reason(mode: str) -> None:
    with pytest.raises(TrialError, match="the worker"):
        asyncio.run(paired_of(mode=mode))
    assert not psutil.Process(os.getpid()).children()


def test_nothing_is_left_behind() -> None:
    measured()
    assert not psutil.Process(os.getpid()).children()
