"""`resnettui run`: one trial, progress on stderr, a table or JSON on stdout."""

import asyncio
import json

from rich.console import Console

from resnettui.core.flags import flags_of
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.protocol import Measure
from resnettui.core.trial import TrialResult
from resnettui.machine.probe import named, probe
from resnettui.machine.sensors import Sensors
from resnettui.machine.topology import physical_cores
from resnettui.progress import Progress
from resnettui.report.record import record
from resnettui.report.terminal import result_page
from resnettui.supervisor.once import measure_once

SENSOR_PERIOD_S = 1.0


def run_once(wish: Measure, *, as_json: bool, samples: bool) -> None:
    """Measure and print. TrialError or UsageError where that fails."""
    machine = named(probe())
    with Progress(wish) as progress:
        result, build = asyncio.run(_measured(wish, machine, progress))
    if as_json:
        Console(soft_wrap=True, highlight=False, markup=False, emoji=False).print(
            json.dumps(record(result, machine, build, samples))
        )
    else:
        Console().print(result_page(result, machine, build))


async def _measured(
    wish: Measure, machine: Machine, progress: Progress
) -> tuple[TrialResult, Build]:
    """Measure, with the sensors read beside it, and return the result with its flags."""
    readings: list[Reading] = []
    sampler = asyncio.create_task(read_sensors(readings))
    try:
        result, build = await measure_once(
            wish, progress.show, machine.cpu, cores=lambda: physical_cores(machine)
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
