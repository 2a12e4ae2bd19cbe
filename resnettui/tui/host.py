"""What the parts of the app that use its workers need of it: live measuring, sweeps, profiles."""

from collections.abc import Callable
from typing import Protocol

from textual.notifications import SeverityLevel
from textual.timer import Timer

from resnettui.core.live import Snapshot
from resnettui.core.live_events import LiveEvent
from resnettui.core.machine import Reading
from resnettui.tui.other_side import Measuring


class Host(Protocol):
    """The app, as it owns the snapshot, the workers and the picture."""

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""

    @property
    def taken(self) -> str:
        """Why nothing else can be measured now; "" where it can."""

    @property
    def crew(self) -> Measuring:
        """The supervisor of the workers."""

    def fold(self, event: LiveEvent) -> None:
        """Take an event into the snapshot."""

    def go_on(self) -> None:
        """Give the workers, which have nothing else to do, to the live configuration."""

    def glance(self) -> Reading:
        """Read the sensors between two ticks."""

    def draw(self) -> None:
        """Draw at once."""

    def draw_soon(self) -> None:
        """Draw, together with what else comes within a moment."""

    def thaw(self) -> None:
        """Let the picture go on where it is frozen."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        markup: bool = True,
    ) -> None:
        """Tell the user something for some seconds."""

    def set_timer(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call a function later."""

    def break_off(self, error: BaseException) -> None:
        """End with an error that nobody foresaw."""
