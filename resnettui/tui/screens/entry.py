"""The entry: one types a value of an axis, where stepping to it would take long."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from resnettui.core.axes import Axis, Places, Value, Whole
from resnettui.tui.keys import ENTRY_BINDINGS

LIMIT = 1000
"""As many characters hold a list of 256 cores; each key costs as much as there are."""


class EntryScreen(ModalScreen[Value]):
    """Asks for a value of an axis until it is one; None where the user leaves it."""

    BINDINGS = ENTRY_BINDINGS  # type: ignore[assignment]

    def __init__(self, axis: Axis, value: Value | None, words: Sequence[str]) -> None:
        super().__init__()
        self._axis = axis
        self._value = value
        self._words = words

    def compose(self) -> ComposeResult:
        """Lay out the line to type in, why what is there is no value, and what is allowed."""
        with VerticalScroll(can_focus=False) as scroll:
            scroll.border_title = self._axis.label
            scroll.border_subtitle = "enter takes it, escape leaves"
            suggester = SuggestFromList(self._words, case_sensitive=False)
            shown = _shown(self._value)
            yield Input(shown, suggester=suggester, max_length=LIMIT, compact=True)
            yield Static("", classes="reason", markup=False)
            yield Static(allowed(self._axis, self._words), markup=False)
            yield Static(self._axis.help, classes="dim", markup=False)

    def on_input_changed(self) -> None:
        """Take back what was said of another text."""
        self.query_one(".reason", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the value, or say why it is none."""
        try:
            self.dismiss(self._axis.domain.parse(completed(event.value, self._words)))
        except ValueError as error:
            self.query_one(".reason", Static).update(str(error))

    def action_complete(self) -> None:
        """Write out the word that was begun."""
        field = self.query_one(Input)
        field.value = completed(field.value, self._words)
        field.cursor_position = len(field.value)


def _shown(value: Value | None) -> str:
    return "" if value is None else str(value)


def completed(text: str, words: Sequence[str]) -> str:
    """Return the only word that begins like a text, else the text."""
    start = text.strip().lower()
    found = [word for word in words if start and word.startswith(start)]
    return found[0] if len(found) == 1 else text


def allowed(axis: Axis, words: Sequence[str]) -> str:
    """Return which values an axis takes, in words."""
    if isinstance(axis.domain, Whole):
        return f"a whole number from {axis.domain.minimum} to {axis.domain.maximum}"
    listed = ", ".join(words)
    return f"{listed}, or cores as 0-3,6" if isinstance(axis.domain, Places) else listed
