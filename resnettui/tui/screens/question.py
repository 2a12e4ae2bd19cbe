"""A question before something is lost."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from resnettui.tui.keys import QUESTION_BINDINGS


class QuestionScreen(ModalScreen[bool]):
    """Asks whether to go on; False where the user would rather not."""

    BINDINGS = QUESTION_BINDINGS  # type: ignore[assignment]

    def __init__(self, question: str, reason: str) -> None:
        super().__init__()
        self._question = question
        self._reason = reason

    def compose(self) -> ComposeResult:
        """Show the question, and why it is asked."""
        with VerticalScroll(can_focus=False) as scroll:
            scroll.border_title = self._question
            scroll.border_subtitle = "y yes, n no"
            yield Static(self._reason, markup=False)
