"""The compare screen: the study's tables, of the history and of what was published."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, cast

from rich.console import RenderableType
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from resnettui.core.frame import Frame
from resnettui.core.outcome import Outcome
from resnettui.core.table import TABLE_NAMES
from resnettui.core.tables import tables_of
from resnettui.errors import HistoryError
from resnettui.report.tables_rich import render
from resnettui.tui.keys import COMPARE_BINDINGS
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.status import status_lines

EMPTY = "nothing of this is measured yet: visit configurations on the live screen, or start a sweep"


class CompareControls(Protocol):
    """What the screen asks of the app."""

    def known_outcomes(self) -> Sequence[Outcome]:
        """Read the history and add what was published; HistoryError where it cannot be read."""

    def draw(self) -> None:
        """Draw the screen anew."""


class CompareScreen(Screen[None]):
    """The kinds of table at the left, the tables of the selected kind at the right."""

    BINDINGS = COMPARE_BINDINGS  # type: ignore[assignment]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]

    def __init__(self) -> None:
        super().__init__()
        self._selected = TABLE_NAMES.index("w8a8")
        self._outcomes: Sequence[Outcome] = ()
        self._palette: Palette | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list and the tables."""
        yield Panel(status_lines, id="status")
        yield Panel(
            lambda _frame, width, _height, palette: kinds_lines(self._selected, width, palette),
            source=lambda _frame: self._selected,
            id="kinds",
        )
        with VerticalScroll(id="tables") as scroll:
            scroll.border_title = "Compare"
            yield Static(id="sheet")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Let the tables scroll with the keys at once."""
        self.query_one("#tables").focus()

    def on_screen_resume(self) -> None:
        """Read the history anew each time the screen comes to the front."""
        self.run_worker(self._read(), exclusive=True)

    async def _read(self) -> None:
        try:
            self._outcomes = await asyncio.to_thread(self._controls.known_outcomes)
        except HistoryError as error:
            self.notify(f"{error.reason}: {error.hint}", severity="warning")
        self._put()

    def _put(self) -> None:
        name = TABLE_NAMES[self._selected]
        tables = tables_of(self._outcomes, [name])
        shown: RenderableType = render(tables) if tables else Text(EMPTY, "dim")
        self.query_one("#sheet", Static).update(shown)
        self.query_one("#tables").border_subtitle = f"{len(self._outcomes)} configurations"
        self._controls.draw()

    def show(self, frame: Frame, palette: Palette) -> None:
        """Draw a frame in every panel that is to be seen."""
        for panel in self.query(Panel):
            if panel.display:
                panel.show(frame, palette)

    @property
    def _controls(self) -> CompareControls:
        return cast(CompareControls, self.app)

    def action_select(self, direction: int) -> None:
        """Show the next or previous kind of table."""
        self._selected = (self._selected + direction) % len(TABLE_NAMES)
        self._put()
        self.query_one("#tables").scroll_home(animate=False)

    def action_reload(self) -> None:
        """Read the history again."""
        self.on_screen_resume()


def kinds_lines(selected: int, width: int, palette: Palette) -> list[Text]:
    """Draw the names of the tables in one line; the selected one stands out and is always seen."""
    line = Text()
    for at, name in enumerate(TABLE_NAMES):
        here = at == selected
        line.append(f" {name} ", palette.accent + Style(reverse=True) if here else palette.text)
        line.append(" ")
    before = sum(len(name) + 3 for name in TABLE_NAMES[: selected + 1])
    return [line[max(0, before - width) :]]
