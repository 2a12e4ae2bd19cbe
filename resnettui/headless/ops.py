"""`resnettui ops`: the operators of one configuration, with the roof they run under."""

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from resnettui.bench import Bench, crewed
from resnettui.core.operators import OpProfile
from resnettui.core.profiling import profiled_roof
from resnettui.core.protocol import Profile
from resnettui.core.roof import Peak
from resnettui.errors import HistoryError
from resnettui.headless.peaks import known_peaks, peaks_for
from resnettui.machine.probe import named, probe
from resnettui.progress import Progress
from resnettui.report.operators import OpPage
from resnettui.report.operators_markdown import operators_markdown
from resnettui.report.operators_record import operators_record
from resnettui.report.operators_rich import operators_page
from resnettui.store import History
from resnettui.supervisor.crew import Crew


@dataclass(frozen=True)
class Wanted:
    """What is to be shown of a profile, and how."""

    by: str = "kind"
    sort: str = "time"
    top: int | None = None
    beside: bool = True
    """Profile the unfused variant, too, where the one asked for is fused."""
    peaks: bool | None = None
    """Measure the roof; None does so where it is not known."""
    format: str = "rich"
    """rich, json or markdown."""


def profile_once(job: Profile, wanted: Wanted, history: Path | None) -> None:
    """Profile and print; TrialError or UsageError where that fails.

    The roof is taken from a history (None: the user's), or measured and kept there; HistoryError
    where that fails, after what was profiled is printed without it.
    """
    bench = Bench(named(probe()))
    with Progress(job) as progress:
        page, trouble = asyncio.run(_profiled(bench, job, wanted, progress, history))
    _print(page, bench, wanted.format)
    if trouble is not None:
        raise trouble


async def _profiled(
    bench: Bench, job: Profile, wanted: Wanted, progress: Progress, history: Path | None
) -> tuple[OpPage, HistoryError | None]:
    async with crewed(bench) as crew:
        profiled = await bench.profile(crew, job, progress.show)
        unfused = await _unfused(bench, crew, job, progress) if wanted.beside else None
        progress.turn_to(job, "")
        peaks, trouble = await _peaks(bench, crew, wanted.peaks, progress, history)
    roof = profiled_roof(peaks, profiled.trial, profiled.profile)
    page = OpPage(
        *(profiled.trial, profiled.profile, roof, unfused),
        *(wanted.by, wanted.sort, wanted.top),
    )
    return page, trouble


async def _unfused(bench: Bench, crew: Crew, job: Profile, progress: Progress) -> OpProfile | None:
    """Profile the same without fusion; None where it has none."""
    if job.trial.fusion == "none":
        return None
    trial = replace(bench.trial, fusion="none")
    other = replace(job, run_id=job.run_id + 1, trial=trial)
    progress.turn_to(other, "without fusion: ")
    return (await bench.profile(crew, other, progress.show)).profile


async def _peaks(
    bench: Bench, crew: Crew, wanted: bool | None, progress: Progress, history: Path | None
) -> tuple[tuple[Peak, ...], HistoryError | None]:
    """Return the peaks that the configuration runs under, as far as they are wanted and known.

    And what is wrong with the history, where that cannot tell or keep them.
    """
    try:
        if wanted is False:
            assert bench.build is not None
            return known_peaks(history, bench.machine, bench.build), None
        with History.open(history) as opened:
            watch, again = progress.show, bool(wanted)
            return await peaks_for(bench, crew, bench.trial, opened, watch, again=again), None
    except HistoryError as error:
        return bench.known_peaks, error


def _print(page: OpPage, bench: Bench, format: str) -> None:
    machine, build = bench.machine, bench.build
    plain = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
    if format == "json":
        plain.print(json.dumps(operators_record(page, machine, build)))
    elif format == "markdown":
        plain.print(operators_markdown(page, machine, build))
    else:
        Console(highlight=False).print(operators_page(page, machine, build))
