"""The roofline panel: the roofs of this machine, and the rows of the table below them."""

from itertools import groupby

from rich.style import Style
from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.report.roofline import LEAST_HEIGHT, LEAST_WIDTH, Line, Role, roofline
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.profile_words import nothing_lines, operators_of, why_no_roof
from resnettui.tui.widgets.words import wrapped

HINT = "operators by their FLOP per byte and FLOP/s, below the roofs of this machine"


def roofline_state(frame: Frame) -> str:
    """Return what a mark is."""
    view = operators_of(frame)
    return f"a mark for each {view.by}" if view.profile and view.roof else ""


@fitting
def roofline_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the roofline in the hue of the variant; the selected row stands out."""
    view = operators_of(frame)
    if view.profile is None:
        return nothing_lines(HINT, frame, width, palette)
    if view.roof is None:
        return wrapped(f"no roof: {why_no_roof(frame)}", palette.dim, width)
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return wrapped("the roofline needs more room", palette.dim, width)
    rows = [line.row for line in view.lines if line.row]
    styles: dict[Role, Style] = {
        "axis": palette.dim,
        "roof": palette.strong,
        "mark": palette.fusion(view.trial.fusion),
        "label": palette.text,
        "chosen": palette.accent,
    }
    chosen = view.line.row if view.line else None
    lines = roofline(rows, view.roof, width, height, chosen=chosen)
    return [_text(line, styles) for line in lines]


def _text(line: Line, styles: dict[Role, Style]) -> Text:
    """Return cells of one style together, as a terminal is sent them."""
    return Text.assemble(
        *(
            ("".join(sign for sign, _ in cells), styles[role] if role else "")
            for role, group in groupby(line, key=lambda cell: cell[1])
            for cells in [list(group)]
        )
    )
