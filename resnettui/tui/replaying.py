"""Plays a recording in the place of workers and sensors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from resnettui.core.codec import ProtocolError
from resnettui.core.live_events import Looked
from resnettui.core.machine import Reading
from resnettui.core.protocol import Samples
from resnettui.core.recording import Recorded, decode_event, decode_heading
from resnettui.core.replay import ReplayView
from resnettui.core.trial import Trial
from resnettui.errors import UsageError, reason_of
from resnettui.tui.host import Host

MEASURES_NOTHING = "A replay measures nothing."

SHARED = "This measurement is shared: only its configuration can be changed here."

NO_LONGER_SHARED = "This measurement is no longer shared."

HEADING_BYTES = 4096
"""More than a first line has: a file of another kind may have no line break at all."""


class Replaying:
    """Tells an app the events of a recording at their times; what it knows comes from there alone.

    It stands where a Lookout would. A recording that was cut ends where it was. `wish` is told what
    the user chooses, where the events are those of a measurement that goes on.
    """

    def __init__(
        self,
        host: Host,
        lines: AsyncIterator[bytes],
        speed: float = 1.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        wish: Callable[[Trial], None] | None = None,
    ) -> None:
        self._host = host
        self._lines = lines
        self._sleep = sleep
        self._wish = wish
        self.view = ReplayView(speed=speed, shared=wish is not None)

    @property
    def refusal(self) -> str:
        """Why nothing can be measured here."""
        if not self.view.shared:
            return MEASURES_NOTHING
        return NO_LONGER_SHARED if self.view.ended else SHARED

    @property
    def heeds(self) -> bool:
        """Somebody measures who could heed a wish for a configuration."""
        return self._wish is not None and not self.view.ended

    def ask(self, trial: Trial) -> bool:
        """Wish for a configuration; tell whether somebody could heed it."""
        if self._wish is not None and self.heeds:
            self._wish(trial)
        return self.heeds

    def begin(self) -> None:
        """Know nothing before the first event."""

    async def go_on(self) -> None:
        """Tell every event, and at the end that there are no more."""
        clock = asyncio.get_running_loop().time
        began_s = clock()
        first_ns: int | None = None
        async for recorded in self._events():
            first_ns = recorded.at_ns if first_ns is None else first_ns
            elapsed_s = (recorded.at_ns - first_ns) / 1e9
            due_s = began_s + elapsed_s / self.view.speed
            # However late it is, the screen and its keys get their turn.
            await self._sleep(max(0.0, due_s - clock()))
            self._tell(recorded, elapsed_s)
        self.view = replace(self.view, ended=True)
        self._host.draw()

    def _tell(self, recorded: Recorded, elapsed_s: float) -> None:
        self.view = replace(self.view, elapsed_s=elapsed_s)
        self._host.fold(recorded.event)
        if not isinstance(recorded.event, Samples | Looked):
            self._host.draw_soon()

    async def _events(self) -> AsyncIterator[Recorded]:
        number = 1
        async for line in self._lines:
            number += 1
            if not line.endswith(b"\n"):
                return
            try:
                yield decode_event(line)
            except ProtocolError:
                told = f"Line {number} of the recording cannot be read: it ends here."
                self._host.notify(told, severity="warning")
                return

    async def survey(self) -> None:
        """Keep to the board as it was."""

    def look(self) -> None:
        """Keep to what the sensors said."""

    def glance(self) -> Reading:
        """Return what the sensors said last."""
        return self._host.snapshot.reading


def opened(path: Path) -> BinaryIO:
    """Return a recording behind its first line; UsageError where it cannot be replayed."""
    hint = "resnettui --record FILE makes one"
    try:
        file = path.expanduser().open("rb")
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"{path}: {reason_of(error)}", hint) from None
    try:
        decode_heading(file.readline(HEADING_BYTES))
    except (OSError, ValueError) as error:
        file.close()
        raise UsageError(f"{path}: {error}", hint) from None
    return file


async def lines_of(file: BinaryIO) -> AsyncIterator[bytes]:
    """Yield the lines of a recording, of which only one is in memory."""
    with file:
        for line in file:
            yield line
