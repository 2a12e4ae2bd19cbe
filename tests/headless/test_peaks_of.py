"""Peaks of the history, and those that are missing, with workers that need no torch."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from resnettui.bench import Bench
from resnettui.core.machine import Build, Machine
from resnettui.core.platforms import place_of
from resnettui.core.protocol import FindPeaks, Finished, Job, PeaksFound, Ready, Starting
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Trial
from resnettui.headless.peaks import known_peaks, peaks_for, peaks_of
from resnettui.store import History

MACHINE = Machine(cpu="Cortex-A76", cores_allowed=4)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
TRIAL = Trial(threads=4)


class Workers:
    """Workers whose peak of any kind but fp16, which does not run, is the same."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.asked: list[tuple[Sequence[str], int]] = []

    def start(self) -> None:
        for event in (Starting(0), Ready(BUILD)):
            self._bench.receive(event)

    def stop(self) -> None:
        raise AssertionError("peaks end by themselves")

    def measure(self, wish: Job) -> None:
        assert isinstance(wish, FindPeaks)
        self.asked.append((wish.kinds, wish.threads))
        peaks = (Peak(kind, wish.threads, 1e10, "best") for kind in wish.kinds if kind != "fp16")
        self._bench.receive(PeaksFound(wish.run_id, tuple(peaks)))
        self._bench.receive(Finished(wish.run_id))


FP32, TRIAD = Peak("fp32", 4, 1e10, "best"), Peak(MEMORY, 4, 1e10, "best")


async def test_peaks_are_measured_once_and_kept(history_file: Path) -> None:
    bench = Bench(MACHINE)
    workers = Workers(bench)
    with History.open(history_file) as history:
        assert await peaks_for(bench, workers, TRIAL, history) == (FP32, TRIAD)
        assert await peaks_for(bench, workers, TRIAL, history) == (FP32, TRIAD)
        assert workers.asked == [(("fp32", MEMORY), 4)]
        again = Bench(MACHINE)
        assert await peaks_for(again, Workers(again), TRIAL, history) == (FP32, TRIAD)
        assert again.build == BUILD
    assert known_peaks(history_file, MACHINE, BUILD) == (FP32, TRIAD)


async def test_only_what_is_missing_is_measured(history_file: Path) -> None:
    bench = Bench(MACHINE)
    workers = Workers(bench)
    with History.open(history_file) as history:
        history.keep_peaks(place_of(MACHINE, BUILD), [FP32])
        found = await peaks_of(bench, workers, history, ("fp32", "fp16", MEMORY), threads=4)
        assert set(found) == {FP32, TRIAD}
    assert workers.asked == [(("fp16", MEMORY), 4)]


@pytest.mark.parametrize("exists", [True, False])
def test_a_history_without_peaks_knows_none_and_is_not_made(
    exists: bool, history_file: Path
) -> None:
    if exists:
        History.open(history_file).close()
    assert known_peaks(history_file, MACHINE, BUILD) == ()
    assert history_file.exists() is exists
