"""The roofline: arithmetic intensity against FLOP/s, both logarithmic, as lines of cells.

Williams, Waterman and Patterson, CACM 52(4), 2009. What has no FLOP has no place in it, and is
named below.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from resnettui.core.op_rows import OpRow
from resnettui.core.roof import Roof
from resnettui.report.canvas import BRAILLE, Canvas, Cell, Dots, Point
from resnettui.report.figures import percent, significant

Role = Literal["axis", "roof", "mark", "label", "chosen"]
"""What a cell is part of."""

Line = list[Cell[Role]]

LEAST_WIDTH, LEAST_HEIGHT = 24, 6

LABEL_CELLS = 6
"""In front of the picture, for the numbers of its axis."""

MARK_SHARES = (0.0, 0.02, 0.1, 0.25)
MARKS, ASCII_MARKS = "·•●◉", ".oO@"
"""The sign of a row, by the share of the pass that it takes at least."""

MARGIN = 1.6
"""Room around what is drawn, as a factor."""


SLOPE = 10
"""So much of the memory roof is shown at least, as a factor: a roofline without it is no roof."""


@dataclass(frozen=True)
class Scale:
    """The corners of the picture, in FLOP per byte and FLOP/s."""

    left: float
    right: float
    bottom: float
    top: float

    def point(self, intensity: float, flop_per_s: float) -> Point:
        """Return the place of a pair of values."""
        return _part(intensity, self.left, self.right), _part(flop_per_s, self.bottom, self.top)


def roofline(
    rows: Sequence[OpRow],
    roof: Roof,
    width: int,
    height: int,
    dots: Dots = BRAILLE,
    *,
    chosen: OpRow | None = None,
) -> list[Line]:
    """Return the picture, at least LEAST_WIDTH x LEAST_HEIGHT cells, with axes and a legend.

    The roofs are lines, the rows marks that are larger the longer they take, named where there is
    room, the chosen one before all others; none is moved below a roof that it exceeds.
    """
    width, height = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
    drawn = sorted(filter(_drawable, rows), key=lambda row: (row is chosen, row.share))
    scale = scale_of(drawn, roof)
    canvas: Canvas[Role] = Canvas(width - LABEL_CELLS - 1, height - 3, dots)
    start = max(scale.left, scale.bottom / roof.memory.per_s)
    ridge = scale.point(roof.ridge, roof.compute.per_s)
    canvas.line(scale.point(start, start * roof.memory.per_s), ridge, "roof")
    canvas.line(ridge, scale.point(scale.right, roof.compute.per_s), "roof")
    for row in drawn:
        canvas.mark(_place(row, scale), _sign(row, dots), "chosen" if row is chosen else "mark")
    for row in reversed(drawn):
        _name(canvas, row, scale, "chosen" if row is chosen else "label")
    return [
        _line(_fitting(width, "GFLOP/s against FLOP per byte", _peaks(roof)), "axis", width),
        *_with_labels(canvas, scale, roof),
        _line(_below(scale, canvas.width), "axis", width),
        _line(_fitting(width, *_legend(rows, dots)), "label", width),
    ]


def scale_of(rows: Sequence[OpRow], roof: Roof) -> Scale:
    """Return the corners that hold all rows, the ridge, and a piece of either roof."""
    ridge, peak = roof.ridge, roof.compute.per_s
    across = [ridge / SLOPE, ridge, *(row.intensity for row in rows)]
    up = [peak / SLOPE, peak, *(row.flop_per_s for row in rows)]
    return Scale(min(across) / MARGIN, max(across) * MARGIN, min(up) / MARGIN, max(up) * MARGIN)


def _part(value: float, low: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low)


def _drawable(row: OpRow) -> bool:
    return row.flop_per_s > 0 and row.intensity > 0


def _place(row: OpRow, scale: Scale) -> Point:
    return scale.point(row.intensity, row.flop_per_s)


def _sign(row: OpRow, dots: Dots) -> str:
    size = sum(row.share >= share for share in MARK_SHARES[1:])
    return (ASCII_MARKS if dots.ascii else MARKS)[size]


def _name(canvas: Canvas[Role], row: OpRow, scale: Scale, role: Role) -> None:
    """Write the row's name beside its mark, where nothing else is written."""
    at, column = canvas.cell_of(_place(row, scale))
    length = len(row.label)
    for start in (column + 2, column - length - 1):
        if canvas.free(at, start, length):
            canvas.write(at, start, row.label, role)
            return


def _with_labels(canvas: Canvas[Role], scale: Scale, roof: Roof) -> Iterator[Line]:
    """Yield the picture with the peak, and the powers of ten, in front of their lines."""
    labels = {
        canvas.cell_of(scale.point(scale.left, value))[0]: significant(value / 1e9)
        for value in (*_decades(scale.bottom, scale.top), roof.compute.per_s)
    }
    bar = "|" if canvas.dots.ascii else "│"
    for at, cells in enumerate(canvas.cells()):
        yield [*_line(f"{labels.get(at, ''):>{LABEL_CELLS}}{bar}", "axis"), *cells]


def _below(scale: Scale, width: int) -> str:
    """Return the powers of ten below their places, those that do not collide."""
    text = ""
    for value in _decades(scale.left, scale.right):
        number = f"{value:g}"
        at = round(_part(value, scale.left, scale.right) * (width - 1)) - len(number) // 2
        if at > len(text) and at + len(number) <= width:
            text = text.ljust(at) + number
    return " " * (LABEL_CELLS + 1) + text


def _decades(low: float, high: float) -> list[float]:
    return [10.0**n for n in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]


def _peaks(roof: Roof) -> str:
    compute, memory = (significant(peak.per_s / 1e9) for peak in (roof.compute, roof.memory))
    return f"; roofs: {compute} GFLOP/s, {memory} GB/s"


def _legend(rows: Sequence[OpRow], dots: Dots) -> tuple[str, str]:
    """Return what the sizes of the marks mean, and which rows have none."""
    signs = ASCII_MARKS if dots.ascii else MARKS
    sizes = "  ".join(
        f"{sign} {percent(share)}" for sign, share in zip(signs[1:], MARK_SHARES[1:], strict=True)
    )
    left_out = ", ".join(dict.fromkeys(row.label for row in rows if not _drawable(row)))
    return f"{sizes} of the pass", f"; without FLOP: {left_out}" if left_out else ""


def _fitting(width: int, text: str, more: str) -> str:
    return text + more if len(text + more) <= width else text


def _line(text: str, role: Role, width: int | None = None) -> Line:
    cut = text if width is None else text[:width]
    return [(sign, role) for sign in cut]
