"""Looks at the machine for the app: what it is, and what its sensors say."""

import asyncio
from collections.abc import Callable

from resnettui.core.live import Looked, Probed
from resnettui.core.machine import Machine
from resnettui.machine.probe import named
from resnettui.tui.host import Host
from resnettui.tui.other_side import Watching


class Lookout:
    """What an app knows of its machine goes into its snapshot from here."""

    def __init__(self, host: Host, sensors: Watching, find_machine: Callable[[], Machine]) -> None:
        self._host = host
        self._sensors = sensors
        self._find_machine = find_machine

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

    def look(self) -> None:
        """Read the sensors."""
        self._host.fold(Looked(self._sensors.read(self._host.snapshot.worker_pids)))
