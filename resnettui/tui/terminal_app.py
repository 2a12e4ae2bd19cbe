"""An app at its terminal: how it writes to it, what it shows there by itself, how it breaks."""

import logging
from collections.abc import Sequence

from textual.app import App
from textual.binding import Binding
from textual.driver import Driver
from textual.events import DescendantFocus
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.widgets import Input

from resnettui.core.printable import printable
from resnettui.log import unforeseen
from resnettui.tui.driver import patient
from resnettui.tui.keys import ASCII_KEYS
from resnettui.tui.plain import Plain
from resnettui.tui.themes import DARK_VARIABLES, LIGHT_VARIABLES

LOG = logging.getLogger(__name__)


class TerminalApp(App[None]):
    """Textual's app with what this program does otherwise, whatever it shows; `plain`: in ASCII."""

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self._plain = (Plain(),) if plain else ()
        self.unforeseen: Exception | None = None
        """What ended the app, where nobody foresaw it."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give this app's variables to themes that do not know them."""
        return DARK_VARIABLES if self.current_theme.dark else LIGHT_VARIABLES

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Add to what Textual does with each line that it be in ASCII, where that is wanted."""
        return [*super().get_line_filters(), *self._plain]

    def get_key_display(self, binding: Binding) -> str:
        """Name a key for the footer and the help; in ASCII a word stands for some signs."""
        shown = super().get_key_display(binding)
        return ASCII_KEYS.get(shown, shown) if self._plain else shown

    def get_driver_class(self) -> type[Driver]:
        """Write to the terminal without ever waiting for it."""
        return patient(super().get_driver_class())

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Keep the cursor of an input from blinking, which repaints its line twice a second."""
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = False

    def on_resumed(self) -> None:
        """Draw a whole frame over what was shown while the program was stopped."""
        self.refresh()

    def search_themes(self) -> None:
        """Choose a theme, and see each while it is highlighted."""
        from resnettui.tui.screens.themes import ThemeScreen

        self.push_screen(ThemeScreen(sorted(self.available_themes), self.theme))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Tell the user something for some seconds, and the log for good."""
        level = logging.INFO if severity == "information" else logging.WARNING
        LOG.log(level, "told: %s", printable(": ".join(filter(None, (title, message)))))
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def break_off(self, error: BaseException) -> None:
        """End with an error that nobody foresaw, as those of its own handlers do."""
        self.call_later(_raise, error)

    def _handle_exception(self, error: Exception) -> None:
        """Log what nobody foresaw, and end."""
        unforeseen(error)
        self.unforeseen = self.unforeseen or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without the traceback on the terminal, which stands in the log."""
        self._close_messages_no_wait()


def _raise(error: BaseException) -> None:
    """Raise an error where the app hears of it."""
    raise error
