"""The sweep screen: choose a study, watch it being measured, see where the curve bends."""

from typing import Protocol, cast

from textual.app import ComposeResult
from textual.screen import Screen

from resnettui.tui.keys import SWEEP_BINDINGS
from resnettui.tui.screens.turning import Turning
from resnettui.tui.widgets.key_footer import KeyFooter
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.scaling import sweep_rows_lines, sweep_rows_state
from resnettui.tui.widgets.status import status_lines
from resnettui.tui.widgets.sweep import (
    curve_state,
    progress_lines,
    progress_state,
    studies_lines,
    studies_state,
    sweep_curve_lines,
)


class Sweeps(Protocol):
    """What the screen asks of the sweeps of the app."""

    @property
    def running(self) -> bool:
        """A sweep is under way."""

    def select(self, direction: int) -> None:
        """Select the next or previous study."""

    def start(self) -> None:
        """Measure the selected study."""

    def stop(self) -> None:
        """End the sweep; what is measured stays."""

    def turn(self) -> None:
        """Show the curves along the next axis."""


class SweepControls(Protocol):
    """What the screen asks of the app."""

    @property
    def sweep(self) -> Sweeps:
        """Its sweeps."""


class SweepScreen(Screen[None]):
    """Studies and progress above, curves in the middle, rows below."""

    BINDINGS = SWEEP_BINDINGS  # type: ignore[assignment]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-short"), (28, "-middle"), (36, "-tall")]

    def __init__(self) -> None:
        super().__init__()
        self._turning = Turning(("curve", "rows"), ("studies", "progress", "curve", "rows"))

    def compose(self) -> ComposeResult:
        """Lay out the panels in the order of the grid."""
        yield Panel(status_lines, id="status")
        yield Panel(
            studies_lines,
            title="Studies",
            state=studies_state,
            source=lambda frame: (frame.sweep.study, frame.sweep.preview, frame.sweep.running),
            id="studies",
        )
        yield Panel(
            progress_lines,
            title="Sweep",
            state=progress_state,
            source=lambda frame: frame.sweep,
            id="progress",
        )
        yield Panel(
            sweep_curve_lines,
            title="Curve",
            state=curve_state,
            source=lambda frame: (
                frame.sweep.axis,
                frame.sweep.state and frame.sweep.state.outcomes,
            ),
            id="curve",
        )
        yield Panel(
            sweep_rows_lines,
            title="Measured",
            state=sweep_rows_state,
            source=lambda frame: (frame.sweep.rows, frame.sweep.last),
            id="rows",
        )
        yield KeyFooter(compact=True)

    def on_mount(self) -> None:
        """Begin with the first panel in turn."""
        self._turning.mount(self)

    @property
    def _sweep(self) -> Sweeps:
        return cast(SweepControls, self.app).sweep

    def action_select(self, direction: int) -> None:
        """Select the study above or below."""
        self._sweep.select(direction)

    def action_start(self) -> None:
        """Measure the selected study, and show how far it is."""
        self._sweep.start()
        if self._sweep.running:
            self._turning.bring(self, "progress")

    def action_stop(self) -> None:
        """End the sweep; what is measured stays."""
        self._sweep.stop()

    def action_curve(self) -> None:
        """Show the curves along the next axis."""
        self._sweep.turn()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the turning of panels only where there are any to turn."""
        return action != "turn" or self._turning.offered(self)

    def on_resize(self) -> None:
        """Tell the footer, once the panels have their places."""
        self.call_after_refresh(self._turning.placed, self)

    def action_turn(self, direction: int) -> None:
        """Bring the next panel forward, where they take turns."""
        self._turning.turn(self, direction)
