"""Sheet: a page of Rich in a border, which scrolls both ways."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.widgets import Static

from resnettui.core.frame import Frame
from resnettui.tui.keymap import key_of
from resnettui.tui.palette import Palette, in_palette
from resnettui.tui.widgets.panel import Source

ASIDE_CELLS = 10
"""So far one key goes aside; the log goes as far."""

DrawPage = Callable[[Frame], tuple[RenderableType, str]]
"""Returns the page of a frame, and the state in its border."""


@dataclass(frozen=True)
class Painted:
    """A page in the colours of a palette."""

    page: RenderableType
    palette: Palette

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what the page consists of."""
        for text, style, control in console.render(self.page, options):
            yield Segment(text, style and in_palette(style, self.palette), control)


class Sheet(ScrollableContainer):
    """Shows a page as wide as there is room; what does not fit sticks out, and can be scrolled to.

    Takes the focus, so that the keys scroll it at once.
    """

    DEFAULT_CSS = """
    Sheet {
        border: round $border-line;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $dim;
        border-subtitle-align: right;
        padding: 0 1;
        scrollbar-gutter: stable;
        scrollbar-size: 1 1;
        scrollbar-background: $background;
        scrollbar-color: $border-line;
        scrollbar-corner-color: $background;
    }
    Sheet:focus { border: round $border-line; }
    Sheet > Static { height: auto; }
    """

    def __init__(
        self,
        title: str,
        *,
        draw: DrawPage | None = None,
        source: Source = lambda frame: frame,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._draw = draw
        self._source = source
        self._drawn: object = None
        self._palette: Palette | None = None
        self._keys: Mapping[str, str] = {}
        self._page: RenderableType = ""
        self._state = ""

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Static()

    def on_mount(self) -> None:
        """Let the page scroll with the keys."""
        self.focus()

    def on_resize(self) -> None:
        """Lay the page out anew."""
        self.put(self._page, self._state)

    def show(self, frame: Frame, palette: Palette) -> None:
        """Put what `draw` makes of a frame where its source changed, in the palette's colours."""
        if palette != self._palette:
            self._palette, self._keys = palette, frame.keys
            self.put(self._page, self._state)
        if self._draw is None or self._source(frame) == self._drawn:
            return
        self._drawn = self._source(frame)
        self.put(*self._draw(frame))

    def put(self, page: RenderableType, state: str) -> None:
        """Show a page, and a state in the border where the page does not stick out."""
        self._page, self._state = page, state
        if not self.is_mounted:
            return  # A screen that was just made: it is laid out anew once it has its size.
        room = self.scrollable_content_region.width
        needed = self._needed_cells(page, room)
        static = self.query_one(Static)
        static.styles.width = max(needed, room)
        static.update(Painted(page, self._palette) if self._palette else page)
        hint = f"{key_of('ten-columns-right', self._keys)} for the rest"
        self.border_subtitle = hint if needed > room else state

    def _needed_cells(self, page: RenderableType, room: int) -> int:
        """Return how wide the page is."""
        console = self.app.console
        segments = console.render(page, console.options.update(width=max(1, room)))
        return max(map(Segment.get_line_length, Segment.split_lines(segments)), default=0)

    def aside(self, direction: int) -> None:
        """Show what is further left or right."""
        self.scroll_relative(x=direction * ASIDE_CELLS, animate=False)
