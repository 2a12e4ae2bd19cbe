"""Everything on the screen in ASCII, for terminals that have no other signs."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from resnettui.report.glyphs import in_ascii


class Plain(LineFilter):
    """Puts the ASCII stand-ins into every line that any widget draws, borders and bars included.

    It is Textual's last step before a line is sent, so that nothing has to know of it, and each
    sign gives way to one of its own width, so that nothing moves.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [Segment(in_ascii(text), style, control) for text, style, control in segments]
