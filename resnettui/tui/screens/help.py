"""The help: every key of the screen below it, grouped, from its bindings."""

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from resnettui.tui.keys import HELP_BINDINGS, SCREEN_KEYS, is_ours

CLOSES = "escape closes"
SCROLLS = "arrows scroll"

OTHER = "the screen"
"""Heading of the keys without a group, which stand behind the groups."""


class HelpScreen(ModalScreen[None]):
    """A table of keys over the screen."""

    BINDINGS = HELP_BINDINGS  # type: ignore[assignment]

    def __init__(self, bindings: list[Binding]) -> None:
        super().__init__()
        self._keys = [binding for binding in bindings if is_ours(binding) or _is_the_users(binding)]

    def compose(self) -> ComposeResult:
        """Show the table in a scroll, for terminals lower than it."""
        with VerticalScroll() as scroll:
            scroll.border_title = "Keys"
            scroll.border_subtitle = CLOSES
            yield Static(self._table())

    def on_resize(self) -> None:
        """Say that there is more, where there is, as soon as the table has its place."""
        self.call_after_refresh(self._tell_more)

    def _tell_more(self) -> None:
        scroll = self.query_one(VerticalScroll)
        scroll.border_subtitle = f"{SCROLLS}, {CLOSES}" if scroll.max_scroll_y > 0 else CLOSES

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", style="bold", min_width=9)
        table.add_column()
        group = None
        for binding in grouped(self._keys):
            if _group_of(binding) != group:
                if group is not None:
                    table.add_row()
                group = _group_of(binding)
                table.add_row("", Text(group, "dim italic"))
            words = Text(_words_of(binding))
            if binding.tooltip:
                words.append(f"  {binding.tooltip}", "dim")
            table.add_row(self.app.get_key_display(binding), words)
        return table


def grouped(bindings: list[Binding]) -> list[Binding]:
    """Return the bindings with their groups in the order they come in; those without stand last."""
    groups = [name for name in dict.fromkeys(map(_group_of, bindings)) if name != OTHER]
    order = [*groups, OTHER]
    return sorted(bindings, key=lambda binding: order.index(_group_of(binding)))


def _group_of(binding: Binding) -> str:
    return binding.group.description if binding.group else OTHER


def _words_of(binding: Binding) -> str:
    words = binding.description or (binding.id or "").replace("-", " ")
    # Textual writes its own as headings.
    return words.lower() if words.istitle() else words


def _is_the_users(binding: Binding) -> bool:
    """Tell a key of the user's own for a screen; the usual ones have one line together."""
    return bool(binding.id) and not binding.description and binding.key not in SCREEN_KEYS
