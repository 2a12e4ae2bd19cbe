"""The compare screen: the study's tables, of the history and of what was published."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, cast

from rich.console import RenderableType
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.screen import Screen

from resnettui.core.outcome import Outcome
from resnettui.core.published import published_outcomes
from resnettui.core.table import TABLE_NAMES, Table
from resnettui.core.tables import tables_of
from resnettui.errors import HistoryError
from resnettui.report.tables_rich import render
from resnettui.tui.keys import COMPARE_BINDINGS
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.key_footer import KeyFooter
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.sheet import Sheet
from resnettui.tui.widgets.status import status_lines

EMPTY = "nothing of this is measured yet: visit configurations on the live screen, or start a sweep"

MORE = "…"
"""Stands where names of tables have no room."""


class CompareControls(Protocol):
    """What the screen asks of the app."""

    def known_outcomes(self) -> Sequence[Outcome]:
        """Read the history and add what was published; HistoryError where it cannot be read."""

    def draw(self) -> None:
        """Draw the screen anew."""


class CompareScreen(Screen[None]):
    """The kinds of table in a line, and below it the tables of the selected kind."""

    BINDINGS = COMPARE_BINDINGS  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self._selected = TABLE_NAMES.index("w8a8")
        self._outcomes: Sequence[Outcome] = ()
        self.tables: Sequence[Table] = ()
        """Those of the selected kind."""

    def compose(self) -> ComposeResult:
        """Lay out the list and the tables."""
        yield Panel(status_lines, id="status")
        yield Panel(
            lambda _frame, width, _height, palette: kinds_lines(self._selected, width, palette),
            source=lambda _frame: self._selected,
            id="kinds",
        )
        yield Sheet("Compare", id="tables")
        yield KeyFooter(compact=True)

    def on_screen_resume(self) -> None:
        """Read the history anew each time the screen comes to the front."""
        self.run_worker(self._read(), exclusive=True)

    def on_screen_suspend(self) -> None:
        """Let go of what was read, which is read anew: a long history is large."""
        self._outcomes = ()

    async def _read(self) -> None:
        try:
            self._outcomes = await asyncio.to_thread(self._controls.known_outcomes)
        except HistoryError as error:
            self._outcomes = published_outcomes()
            told = f"{error.reason}: {error.hint}" if error.hint else error.reason
            self.notify(told, title="Not read", severity="warning", markup=False)
        self._put()

    def _put(self) -> None:
        self.tables = tables_of(self._outcomes, [TABLE_NAMES[self._selected]])
        shown: RenderableType = render(self.tables) if self.tables else Text(EMPTY, "dim")
        self.query_one(Sheet).put(shown, f"{len(self._outcomes)} configurations")
        self._controls.draw()

    @property
    def _controls(self) -> CompareControls:
        return cast(CompareControls, self.app)

    def action_select(self, direction: int) -> None:
        """Show the next or previous kind of table."""
        self._selected = (self._selected + direction) % len(TABLE_NAMES)
        if self._outcomes:
            self._put()
        else:  # They are being read.
            self._controls.draw()
        self.query_one(Sheet).scroll_home(animate=False)

    def action_reload(self) -> None:
        """Read the history again."""
        self.on_screen_resume()

    def action_aside(self, direction: int) -> None:
        """Show what is further left or right of a wide table."""
        self.query_one(Sheet).aside(direction)


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
    names[selected] = f"▸{TABLE_NAMES[selected]} "
    line = Text(" ").join(
        Text(names[at], chosen if at == selected else palette.text) for at in range(first, last + 1)
    )
    before, after = MORE if first else "", MORE if last + 1 < len(names) else ""
    return [Text.assemble((before, palette.dim), line, (after, palette.dim))]
