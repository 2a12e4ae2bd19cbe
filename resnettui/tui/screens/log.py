"""The log on the screen: its last lines, and those that come."""

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Log

from resnettui.log import TAIL_LINES, Tail
from resnettui.tui.keys import LOG_BINDINGS

FOLLOW_S = 0.5
"""Lines that came are shown this soon."""


class LogScreen(ModalScreen[None]):
    """Shows the end of the log, and stays there unless the user scrolled away from it."""

    BINDINGS = LOG_BINDINGS  # type: ignore[assignment]

    def __init__(self, tail: Tail, place: str) -> None:
        super().__init__()
        self._tail = tail
        self._place = place
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

    def _follow(self) -> None:
        fresh, self._seen = self._tail.after(self._seen)
        if fresh:
            self.query_one(Log).write_lines(fresh)
