"""`resnettui sweep`: plans, measures, keeps, and prints the tables of what was measured."""

import asyncio
import json
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from resnettui.bench import Bench, Watch, crewed
from resnettui.core.axes import Value
from resnettui.core.machine import Build, Machine, platform_name
from resnettui.core.plan import Plan, grid_trials, plan_sweep
from resnettui.core.platforms import place_of
from resnettui.core.roof import Peak
from resnettui.core.studies import measures_roof, study_trials
from resnettui.core.sweep import SweepOrder, SweepState
from resnettui.core.tables import tables_of
from resnettui.core.trial import Trial, TrialResult
from resnettui.errors import TrialError, UsageError
from resnettui.headless.peaks import peaks_of
from resnettui.headless.stored_sweep import state_of
from resnettui.headless.sweep_progress import SweepProgress
from resnettui.machine.conditions import conditions
from resnettui.machine.probe import named, probe
from resnettui.places import history_path
from resnettui.report.tables_rich import render
from resnettui.report.terminal import title
from resnettui.store import History, new_id, now
from resnettui.supervisor.crew import Crew
from resnettui.sweeping import FindPeaks, Sweeping


@dataclass(frozen=True)
class Wanted:
    """What the user asked of a sweep."""

    studies: tuple[str, ...]
    given: dict[str, tuple[Value, ...]]
    data: str | None
    weights: str
    precision_share: float
    max_s: float
    cooldown_celsius: float | None


def planned(wanted: Wanted, machine: Machine, build: Build) -> SweepOrder:
    """Return the order for what is wanted, fitted to the machine."""
    trials: list[Trial] = []
    for study in wanted.studies:
        trials += study_trials(study, Trial(), machine, wanted.given)
    if not wanted.studies:
        trials = grid_trials(Trial(), wanted.given)
    return SweepOrder(
        plan=plan_sweep(trials, machine, build),
        data=wanted.data,
        weights=wanted.weights,
        precision_share=wanted.precision_share,
        max_s=wanted.max_s,
        cooldown_celsius=wanted.cooldown_celsius,
        roof=any(measures_roof(study) for study in wanted.studies),
    )


def start_sweep(wanted: Wanted, history: Path | None, *, dry_run: bool) -> None:
    """Plan a sweep and measure it, or only print the plan."""
    asyncio.run(_start(wanted, history, dry_run))


def resume_sweep(id_prefix: str | None, history: Path | None) -> None:
    """Go on with a sweep that was interrupted: the newest one, or the one named."""
    asyncio.run(_resume(id_prefix, history))


async def _start(wanted: Wanted, path: Path | None, dry_run: bool) -> None:
    progress = SweepProgress()
    async with _running(progress) as (bench, supervisor, build):
        order = planned(wanted, bench.machine, build)
        for skipped in order.plan.skipped:
            progress.note(f"skipped: {title(skipped.trial)}: {skipped.reason}")
        if not order.plan.trials:
            raise UsageError("nothing of this can run here", "see the reasons above")
        if dry_run:
            progress.end()
            _print_plan(order.plan)
            return
        with History.open(path) as history:
            state = SweepState(order, history.begin_sweep(json.dumps(asdict(order))))
            await _measure(state, bench, supervisor, history, progress)


async def _resume(id_prefix: str | None, path: Path | None) -> None:
    progress = SweepProgress()
    with History.open(path, must_exist=True) as history:
        found = history.sweep_plan(id_prefix) if id_prefix else history.unfinished_sweep()
        if found is None:
            raise UsageError("no sweep was interrupted", "begin one: resnettui sweep --study all")
        state = state_of(*found, history)
        async with _running(progress) as (bench, supervisor, _build):
            await _measure(state, bench, supervisor, history, progress)


@asynccontextmanager
async def _running(progress: SweepProgress) -> AsyncIterator[tuple[Bench, Crew, Build]]:
    """Yield a bench with its workers, which are gone afterwards."""
    bench = Bench(named(probe()))
    async with crewed(bench) as crew:
        yield bench, crew, await bench.start(crew, progress.event)


async def _measure(
    state: SweepState, bench: Bench, supervisor: Crew, history: History, progress: SweepProgress
) -> None:
    if bench.build is not None:
        bench.known_peaks = history.peaks(place_of(bench.machine, bench.build))
    sweeping = Sweeping(
        state,
        partial(bench.measure, supervisor),
        _kept(history, bench, state.id),
        progress.show,
        find_peaks=_peaks_on(bench, supervisor, history),
        temperature_celsius=lambda: bench.reading.temperature_celsius,
    )
    try:
        state = await sweeping.run()
    except asyncio.CancelledError:
        state = sweeping.state
        progress.note(f"interrupted: {state.done} of {state.total} trials are in the history")
        progress.note(f"  go on with: resnettui sweep --resume {_named(state.id, history)}")
        raise
    finally:
        progress.end()
    history.finish_sweep(state.id)
    if not state.outcomes:
        raise TrialError("no trial of the sweep could be measured", "see the reasons above")
    _print_tables(state, platform_name(bench.machine), _named(state.id, history))


def _peaks_on(bench: Bench, crew: Crew, history: History) -> FindPeaks:
    async def find(kinds: tuple[str, ...], threads: int, watch: Watch) -> tuple[Peak, ...]:
        known = await peaks_of(bench, crew, history, kinds, threads=threads, watch=watch)
        return tuple(peak for peak in known if peak.threads == threads)

    return find


def _named(sweep: str, history: History) -> str:
    """Return how a command finds a sweep again: its id, and the history where it is another."""
    words = [sweep[:8]]
    if history.path != history_path():
        words += ["--history", shlex.quote(str(history.path))]
    return " ".join(words)


def _kept(
    history: History, bench: Bench, sweep: str
) -> Callable[[int, Trial, TrialResult | None, str], Awaitable[None]]:
    async def keep(position: int, trial: Trial, result: TrialResult | None, failure: str) -> None:
        entry = bench.entry(new_id(), now(), trial, result, failure)
        history.add(replace(entry, sweep=sweep, position=position, facts=conditions()))

    return keep


def _print_plan(plan: Plan) -> None:
    console = Console(highlight=False)
    for position, trial in enumerate(plan.trials, start=1):
        again = "  (the baseline again)" if plan.repeats and position == len(plan.trials) else ""
        console.print(f"{position:>3}  {title(trial)}{again}", soft_wrap=True)


def _print_tables(state: SweepState, platform: str, named: str) -> None:
    outcomes = [
        replace(outcome, platform=platform, flags={**outcome.flags, **state.flags})
        for outcome in state.outcomes.values()
    ]
    console = Console(highlight=False)
    console.print(render(tables_of(outcomes)), crop=False, end="")
    console.print(Text(f"resnettui report --sweep {named} shows this again", style="dim"))
