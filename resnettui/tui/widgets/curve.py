"""Curves in braille: throughput against the values of an axis, with labels on both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise

from rich.style import Style
from rich.text import Text

from resnettui.core.axes import AXIS
from resnettui.core.curves import Curve
from resnettui.report.canvas import Canvas, Cell, Point
from resnettui.report.figures import significant
from resnettui.tui.palette import Palette

CORES = ("threads", "processes")
"""The axes along which throughput would grow in proportion, were nothing in the way."""

LABEL_CELLS = 6

GAP = "   "
"""Between two names in the legend."""


@dataclass(frozen=True)
class Scale:
    """Where values of the axis and throughputs stand, in shares of the picture."""

    ticks: tuple[int, ...]
    top_img_s: float

    def point(self, value: int, throughput_img_s: float) -> Point:
        """Return the place of a value: the axis is spaced by ranks, as a sweep that doubles is."""
        rank = self.ticks.index(value) / max(1, len(self.ticks) - 1)
        return rank, throughput_img_s / self.top_img_s


def curve_lines(
    curves: Sequence[Curve], names: Sequence[str], width: int, height: int, palette: Palette
) -> list[Text]:
    """Draw throughput against the axis, the ideal of the first curve where it is cores, a legend.

    Takes at least one curve and 24 x 6 cells; `names` are the curves' in the legend.
    """
    ticks = tuple(sorted({value for curve in curves for value in curve.values}))
    top = max(outcome.throughput_img_s for curve in curves for outcome in curve.outcomes)
    scale = Scale(ticks, top)
    legend = _legend(curves, names, width, max(1, height // 3), palette)
    canvas: Canvas[Style] = Canvas(width - LABEL_CELLS - 1, height - len(legend) - 2)
    if curves[0].axis in CORES:
        _ideal(canvas, curves[0], scale, palette)
    for curve, sign in zip(curves, cycle(_SIGNS), strict=False):
        _draw(canvas, curve, scale, sign, palette.fusion(curve.trial.fusion))
    labels = {0: significant(top), canvas.height - 1: "0"}
    rows = [
        Text.assemble((f"{labels.get(y, ''):>{LABEL_CELLS}}│", palette.dim), painted(cells))
        for y, cells in enumerate(canvas.cells())
    ]
    heading = Text(f"img/s against {AXIS[curves[0].axis].label}", palette.dim)
    ideal = f", dotted: perfect scaling of {_SIGNS[0]}"
    if curves[0].axis in CORES and heading.cell_len + len(ideal) <= width:
        heading.append(ideal)
    return [heading, *rows, _axis(ticks, canvas.width, palette), *legend]


def painted(cells: Sequence[Cell[Style]]) -> Text:
    """Return a line of a picture."""
    return Text.assemble(*((sign, style or "") for sign, style in cells))


_SIGNS = "●■▲◆○□△◇"
"""A sign per curve: a state is never told by colour alone."""


def _draw(canvas: Canvas[Style], curve: Curve, scale: Scale, sign: str, style: Style) -> None:
    points = [
        scale.point(value, outcome.throughput_img_s)
        for value, outcome in zip(curve.values, curve.outcomes, strict=True)
    ]
    for begin, end in pairwise(points):
        canvas.line(begin, end, style)
    for point in points:
        canvas.mark(point, sign, style)


def _ideal(canvas: Canvas[Style], curve: Curve, scale: Scale, palette: Palette) -> None:
    """Dot perfect scaling from the curve's first point on, as far as it is in the picture."""
    per_core = curve.outcomes[0].throughput_img_s / curve.values[0]
    inside = [value for value in curve.values if per_core * value <= scale.top_img_s]
    points = [scale.point(value, per_core * value) for value in inside]
    for begin, end in pairwise(points):
        canvas.line(begin, end, palette.dim, gap=3)


def _axis(ticks: Sequence[int], width: int, palette: Palette) -> Text:
    """Write the values below their points, those that do not collide."""
    cells = [" "] * width
    free_from = 0
    for i, tick in enumerate(ticks):
        text = str(tick)
        at = round(i / max(1, len(ticks) - 1) * (width - 1))
        start = min(max(0, at - len(text) // 2), width - len(text))
        if start >= free_from:
            cells[start : start + len(text)] = text
            free_from = start + len(text) + 1
    return Text(" " * (LABEL_CELLS + 1) + "".join(cells), palette.dim)


def _legend(
    curves: Sequence[Curve], names: Sequence[str], width: int, height: int, palette: Palette
) -> list[Text]:
    """Name the curves, the highest end first, and count those that have no room."""
    signed = sorted(
        zip(curves, names, cycle(_SIGNS), strict=False),
        key=lambda entry: -entry[0].outcomes[-1].throughput_img_s,
    )
    lines = [Text()]
    for at, (curve, name, sign) in enumerate(signed):
        part = Text.assemble((f"{sign} ", palette.fusion(curve.trial.fusion)), (name, palette.text))
        more = (
            f"   + {len(signed) - at - 1}" if len(lines) == height and at + 1 < len(signed) else ""
        )
        room = width - lines[-1].cell_len - len(more)
        if lines[-1].cell_len and part.cell_len + len(GAP) > room:
            if len(lines) == height:
                lines[-1].append(f"{GAP}+ {len(signed) - at}", palette.dim)
                break
            lines.append(Text())
        if lines[-1].cell_len:
            lines[-1].append(GAP)
        lines[-1].append(part)
    return lines
