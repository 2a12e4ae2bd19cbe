"""The screen of operators: what binds the pass, every operator, the roofline, what fusion took."""

from typing import Protocol, cast

from textual.app import ComposeResult
from textual.screen import Screen

from resnettui.core.frame import Frame
from resnettui.tui.keys import OPERATORS_BINDINGS
from resnettui.tui.screens.turning import Turning
from resnettui.tui.widgets.key_footer import KeyFooter
from resnettui.tui.widgets.op_parts import parts_lines, parts_state
from resnettui.tui.widgets.op_table import table_lines, table_state
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.profile_words import operators_of
from resnettui.tui.widgets.roofline import roofline_lines, roofline_state
from resnettui.tui.widgets.status import status_lines
from resnettui.tui.widgets.verdict import verdict_lines, verdict_state

TURNING = ("table", "parts", "roofline")
"""The panels that take turns where there is no room for all; the smallest screens turn all."""


class Profiles(Protocol):
    """What the screen asks of the profiles of the app."""

    def again(self) -> None:
        """Profile the configuration again."""

    def group(self) -> None:
        """Take the operators together in the next way."""

    def sort(self) -> None:
        """Put the rows into the next order."""

    def move(self, lines: int) -> None:
        """Select a line further down, or up."""


class Steps(Protocol):
    """What the screen asks of the live configuration."""

    def step(self, name: str, direction: int) -> None:
        """Choose the next or previous value of an axis."""


class OperatorsControls(Protocol):
    """What the screen asks of the app."""

    @property
    def profiling(self) -> Profiles:
        """Its profiles."""

    @property
    def asking(self) -> Steps:
        """What changes its configuration."""


class OperatorsScreen(Screen[None]):
    """The verdict above, the table in the middle, the roofline and the parts of the pass below."""

    BINDINGS = OPERATORS_BINDINGS  # type: ignore[assignment]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-short"), (30, "-middle"), (38, "-tall")]

    def __init__(self) -> None:
        super().__init__()
        self._turning = Turning(TURNING, ("verdict", *TURNING))

    def compose(self) -> ComposeResult:
        """Lay out the panels in the order of the grid."""
        yield Panel(status_lines, id="status")
        yield Panel(
            verdict_lines, title="Verdict", state=verdict_state, source=_shown, id="verdict"
        )
        yield Panel(table_lines, title="Operators", state=table_state, source=_shown, id="table")
        yield Panel(
            roofline_lines, title="Roofline", state=roofline_state, source=_shown, id="roofline"
        )
        yield Panel(
            parts_lines, title="Where it goes", state=parts_state, source=_shown, id="parts"
        )
        yield KeyFooter(compact=True)

    def on_mount(self) -> None:
        """Begin with the first panel in turn."""
        self._turning.mount(self)

    @property
    def _profiles(self) -> Profiles:
        return cast(OperatorsControls, self.app).profiling

    def action_step(self, name: str, direction: int) -> None:
        """Choose the next or previous value of an axis."""
        cast(OperatorsControls, self.app).asking.step(name, direction)

    def action_again(self) -> None:
        """Profile the configuration again."""
        self._profiles.again()

    def action_group(self) -> None:
        """Take the operators together in the next way."""
        self._profiles.group()

    def action_sort(self) -> None:
        """Put the rows into the next order."""
        self._profiles.sort()

    def action_move(self, lines: int) -> None:
        """Select a line further down, or up."""
        self._profiles.move(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the turning of panels only where there are any to turn."""
        return action != "turn" or self._turning.offered(self)

    def on_resize(self) -> None:
        """Tell the footer, once the panels have their places."""
        self.call_after_refresh(self._turning.placed, self)

    def action_turn(self, direction: int) -> None:
        """Bring the next panel forward, where they take turns."""
        self._turning.turn(self, direction)


def _shown(frame: Frame) -> object:
    """Return what the panels show: with a profile it stays; without, what is waited for moves."""
    view, snapshot = operators_of(frame), frame.snapshot
    waiting = (snapshot.phase, snapshot.step, snapshot.worker_pids, snapshot.build is None)
    busy = view.profile is None or view.profiling.job is not None
    return (view, frame.sweep.running, waiting if busy else None)
