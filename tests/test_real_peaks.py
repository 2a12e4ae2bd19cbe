"""Peaks asked of a real worker."""

import asyncio

from resnettui.bench import Bench, crewed
from resnettui.core.machine import Machine
from resnettui.core.protocol import Event, Measure, PeaksFound, Step
from resnettui.core.roof import MEMORY
from resnettui.core.trial import Trial

SMALL = Measure(9, Trial(model="resnet18", image_size=32), iterations=3, check_s=0.1)
KINDS = ("fp32", "int8", MEMORY)


async def test_a_worker_that_seeks_the_roof_turns_to_a_new_wish_at_once() -> None:
    bench = Bench(Machine())
    seen: list[Event] = []
    async with crewed(bench) as crew:
        await bench.start(crew)
        seeking = asyncio.create_task(bench.peaks(crew, KINDS, 1, seen.append))
        while not any(isinstance(event, Step) and event.done > 2 for event in seen):
            await asyncio.sleep(0.01)
        seeking.cancel()
        pids = bench_pids(seen)
        result = await bench.measure(crew, SMALL, watch=seen.append)
        assert result.passes == 3
        assert bench_pids(seen) == pids
    assert not [event for event in seen if isinstance(event, PeaksFound)]


def bench_pids(seen: list[Event]) -> set[int]:
    """Return the processes that said hello: another would mean that the first had to be killed."""
    return {event.pid for event in seen if hasattr(event, "pid")}


async def test_a_worker_tells_the_peaks_that_it_found() -> None:
    bench = Bench(Machine())
    seen: list[Event] = []
    async with crewed(bench) as crew:
        (peak,) = await bench.peaks(crew, (MEMORY,), 1, seen.append)
    assert (peak.kind, peak.threads, peak.by in ("copy", "triad")) == (MEMORY, 1, True)
    assert [event.run_id for event in seen if isinstance(event, PeaksFound)] == [0]
    steps = [event.what for event in seen if isinstance(event, Step)]
    assert steps == ["finding the peak of memory"] * 2
