"""Two configurations measured in turns, ABBA, so that heat and drift hit both alike."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from resnettui.core.comparison import Comparison, compare_blocks, images
from resnettui.core.machine import Build
from resnettui.core.protocol import Event, Measure, Ready
from resnettui.core.trial import TrialResult, WarmUp
from resnettui.supervisor.crew import Cores, Crew
from resnettui.supervisor.once import Collector
from resnettui.supervisor.process import WORKER_ARGV


@dataclass(frozen=True)
class Turn:
    """One block of one of the two configurations."""

    pair: int
    """From 0 on; a pair is two neighbouring blocks, one of each."""
    side: int
    """0 for the first configuration, 1 for the second."""
    wish: Measure
    """Its run_id is odd for the first configuration, even for the second."""


Watch = Callable[[Turn, Event], None]


@dataclass(frozen=True)
class Paired:
    """What the blocks of two configurations measured."""

    pairs: tuple[tuple[TrialResult, TrialResult], ...]
    build: Build

    @property
    def comparison(self) -> Comparison:
        """The second configuration against the first."""
        first, second = self.pairs[0]
        blocks = [(a.latencies_ns, b.latencies_ns) for a, b in self.pairs]
        return compare_blocks(blocks, images(first.trial) / images(second.trial))

    @property
    def results(self) -> tuple[TrialResult, TrialResult]:
        """The blocks of either side as one result."""
        first, second = zip(*self.pairs, strict=True)
        return pooled(first), pooled(second)


def turns(wishes: tuple[Measure, Measure], pairs: int) -> Iterator[Turn]:
    """Return the blocks in the order AB BA AB BA ..."""
    for pair in range(pairs):
        for side in (0, 1) if pair % 2 == 0 else (1, 0):
            yield Turn(pair, side, replace(wishes[side], run_id=2 * pair + 1 + side))


def pooled(blocks: Sequence[TrialResult]) -> TrialResult:
    """Return consecutive blocks of one configuration as one result; none is a ValueError."""
    if not blocks:
        raise ValueError("no block was measured")
    return replace(
        blocks[-1],
        latencies_ns=tuple(latency for block in blocks for latency in block.latencies_ns),
        wall_ns=sum(block.wall_ns for block in blocks),
        passes=sum(block.passes for block in blocks),
        warmup=WarmUp(
            sum(block.warmup.iterations for block in blocks),
            all(block.warmup.settled for block in blocks),
        ),
    )


async def measure_paired(
    wishes: tuple[Measure, Measure],
    pairs: int,
    watch: Watch = lambda turn, event: None,
    cpu: str | None = None,
    argv: Sequence[str] = WORKER_ARGV,
    *,
    cores: Cores = lambda: (),
) -> Paired:
    """Measure both configurations in the same workers, changed in place between the blocks.

    One process has one layout in memory and one pool of threads for both sides: two processes of
    the same configuration differ by a per cent or more for as long as they live, and idle threads
    of the one would take time from the other. They warm up anew before each block.
    `watch` sees every event with its turn. TrialError where one cannot be measured, UsageError
    where its data cannot be used.
    """
    events: asyncio.Queue[Event] = asyncio.Queue()
    crew = Crew(events.put_nowait, lambda: cpu, cores, argv)
    blocks: tuple[list[TrialResult], list[TrialResult]] = ([], [])
    build: Build | None = None
    try:
        for turn in turns(wishes, pairs):
            crew.measure(turn.wish)
            collector = Collector()
            while True:
                event = await events.get()
                build = event.build if isinstance(event, Ready) else build
                watch(turn, event)
                if collector.add(event):
                    break
            blocks[turn.side].append(collector.result())
    finally:
        await crew.close()
    assert build is not None
    return Paired(tuple(zip(*blocks, strict=True)), build)
