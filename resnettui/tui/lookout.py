"""Looks at the machine for the app: what it is, what its sensors say, what stands in the way."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from resnettui.core.live_events import Looked, Probed, Surveyed, Surveying
from resnettui.core.machine import Machine, Reading, platform_name
from resnettui.machine.probe import named
from resnettui.tui.host import Host
from resnettui.tui.other_side import Watching

if TYPE_CHECKING:
    from resnettui.core.board import Board

LOG = logging.getLogger(__name__)

SENSORS = ("clock_hz", "temperature_celsius")
"""What a machine may well not tell, and the log should say so."""


def whole_board(machine: Machine) -> "Board":
    """Look at the whole board, for half a second."""
    # It is looked at after the first frame, and so imported then.
    from resnettui.machine.look import look

    return look(machine=machine)


class Lookout:
    """What an app knows of its machine goes into its snapshot from here."""

    def __init__(
        self,
        host: Host,
        sensors: Watching,
        find_machine: Callable[[], Machine],
        find_board: "Callable[[Machine], Board]" = whole_board,
    ) -> None:
        self._host = host
        self._sensors = sensors
        self._find_machine = find_machine
        self._find_board = find_board
        self._silent: set[str] = set()

    def begin(self) -> None:
        """Read what the machine is, as far as it is told at once."""
        self._host.fold(Probed(self._find_machine()))

    async def go_on(self) -> None:
        """Read, beside the event loop, what takes longer."""
        if self._host.snapshot.machine.cpu is None:
            # py-cpuinfo takes a second.
            machine = await asyncio.to_thread(named, self._host.snapshot.machine)
            self._host.fold(Probed(machine))
            self._host.draw_soon()
        LOG.info("machine: %s", platform_name(self._host.snapshot.machine))
        await self.survey()

    async def survey(self) -> None:
        """Look at the whole board, beside the event loop, unless that is being done."""
        if self._host.snapshot.surveying:
            return
        self._host.fold(Surveying())
        self._host.draw_soon()
        board = await asyncio.to_thread(self._find_board, self._host.snapshot.machine)
        self._host.fold(Surveyed(board))
        self._host.draw_soon()

    def look(self) -> None:
        """Read the sensors."""
        self._host.fold(Looked(self.glance()))

    def glance(self) -> Reading:
        """Read the sensors, for whoever asks."""
        reading = self._sensors.read(self._host.snapshot.worker_pids)
        self._note(reading)
        return reading

    def _note(self, reading: Reading) -> None:
        """Log, once, which sensors tell nothing."""
        silent = {name for name in SENSORS if not getattr(reading, name)} - self._silent
        if silent:
            self._silent |= silent
            LOG.info("sensors that tell nothing: %s", ", ".join(sorted(silent)))
