"""`resnettui run`: one trial, progress on stderr, a table or JSON on stdout."""

import asyncio
import json
from pathlib import Path

from rich.console import Console

from resnettui.bench import Bench, crewed
from resnettui.core.machine import Build, Machine
from resnettui.core.protocol import Measure
from resnettui.core.trial import TrialResult
from resnettui.errors import TrialError
from resnettui.headless.keeping import entry_of, store_failure
from resnettui.headless.keeping import store as store_entry
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
        _print(result, bench.machine, bench.build, as_json=as_json, samples=samples)
    finally:
        if store:
            store_entry(history, entry_of(bench, "run", result))


async def _measured(bench: Bench, wish: Measure, progress: Progress) -> TrialResult:
    async with crewed(bench) as crew:
        return await bench.measure(crew, wish, watch=progress.show)


def _print(
    result: TrialResult, machine: Machine, build: Build, *, as_json: bool, samples: bool
) -> None:
    if as_json:
        Console(soft_wrap=True, highlight=False, markup=False, emoji=False).print(
            json.dumps(record(result, machine, build, samples))
        )
    else:
        Console().print(result_page(result, machine, build))
