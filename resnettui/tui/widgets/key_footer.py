"""The footer of every screen: the keys that matter on it."""

from textual.binding import Binding
from textual.widgets import Footer


class KeyFooter(Footer):
    """Textual's footer, which makes its keys anew only where others are to be shown."""

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
            await super().recompose()
            self.mutate_reactive(Footer.compact)
