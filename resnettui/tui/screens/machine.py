"""The screen of the machine: what stands in the way of a measurement, and what the board is."""

from typing import Protocol, cast

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.screen import Screen

from resnettui.core.frame import Frame
from resnettui.report.triage_page import triage_page
from resnettui.tui.keys import MACHINE_BINDINGS
from resnettui.tui.widgets.key_footer import KeyFooter
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.sheet import Sheet
from resnettui.tui.widgets.status import status_lines


class MachineControls(Protocol):
    """What the screen asks of the app."""

    def survey(self) -> None:
        """Look at the whole board again."""


class MachineScreen(Screen[None]):
    """The page of triage."""

    BINDINGS = MACHINE_BINDINGS  # type: ignore[assignment]

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Panel(status_lines, id="status")
        yield Sheet("Machine", draw=machine_page, source=_shown, id="machine")
        yield KeyFooter(compact=True)

    def on_screen_resume(self) -> None:
        """Look at the board anew each time the screen comes to the front."""
        self.action_again()

    def action_again(self) -> None:
        """Look at the board again."""
        cast(MachineControls, self.app).survey()


def machine_page(frame: Frame) -> tuple[RenderableType, str]:
    """Return the findings and the facts, and whether they are being read again."""
    snapshot = frame.snapshot
    if snapshot.board is None:
        return Text("looking at the board: clusters, caches, heat, limits, other load"), ""
    page = triage_page(snapshot.board, snapshot.machine, snapshot.build, frame.findings)
    torch = "" if snapshot.build else "torch is being asked"
    return page, "looking again" if snapshot.surveying else torch


def _shown(frame: Frame) -> object:
    """Return what the page shows."""
    snapshot = frame.snapshot
    return (
        *(snapshot.board, snapshot.machine, snapshot.build, snapshot.surveying),
        frame.findings,
    )
