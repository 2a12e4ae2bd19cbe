"""Panel: a bordered area that sends only the lines that changed to the terminal."""

from collections.abc import Callable, Sequence

from rich.style import Style
from rich.text import Text
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from resnettui.core.frame import Frame
from resnettui.tui.palette import Palette

Draw = Callable[[Frame, int, int, Palette], Sequence[Text]]
"""Draws a frame into (width, height) cells with a palette: at most `height` lines."""

State = Callable[[Frame], str]
"""What the end of the border says."""

Source = Callable[[Frame], object]
"""The part of a frame that a panel shows; while it is the same, nothing is drawn."""


class Panel(Widget):
    """Shows what `draw` makes of a frame, with a title and a state in its border.

    Lines are compared with what stands there, and only those that differ are repainted: over SSH
    the bytes are what a frame costs.
    """

    DEFAULT_CSS = """
    Panel {
        border: round $border-line;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $dim;
        border-subtitle-align: right;
        padding: 0 1;
        height: 1fr;
        width: 1fr;
    }
    """

    def __init__(
        self,
        draw: Draw,
        *,
        title: str = "",
        state: State = lambda frame: "",
        source: Source = lambda frame: frame,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._draw = draw
        self._state = state
        self._source = source
        self._shown: tuple[Frame, Palette] | None = None
        self._drawn: object = None
        self._lines: Sequence[Text] = ()
        self._strips: dict[int, Strip] = {}
        self._style: Style | None = None

    def show(self, frame: Frame, palette: Palette) -> None:
        """Draw a frame; nothing is repainted where nothing changed.

        A panel that is not to be seen draws it when it has its size.
        """
        self._shown = (frame, palette)
        if not self.display:
            return
        width, height = self.content_size
        drawn = (width, height, palette, self._source(frame))
        if not width or not height or drawn == self._drawn:
            return
        self._drawn = drawn
        state = self._state(frame)
        if self.border_subtitle != state:
            self.border_subtitle = state
        lines = self._draw(frame, width, height, palette)[:height]
        before, self._lines = self._lines, lines
        changed = [
            y for y in range(max(len(lines), len(before))) if lines[y : y + 1] != before[y : y + 1]
        ]
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """Return one line of the content."""
        strip = self._strips.get(y)
        if strip is None:
            text = self._lines[y] if y < len(self._lines) else Text()
            if text.style:
                # That of a whole Text is not among what Text.render yields.
                text = Text.assemble(text)
            segments = text.render(self.app.console, end="")
            strip = Strip(segments).adjust_cell_length(self.content_size.width)
            if self._style is None:
                # It is mixed from those of all ancestors, each time it is asked for.
                self._style = self.rich_style
            self._strips[y] = strip = strip.apply_style(self._style)
        return strip

    def notify_style_update(self) -> None:
        """Forget what was drawn with the styles before."""
        super().notify_style_update()
        self._forget()

    def on_resize(self) -> None:
        """Draw the last frame for the new size."""
        self._forget()
        self.refresh()
        if self._shown is not None:
            self.show(*self._shown)

    def _forget(self) -> None:
        self._strips.clear()
        self._style = None
        self._lines = ()
        self._drawn = None
