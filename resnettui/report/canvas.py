"""A picture in dots: braille cells, or ASCII where a terminal has no more."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Paint = TypeVar("Paint")
"""What a caller colours with: a style, or the name of one."""

Point = tuple[float, float]
"""Shares of the width and of the height, from the lower left."""

Cell = tuple[str, Paint | None]
"""One character, and what it is painted with."""

_BLANK, _BRAILLE = " ", 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of a dot, by its row from the top and its column."""


@dataclass(frozen=True)
class Dots:
    """How many dots a cell has, and what a cell with some of them looks like."""

    across: int
    up: int
    ascii: bool = False

    def sign(self, bits: int) -> str:
        """Return the character for a cell's bits."""
        if not bits:
            return _BLANK
        return "." if self.ascii else chr(_BRAILLE + bits)


BRAILLE, ASCII = Dots(2, 4), Dots(1, 1, ascii=True)


class Canvas(Generic[Paint]):
    """Dots in cells, each cell painted as the last line that crossed it."""

    def __init__(self, width: int, height: int, dots: Dots = BRAILLE) -> None:
        self.width, self.height = width, height
        self.dots = dots
        self._bits = [[0] * width for _ in range(height)]
        self._paints: list[list[Paint | None]] = [[None] * width for _ in range(height)]
        self._marks: dict[tuple[int, int], str] = {}

    def line(self, begin: Point, end: Point, paint: Paint, *, gap: int = 1) -> None:
        """Draw a line between two points; with a gap of n only every n-th dot is set."""
        (x0, y0), (x1, y1) = self._dot(begin), self._dot(end)
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(0, steps + 1, gap):
            share = step / steps
            self._set(round(x0 + (x1 - x0) * share), round(y0 + (y1 - y0) * share), paint)

    def mark(self, at: Point, sign: str, paint: Paint) -> None:
        """Put a character on the cell of a point."""
        self.write(*self.cell_of(at), sign, paint)

    def write(self, row: int, column: int, text: str, paint: Paint) -> None:
        """Put characters on the cells from one on."""
        for at, sign in enumerate(text, start=column):
            self._marks[row, at] = sign
            self._paints[row][at] = paint

    def free(self, row: int, column: int, length: int) -> bool:
        """Tell whether so many cells from one on are inside, and without a character."""
        inside = 0 <= row < self.height and 0 <= column <= self.width - length
        return inside and not any((row, column + at) in self._marks for at in range(length))

    def cell_of(self, point: Point) -> tuple[int, int]:
        """Return row and column of the cell of a point."""
        x, y = self._dot(point)
        return y // self.dots.up, x // self.dots.across

    def cells(self) -> list[list[Cell[Paint]]]:
        """Return the picture, top first."""
        return [
            [(self._sign(row, column), paint) for column, paint in enumerate(paints)]
            for row, paints in enumerate(self._paints)
        ]

    def _sign(self, row: int, column: int) -> str:
        return self._marks.get((row, column)) or self.dots.sign(self._bits[row][column])

    def _dot(self, point: Point) -> tuple[int, int]:
        across, up = point
        x = round(across * (self.width * self.dots.across - 1))
        y = round((1 - up) * (self.height * self.dots.up - 1))
        return x, y

    def _set(self, x: int, y: int, paint: Paint) -> None:
        column, row = x // self.dots.across, y // self.dots.up
        if 0 <= column < self.width and 0 <= row < self.height:
            bit = _BITS[y % self.dots.up][x % self.dots.across]
            self._bits[row][column] |= bit
            self._paints[row][column] = paint
