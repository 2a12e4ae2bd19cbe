"""Latency and throughput against batch size and threads, drawn as SVG by pygal."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from pygal.style import Style

from resnettui.core.row_fields import VARIANTS
from resnettui.core.table import Cell, Column, Table, TableName
from resnettui.report.figures import UNITS

CHARTED: tuple[TableName, ...] = ("batch", "threads")
"""The tables that have charts."""

Points = list[tuple[float, float]]

SIZE = {"width": 560, "height": 320}
PLAIN: dict[str, Any] = {
    "js": [],
    "disable_xml_declaration": True,
    "include_x_axis": True,
    "show_x_guides": False,
    "legend_at_bottom": True,
    "legend_box_size": 10,
    "dots_size": 3.5,
    "margin": 12,
    "max_scale": 6,
    "truncate_legend": -1,
}


@dataclass(frozen=True)
class Line:
    """One line of a chart; its colour is a CSS variable of the page."""

    name: str
    points: Points
    colour: str
    ideal: bool = False


def charts(tables: Sequence[Table], serial: str) -> list[str]:
    """Return two SVGs, latency and throughput, of tables that differ in nothing but fusion.

    `serial` tells their style sheets apart from those of other charts on the page.
    """
    axis = tables[0].columns[0].name
    return [
        _drawn(_lines(tables, axis, name), tables[0], name, f"{serial}-{at}")
        for at, name in enumerate(("latency_ms", "throughput_img_s"))
    ]


def _lines(tables: Sequence[Table], axis: str, name: str) -> list[Line]:
    lines = []
    for table in tables:
        fusion = str(table.fixed["fusion"])
        colour = "var(--unfused)" if fusion == "none" else "var(--fused)"
        points = _points(table.values(axis), table.values(name))
        lines.append(Line(VARIANTS[fusion], points, colour))
        if axis == "threads" and points[0][0] == 1:
            ideal = ideal_points(points, falling=name == "latency_ms")
            lines.append(Line(f"{VARIANTS[fusion]}, ideal", ideal, colour, ideal=True))
    return lines


def _points(values: Sequence[Cell], figures: Sequence[Cell]) -> Points:
    pairs = zip(values, figures, strict=True)
    return [(x, y) for x, y in pairs if isinstance(x, int) and isinstance(y, int | float)]


def ideal_points(points: Points, falling: bool) -> Points:
    """Return what perfect scaling from the first point (1 thread) would reach."""
    single = points[0][1]
    return [(x, single / x if falling else single * x) for x, _ in points]


def _drawn(lines: Sequence[Line], table: Table, name: str, serial: str) -> str:
    axis, column = table.columns[0], _column(table, name)
    chart = pygal.XY(
        **PLAIN,
        **SIZE,
        title=f"{column.heading}, {UNITS[column.kind]}",
        x_title=axis.heading,
        style=_style([line.colour for line in lines]),
        value_formatter="{:g}".format,
    )
    chart.uuid = serial
    place = math.log2 if axis.name == "batch_size" else float
    ticks = sorted({x for line in lines for x, _ in line.points})
    chart.x_labels = [{"value": place(x), "label": str(x)} for x in ticks]
    for line in lines:
        look = {"dasharray": "4, 5"} if line.ideal else {}
        points = [(place(x), y) for x, y in line.points]
        chart.add(line.name, points, stroke_style=look, show_dots=not line.ideal)
    chart.add_xml_filter(_still)
    svg: str = chart.render()
    return svg


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


def _style(colours: Sequence[str]) -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--dim)",
        foreground_strong="var(--text)",
        foreground_subtle="var(--line)",
        guide_stroke_color="var(--line)",
        major_guide_stroke_color="var(--line)",
        guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none",
        colors=tuple(colours),
        value_colors=tuple(colours),
        font_family="inherit",
        opacity="1",
        stroke_opacity="1",
        stroke_width="2",
        title_font_size=15,
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=12,
        tooltip_font_size=12,
    )


def _still(root: Any) -> Any:
    """Take the scripts and comments out: the page needs none, and shows the same every day."""
    for parent in root.iter():
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.endswith("script"):
                parent.remove(child)
    return root
