"""Two configurations measured in turns, ABBA, so that heat and drift hit both alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from resnettui.bench import Bench, Workers
from resnettui.core.comparison import Comparison, compare_blocks, images
from resnettui.core.machine import Reading
from resnettui.core.protocol import Event, Measure
from resnettui.core.trial import TrialResult
from resnettui.supervisor.collector import Collector


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
    results: tuple[TrialResult, TrialResult]
    """The blocks of either side as one result, with its flags."""

    @property
    def comparison(self) -> Comparison:
        """The second configuration against the first."""
        first, second = self.results
        blocks = [(a.latencies_ns, b.latencies_ns) for a, b in self.pairs]
        return compare_blocks(blocks, images(first.trial) / images(second.trial))


def turns(wishes: tuple[Measure, Measure], pairs: int) -> Iterator[Turn]:
    """Return the blocks in the order AB BA AB BA ..."""
    for pair in range(pairs):
        for side in (0, 1) if pair % 2 == 0 else (1, 0):
            yield Turn(pair, side, replace(wishes[side], run_id=2 * pair + 1 + side))


def unwatched(_turn: Turn, _event: Event) -> None:
    """Show an event to nobody."""


async def measure_paired(
    bench: Bench,
    workers: Workers,
    wishes: tuple[Measure, Measure],
    pairs: int,
    watch: Watch = unwatched,
) -> Paired:
    """Measure both configurations in the same workers, changed in place between the blocks.

    One process has one layout in memory and one pool of threads for both sides: two processes of
    the same configuration differ by a per cent or more for as long as they live, and idle threads
    of the one would take time from the other. They warm up anew before each block.
    `watch` sees every event with its turn. What the sensors read during any block is a flag of
    both sides. TrialError where one cannot be measured, UsageError where its data cannot be used.
    """
    blocks: tuple[list[TrialResult], list[TrialResult]] = ([], [])
    whole = (Collector(), Collector())
    readings: list[Reading] = []
    for turn in turns(wishes, pairs):
        see = partial(_see, turn, whole[turn.side], watch)
        blocks[turn.side].append(await bench.measure(workers, turn.wish, watch=see))
        readings += bench.readings
    first, second = (bench.flagged(side.result(), readings) for side in whole)
    return Paired(tuple(zip(*blocks, strict=True)), (first, second))


def _see(turn: Turn, whole: Collector, watch: Watch, event: Event) -> None:
    watch(turn, event)
    whole.add(event)
