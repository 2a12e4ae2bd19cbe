"""The choice of what to save of a screen."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from resnettui.tui.keys import SAVE_BINDINGS


class SaveScreen(ModalScreen[str]):
    """Asks for the ending of the file to write: svg, csv or md; None where the user leaves it."""

    BINDINGS = SAVE_BINDINGS  # type: ignore[assignment]

    def compose(self) -> ComposeResult:
        """List the choices with their keys; they can be clicked, too."""
        with VerticalScroll(can_focus=False) as scroll:
            scroll.border_title = "Save"
            scroll.border_subtitle = "escape leaves"
            for binding in SAVE_BINDINGS[:-1]:
                key = self.app.get_key_display(binding)
                yield Static(
                    f'[@click="screen.{binding.action}"][b]{key}[/b]  {binding.description}[/]'
                )

    def action_choose(self, ending: str) -> None:
        """Take a choice."""
        self.dismiss(ending)
