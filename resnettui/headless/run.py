"""`resnettui run`: one trial, progress on stderr, a table or JSON on stdout."""

import asyncio
import json
import sys
from pathlib import Path

from rich.console import Console

from resnettui.bench import Bench, crewed
from resnettui.core.machine import Build
from resnettui.core.protocol import Measure
from resnettui.core.trial import TrialResult
from resnettui.errors import HistoryError, TrialError
from resnettui.headless.keeping import entry_of, store_failure
from resnettui.headless.keeping import store as store_entry
from resnettui.headless.peaks import known_peaks
from resnettui.machine.probe import named, probe
from resnettui.progress import Progress
from resnettui.report.record import record
from resnettui.report.terminal import result_page


def run_once(
    wish: Measure, *, as_json: bool, samples: bool, history: Path | None, store: bool
) -> None:
    """Measure, print, and store in a history (None: the user's) what was measured or why not.

    TrialError or UsageError where measuring fails, HistoryError where storing does.
    """
    bench = Bench(named(probe()))
    try:
        with Progress(wish) as progress:
            result = asyncio.run(_measured(bench, wish, progress))
    except TrialError as error:
        if store:
            store_failure(history, entry_of(bench, "run"), error)
        raise
    try:
        assert bench.build is not None
        result = _under_its_roof(bench, bench.build, result, history)
        _print(result, bench, as_json=as_json, samples=samples)
    finally:
        if store:
            store_entry(history, entry_of(bench, "run", result))


async def _measured(bench: Bench, wish: Measure, progress: Progress) -> TrialResult:
    async with crewed(bench) as crew:
        return await bench.measure(crew, wish, watch=progress.show)


def _under_its_roof(
    bench: Bench, build: Build, result: TrialResult, history: Path | None
) -> TrialResult:
    """Compare a result with what a history knows of the roof; nothing is measured for it."""
    try:
        bench.known_peaks = known_peaks(history, bench.machine, build)
    except HistoryError as error:
        sys.stderr.write(f"resnettui: the roof is not known: {error.reason}\n")
        return result
    return bench.flagged(result, bench.readings)


def _print(result: TrialResult, bench: Bench, *, as_json: bool, samples: bool) -> None:
    machine, build, peaks = bench.machine, bench.build, bench.known_peaks
    if as_json:
        Console(soft_wrap=True, highlight=False, markup=False, emoji=False).print(
            json.dumps(record(result, machine, build, samples, peaks))
        )
    else:
        Console().print(result_page(result, machine, build, peaks))
