"""The compare screen: the study's tables, of the history and of what was published."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, cast

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.screen import Screen
from textual.widgets import Footer, Static

from resnettui.core.frame import Frame
from resnettui.core.outcome import Outcome
from resnettui.core.published import published_outcomes
from resnettui.core.table import TABLE_NAMES
from resnettui.core.tables import tables_of
from resnettui.errors import HistoryError
from resnettui.report.tables_rich import render
from resnettui.tui.keys import COMPARE_BINDINGS
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.status import status_lines

EMPTY = "nothing of this is measured yet: visit configurations on the live screen, or start a sweep"

MORE = "…"
"""Stands where names of tables have no room."""

ASIDE_CELLS = 10


class CompareControls(Protocol):
    """What the screen asks of the app."""

    def known_outcomes(self) -> Sequence[Outcome]:
        """Read the history and add what was published; HistoryError where it cannot be read."""

    def draw(self) -> None:
        """Draw the screen anew."""


class CompareScreen(Screen[None]):
    """The kinds of table in a line, and below it the tables of the selected kind."""

    BINDINGS = COMPARE_BINDINGS  # type: ignore[assignment]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]

    def __init__(self) -> None:
        super().__init__()
        self._selected = TABLE_NAMES.index("w8a8")
        self._outcomes: Sequence[Outcome] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list and the tables."""
        yield Panel(status_lines, id="status")
        yield Panel(
            lambda _frame, width, _height, palette: kinds_lines(self._selected, width, palette),
            source=lambda _frame: self._selected,
            id="kinds",
        )
        with ScrollableContainer(id="tables") as scroll:
            scroll.border_title = "Compare"
            yield Static(id="sheet")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Let the tables scroll with the keys at once."""
        self.query_one("#tables").focus()

    def on_screen_resume(self) -> None:
        """Read the history anew each time the screen comes to the front."""
        self.run_worker(self._read(), exclusive=True)

    def on_resize(self) -> None:
        """Lay the tables out anew, once the panels have their new sizes."""
        self.call_after_refresh(self._put)

    async def _read(self) -> None:
        try:
            self._outcomes = await asyncio.to_thread(self._controls.known_outcomes)
        except HistoryError as error:
            self._outcomes = published_outcomes()
            told = f"{error.reason}: {error.hint}" if error.hint else error.reason
            self.notify(told, title="Not read", severity="warning", markup=False)
        self._put()

    def _put(self) -> None:
        tables = tables_of(self._outcomes, [TABLE_NAMES[self._selected]])
        shown: RenderableType = render(tables) if tables else Text(EMPTY, "dim")
        panel, sheet = self.query_one("#tables"), self.query_one("#sheet", Static)
        room = panel.scrollable_content_region.width
        needed = self._needed_cells(shown, room)
        sheet.styles.width = max(needed, room)
        sheet.update(shown)
        known = f"{len(self._outcomes)} configurations"
        panel.border_subtitle = "shift+→ for the rest" if needed > room else known
        self._controls.draw()

    def _needed_cells(self, shown: RenderableType, room: int) -> int:
        """Return how wide the tables are: what does not fit sticks out."""
        console = self.app.console
        segments = console.render(shown, console.options.update(width=max(1, room)))
        return max(map(Segment.get_line_length, Segment.split_lines(segments)), default=0)

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

    def action_aside(self, direction: int) -> None:
        """Show what is further left or right of a wide table."""
        self.query_one("#tables").scroll_relative(x=direction * ASIDE_CELLS, animate=False)


def kinds_lines(selected: int, width: int, palette: Palette) -> list[Text]:
    """Draw the names of the tables in one line; the selected one stands out and is always seen."""
    names = [f" {name} " for name in TABLE_NAMES]

    def cells(first: int, last: int) -> int:
        return len(" ".join(names[first : last + 1])) + (first > 0) + (last + 1 < len(names))

    first, last = 0, selected
    while first < selected and cells(first, selected) > width:
        first += 1
    while last + 1 < len(names) and cells(first, last + 1) <= width:
        last += 1
    chosen = palette.accent + Style(reverse=True)
    line = Text(" ").join(
        Text(names[at], chosen if at == selected else palette.text) for at in range(first, last + 1)
    )
    before, after = MORE if first else "", MORE if last + 1 < len(names) else ""
    return [Text.assemble((before, palette.dim), line, (after, palette.dim))]
