"""Looks at the machine for the app: what it is, what its sensors say, what stands in the way."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from resnettui.core.live_events import Looked, Probed, Surveyed, Surveying
from resnettui.core.machine import Machine, Reading
from resnettui.machine.probe import named
from resnettui.tui.host import Host
from resnettui.tui.other_side import Watching

if TYPE_CHECKING:
    from resnettui.core.board import Board


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
        return self._sensors.read(self._host.snapshot.worker_pids)
