"""The live screen: configuration, latency, cores, kernels, operators, scaling."""

from typing import Protocol, cast

from textual.app import ComposeResult
from textual.screen import Screen

from resnettui.tui.keys import LIVE_BINDINGS
from resnettui.tui.screens.turning import Turning
from resnettui.tui.widgets.configuration import PANEL_AXES, configuration_lines
from resnettui.tui.widgets.cores import cores_lines, cores_state
from resnettui.tui.widgets.kernels import kernels_lines, kernels_state
from resnettui.tui.widgets.key_footer import KeyFooter
from resnettui.tui.widgets.latency import latency_lines, latency_title
from resnettui.tui.widgets.operators import operators_lines
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.scaling import scaling_lines, scaling_state
from resnettui.tui.widgets.status import status_lines

TURNING = ("scaling", "cores", "kernels", "operators")
"""The panels that take turns where there is no room for all; the smallest screens turn all."""

ALL_TURNING = ("latency", "configuration", *TURNING)


class Asks(Protocol):
    """What the screen asks of the live measurement."""

    def step(self, name: str, direction: int) -> None:
        """Measure the configuration with the next or previous value of an axis."""

    def reset(self) -> None:
        """Forget what was measured."""

    def keep(self) -> None:
        """Keep the current configuration as the baseline, or let go of it."""

    def pause(self) -> None:
        """Freeze the picture, or let it go on."""


class Controls(Protocol):
    """What the screen asks of the app."""

    @property
    def asking(self) -> Asks:
        """What changes its measurement."""

    def action_type_value(self, name: str) -> None:
        """Let the user type a value of an axis."""

    def draw(self) -> None:
        """Draw the screen anew."""


class LiveScreen(Screen[None]):
    """All panels, laid out by app.tcss for the size of the terminal."""

    BINDINGS = LIVE_BINDINGS  # type: ignore[assignment]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-short"), (30, "-middle"), (38, "-tall")]

    def __init__(self) -> None:
        super().__init__()
        self.selected = "threads"
        self._turning = Turning(TURNING, ALL_TURNING)

    def compose(self) -> ComposeResult:
        """Lay out the panels in the order of the grid."""
        yield Panel(status_lines, id="status")
        yield Panel(
            configuration_lines,
            title="Configuration",
            source=lambda frame: (frame.snapshot.trial, frame.selected),
            id="configuration",
        )
        yield Panel(latency_lines, title="Latency", state=latency_title, id="latency")
        yield Panel(cores_lines, title="Cores", state=cores_state, id="cores")
        yield Panel(
            kernels_lines,
            title="Kernels",
            state=kernels_state,
            source=lambda frame: (frame.snapshot.prepared, frame.snapshot.warmup),
            id="kernels",
        )
        yield Panel(
            operators_lines,
            title="Operators",
            source=lambda frame: frame.snapshot.prepared or frame.snapshot,
            id="operators",
        )
        yield Panel(scaling_lines, title="Scaling", state=scaling_state, id="scaling")
        yield KeyFooter(compact=True)

    def on_mount(self) -> None:
        """Begin with the first panel in turn."""
        self._turning.mount(self)

    @property
    def _controls(self) -> Controls:
        return cast(Controls, self.app)

    def action_step(self, name: str, direction: int) -> None:
        """Choose the next or previous value of an axis, and select it; an idle one has no other."""
        self.selected = name
        self._controls.asking.step(name, direction)

    def action_step_selected(self, direction: int) -> None:
        """Choose the next or previous value of the selected axis."""
        self.action_step(self.selected, direction)

    def action_type_selected(self) -> None:
        """Type a value of the selected axis."""
        self._controls.action_type_value(self.selected)

    def action_select(self, name: str) -> None:
        """Select an axis."""
        self.selected = name
        self._controls.draw()

    def action_move(self, direction: int) -> None:
        """Select the axis above or below."""
        names = [axis.name for axis in PANEL_AXES]
        at = names.index(self.selected)
        self.action_select(names[(at + direction) % len(names)])

    def action_pause(self) -> None:
        """Freeze the picture, or let it go on."""
        self._controls.asking.pause()

    def action_keep(self) -> None:
        """Keep the current configuration as the baseline, or let go of it."""
        self._controls.asking.keep()

    def action_reset(self) -> None:
        """Forget what was measured."""
        self._controls.asking.reset()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the turning of panels only where there are any to turn."""
        return action != "turn" or self._turning.offered(self)

    def on_resize(self) -> None:
        """Tell the footer, once the panels have their places."""
        self.call_after_refresh(self._turning.placed, self)

    def action_turn(self, direction: int) -> None:
        """Bring the next panel forward, where they take turns."""
        self._turning.turn(self, direction)
