"""The footer of every screen: the keys that matter on it, as many as there is room for."""

from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Footer, Label

LAST_TO_GO = {"app.quit", "app.help"}
"""The actions whose keys stand there as long as anything does."""

GAP_CELLS = 1
"""Between keys, and behind the last, where it may be missing."""


class KeyFooter(Footer):
    """Textual's footer, which makes its keys anew only where others are to be shown.

    A key that has no room is left out whole, with those behind it.
    """

    _shown: tuple[tuple[Binding, bool, str], ...] | None = None

    async def recompose(self) -> None:
        """Show the keys that the screen has now, where they are not those that stand there.

        A key that is gone is forgotten when `compact` is set, which it watches: otherwise it stays
        in memory, about 25 KB of it.
        """
        active = self.screen.active_bindings.values()
        shown = tuple((one.binding, one.enabled, one.tooltip) for one in active)
        if shown != self._shown:
            self._shown = shown
            async with self.batch():
                await super().recompose()
                self._fit()
            self.mutate_reactive(Footer.compact)

    def on_resize(self) -> None:
        """Show the keys that have room by now, once the styles are those of this width."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Leave out the first entry that would be cut, and those behind it."""
        palette = self.query_children(".-command-palette")
        entries = _entries(self.query_children("*").exclude(".-command-palette"))
        rest = [entry for entry in entries if not _stays(entry)]
        always = [*(e for e in entries if _stays(e)), [key for key in palette if key.display]]
        room = self.size.width + GAP_CELLS - sum(map(_cells, always))
        for entry in rest:
            room -= _cells(entry)
            for widget in entry:
                widget.display = room >= 0


def _entries(widgets: Iterable[Widget]) -> list[list[Widget]]:
    """Return the keys one by one, and groups of keys with their label."""
    entries: list[list[Widget]] = []
    for widget in widgets:
        if isinstance(widget, Label):
            entries[-1].append(widget)
        else:
            entries.append([widget])
    return entries


def _stays(entry: Sequence[Widget]) -> bool:
    return any(getattr(widget, "action", "") in LAST_TO_GO for widget in entry)


def _cells(widgets: Iterable[Widget]) -> int:
    """Return how wide widgets are, with the gap behind them."""
    return sum(_inner_cells(one) + (one.styles.gutter + one.styles.margin).width for one in widgets)


def _inner_cells(widget: Widget) -> int:
    if widget.children:
        return _cells(widget.children)
    return widget.get_content_width(widget.app.size, widget.app.size)
