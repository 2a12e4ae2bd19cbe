"""The log on the screen: its last lines, and those that come."""

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Log

from resnettui.log import TAIL_LINES, Tail
from resnettui.tui.keys import LOG_BINDINGS
from resnettui.tui.widgets.sheet import ASIDE_CELLS

FOLLOW_S = 0.5
"""Lines that came are shown this soon."""


class LogScreen(ModalScreen[None]):
    """Shows the end of the log, and stays there unless the user scrolled away from it.

    What is wider than the screen is scrolled to: broken lines could not be copied whole. The key
    `right` is named where there is such a line.
    """

    BINDINGS = LOG_BINDINGS  # type: ignore[assignment]

    def __init__(self, tail: Tail, place: str, right: str) -> None:
        super().__init__()
        self._tail = tail
        self._place = place
        self._right = right
        self._seen = 0

    def compose(self) -> ComposeResult:
        """Lay out the lines, with the place of the whole log in the border."""
        log = Log(max_lines=TAIL_LINES)
        log.border_title = "Log"
        log.border_subtitle = self._place
        yield log

    def on_mount(self) -> None:
        """Show what there is, at its end, and follow."""
        self._follow()
        log = self.query_one(Log)
        log.focus()
        self.call_after_refresh(log.scroll_end, animate=False)
        self.set_interval(FOLLOW_S, self._follow)
        self.watch(log, "virtual_size", self._tell_more)

    def on_resize(self) -> None:
        """Say that there is more aside, where there is, as soon as the log has its place."""
        self.call_after_refresh(self._tell_more)

    def _tell_more(self) -> None:
        log = self.query_one(Log)
        hint = f"Log, {self._right} for the rest of the lines"
        log.border_title = hint if log.max_scroll_x > 0 else "Log"

    def action_aside(self, direction: int) -> None:
        """Show what is further left or right."""
        self.query_one(Log).scroll_relative(x=direction * ASIDE_CELLS, animate=False)

    def _follow(self) -> None:
        fresh, self._seen = self._tail.after(self._seen)
        if fresh:
            self.query_one(Log).write_lines(fresh)
