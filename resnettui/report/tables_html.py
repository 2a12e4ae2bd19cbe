"""Tables and charts as one HTML page that needs no network and no script."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from importlib.resources import files

from resnettui.core.axes import Value
from resnettui.core.row_fields import VARIANTS
from resnettui.core.table import Column, Table, grouped
from resnettui.report.charts import CHARTED, charts
from resnettui.report.figures import cell, heading
from resnettui.report.words import (
    fixed_text,
    footnotes,
    knee_text,
    repeats_platform,
    sections,
)

TITLE = "ResNet50 inference on CPUs"
INTRODUCTION = (
    "Latency is the median of one forward pass of one batch; throughput is images per second of "
    "all processes together. Platforms named “published” are the study’s figures, "
    "not measured here."
)

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="resnettui">
<title>{title}</title>
<style>
{css}</style>
</head>
<body>
<h1>{title}</h1>
<p>{introduction}</p>
<nav>{links}</nav>
{sections}
</body>
</html>
"""


def render(tables: Iterable[Table]) -> str:
    """Return the page: a section for every kind of table, charts above the tables they draw."""
    kinds = sections(tables)
    links = [f'<a href="#{kind[0].name}">{escape(kind[0].title)}</a>' for kind in kinds]
    return PAGE.format(
        title=TITLE,
        introduction=INTRODUCTION,
        css=files("resnettui.report").joinpath("page.css").read_text(encoding="utf-8"),
        links="\n".join(links),
        sections="\n".join(line for kind in kinds for line in _section(kind)),
    )


def _section(tables: Sequence[Table]) -> Iterator[str]:
    name = tables[0].name
    yield f'<section id="{name}">\n<h2>{escape(tables[0].title)}</h2>'
    if name in CHARTED:
        for serial, group in enumerate(grouped(tables, _but_fusion)):
            yield from _charted(group, f"{name}-{serial}")
    else:
        for table in tables:
            yield from (f"<h3>{escape(fixed_text(table))}</h3>", *_table(table))
    yield from map(_note, footnotes(tables))
    yield "</section>"


def _charted(tables: Sequence[Table], serial: str) -> Iterator[str]:
    """Yield the charts of tables that differ in nothing but fusion, and the tables below."""
    shared = dict(_but_fusion(tables[0]))
    yield f"<h3>{escape(fixed_text(replace(tables[0], fixed=shared)))}</h3>"
    yield from ('<div class="charts">', *charts(tables, serial), '</div>\n<div class="variants">')
    for table in tables:
        yield f"<div><h4>{VARIANTS[str(table.fixed['fusion'])]}</h4>"
        yield from (*_table(table), "</div>")
    yield "</div>"


def _but_fusion(table: Table) -> tuple[tuple[str, Value], ...]:
    return tuple((name, value) for name, value in table.fixed.items() if name != "fusion")


def _table(table: Table) -> Iterator[str]:
    yield '<div class="scroll"><table>\n<thead><tr>'
    yield "".join(f'<th class="{_kind(c)}">{escape(heading(c))}</th>' for c in table.columns)
    yield "</tr></thead>\n<tbody>"
    yield from (_row(table, at) for at in range(len(table.rows)))
    yield "</tbody></table></div>"
    if table.knee:
        yield _note(knee_text(table, table.knee))


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _row(table: Table, at: int) -> str:
    pairs = zip(table.columns, table.rows[at], strict=True)
    data = "".join(f'<td class="{_kind(c)}">{escape(cell(c, value))}</td>' for c, value in pairs)
    marks = ["again"] if repeats_platform(table, at) else []
    marks += ["knee"] if table.knee and table.knee.row == at else []
    return f'<tr class="{" ".join(marks)}">{data}</tr>' if marks else f"<tr>{data}</tr>"


def _kind(column: Column) -> str:
    names = {"latency_ms": "latency", "flags": "flags text"}
    return names.get(column.name, "text" if column.kind == "text" else "number")
