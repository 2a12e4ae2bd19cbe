"""Tables and charts as one HTML page that needs no network and no script."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby

from resnettui.core.table import Column, Table, grouped
from resnettui.report.charts import CHARTED, charts
from resnettui.report.figures import cell, heading
from resnettui.report.words import fixed_text, notes, repeats_platform

TITLE = "ResNet50 inference on CPUs"

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
<nav>{links}</nav>
{sections}
</body>
</html>
"""


def render(tables: Iterable[Table]) -> str:
    """Return the page: a section for every kind of table, charts above the tables they draw."""
    kinds = [(name, list(group)) for name, group in groupby(tables, lambda table: table.name)]
    links = [f'<a href="#{name}">{escape(found[0].title)}</a>' for name, found in kinds]
    return PAGE.format(
        title=TITLE,
        css=files("resnettui.report").joinpath("page.css").read_text(encoding="utf-8"),
        links="\n".join(links),
        sections="\n".join(line for name, found in kinds for line in _section(name, found)),
    )


def _section(name: str, tables: Sequence[Table]) -> Iterator[str]:
    yield f'<section id="{name}">\n<h2>{escape(tables[0].title)}</h2>'
    if name in CHARTED:
        for serial, group in enumerate(grouped(tables, _but_fusion)):
            drawn = charts(group, f"{name}-{serial}")
            yield from ('<div class="charts">', *drawn, "</div>")
            for table in group:
                yield from _table(table)
    else:
        for table in tables:
            yield from _table(table)
    yield "</section>"


def _but_fusion(table: Table) -> object:
    return tuple((name, value) for name, value in table.fixed.items() if name != "fusion")


def _table(table: Table) -> Iterator[str]:
    yield f"<h3>{escape(fixed_text(table))}</h3>"
    yield '<div class="scroll"><table>\n<thead><tr>'
    yield "".join(f'<th class="{_kind(c)}">{escape(heading(c))}</th>' for c in table.columns)
    yield "</tr></thead>\n<tbody>"
    for at in range(len(table.rows)):
        yield _row(table, at)
    yield "</tbody></table></div>"
    yield from (f'<p class="note">{escape(note)}</p>' for note in notes(table))


def _row(table: Table, at: int) -> str:
    pairs = zip(table.columns, table.rows[at], strict=True)
    data = "".join(f'<td class="{_kind(c)}">{escape(cell(c, value))}</td>' for c, value in pairs)
    marks = ["again"] if repeats_platform(table, at) else []
    marks += ["knee"] if table.knee and table.knee.row == at else []
    return f'<tr class="{" ".join(marks)}">{data}</tr>' if marks else f"<tr>{data}</tr>"


def _kind(column: Column) -> str:
    names = {"latency_ms": "latency", "flags": "flags text"}
    return names.get(column.name, "text" if column.kind == "text" else "number")
