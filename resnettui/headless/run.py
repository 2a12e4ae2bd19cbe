"""`resnettui run`: one trial, progress on stderr, a table or JSON on stdout."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from resnettui.core.flags import flags_of
from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.protocol import Event, Measure, Prepared, Ready
from resnettui.core.trial import Trial, TrialResult
from resnettui.errors import HistoryError, TrialError
from resnettui.machine.conditions import conditions
from resnettui.machine.probe import named, probe
from resnettui.machine.sensors import Sensors
from resnettui.machine.topology import physical_cores
from resnettui.progress import Progress
from resnettui.report.record import record
from resnettui.report.terminal import result_page
from resnettui.store import History, new_id, now
from resnettui.supervisor.once import measure_once

SENSOR_PERIOD_S = 1.0


def run_once(
    wish: Measure, *, as_json: bool, samples: bool, history: Path | None, store: bool
) -> None:
    """Measure, print, and store in a history (None: the user's) what was measured or why not.

    TrialError or UsageError where measuring fails, HistoryError where storing does.
    """
    machine = named(probe())
    told = _Told(wish.trial)
    try:
        result, build = _measure(wish, machine, told)
    except TrialError as error:
        if store:
            _store_failure(history, told.entry(machine), error)
        raise
    try:
        _print(result, machine, build, as_json=as_json, samples=samples)
    finally:
        if store:
            _store(history, replace(told.entry(machine), trial=result.trial, result=result))


@dataclass
class _Told:
    """What the worker has told of itself: a failed trial is stored with it."""

    trial: Trial
    build: Build | None = None

    def note(self, event: Event) -> None:
        match event:
            case Ready():
                self.build = event.build
            case Prepared():
                self.trial = event.trial

    def entry(self, machine: Machine) -> Entry:
        """Return the entry of a trial that has just ended."""
        return Entry(new_id(), now(), "run", self.trial, machine, self.build, facts=conditions())


def _store(history: Path | None, entry: Entry) -> None:
    with History.open(history) as opened:
        opened.add(entry)


def _store_failure(history: Path | None, entry: Entry, error: TrialError) -> None:
    """Store a failed trial; where that fails as well, both are told."""
    try:
        _store(history, replace(entry, failure=error.reason))
    except HistoryError as trouble:
        reason = f"{error.reason}; nor could this be stored: {trouble.reason}"
        raise TrialError(reason, error.hint or trouble.hint) from trouble


def _print(
    result: TrialResult, machine: Machine, build: Build, *, as_json: bool, samples: bool
) -> None:
    if as_json:
        Console(soft_wrap=True, highlight=False, markup=False, emoji=False).print(
            json.dumps(record(result, machine, build, samples))
        )
    else:
        Console().print(result_page(result, machine, build))


def _measure(wish: Measure, machine: Machine, told: _Told) -> tuple[TrialResult, Build]:
    with Progress(wish) as progress:

        def watch(event: Event) -> None:
            told.note(event)
            progress.show(event)

        return asyncio.run(_measured(wish, machine, watch))


async def _measured(
    wish: Measure, machine: Machine, watch: Callable[[Event], None]
) -> tuple[TrialResult, Build]:
    """Measure, with the sensors read beside it, and return the result with its flags."""
    readings: list[Reading] = []
    sampler = asyncio.create_task(read_sensors(readings))
    try:
        result, build = await measure_once(
            wish, watch, machine.cpu, cores=lambda: physical_cores(machine)
        )
    finally:
        sampler.cancel()
    return result.flagged(flags_of(result, machine, build, readings)), build


async def read_sensors(readings: list[Reading]) -> None:
    """Gather a reading each second until cancelled."""
    sensors = Sensors()
    while True:
        readings.append(sensors.read())
        await asyncio.sleep(SENSOR_PERIOD_S)
