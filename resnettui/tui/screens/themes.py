"""The list of themes, each of which is seen while it is highlighted."""

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from resnettui.tui.keys import THEMES_BINDINGS


class ThemeScreen(ModalScreen[None]):
    """All themes over the screen below: `enter` takes the one that is seen, `escape` none."""

    BINDINGS = THEMES_BINDINGS  # type: ignore[assignment]

    def __init__(self, names: list[str], current: str) -> None:
        super().__init__()
        self._names = names
        self._before = current

    def compose(self) -> ComposeResult:
        """List the themes, beginning at the current one."""
        themes = OptionList(*map(Option, self._names), markup=False)
        themes.border_title = "Themes"
        themes.border_subtitle = "enter takes, escape leaves"
        themes.highlighted = self._names.index(self._before)
        yield themes

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show a theme as long as it is highlighted."""
        self.app.theme = self._names[event.option_index]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Keep the theme."""
        self.app.theme = self._names[event.option_index]
        self.dismiss()

    def action_leave(self) -> None:
        """Go back to the theme from before."""
        self.app.theme = self._before
        self.dismiss()
