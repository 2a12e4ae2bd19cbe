"""Keeps what is drawn within the width of its panel."""

from collections.abc import Sequence
from functools import wraps

from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.panel import Draw


def fitting(draw: Draw) -> Draw:
    """Cut every line that a function draws to the width, with an ellipsis."""

    @wraps(draw)
    def cut(frame: Frame, width: int, height: int, palette: Palette) -> Sequence[Text]:
        lines = draw(frame, width, height, palette)
        for line in lines:
            if line.cell_len > width:
                line.truncate(width, overflow="ellipsis")
        return lines

    return cut


def shortened(text: str, cells: int) -> str:
    """Cut a text to so many cells, with an ellipsis where something is missing."""
    fitted = Text(text)
    fitted.truncate(max(0, cells), overflow="ellipsis")
    return fitted.plain
