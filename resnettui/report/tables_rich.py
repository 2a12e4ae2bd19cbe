"""Tables as Rich renderables, for a terminal."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from resnettui.core.table import Table
from resnettui.report.figures import cell, heading
from resnettui.report.words import fixed_text, notes, repeats_platform

STYLES = {"latency_ms": "bold", "flags": "yellow"}
PLATFORM_WIDTH = 14


def render(tables: Iterable[Table]) -> RenderableType:
    """Return the tables below each other, each with its notes."""
    return Group(*(part for table in tables for part in _parts(table)))


def _parts(table: Table) -> Iterator[RenderableType]:
    yield Text(table.title, style="bold")
    yield Text(fixed_text(table), style="dim")
    yield _grid(table)
    yield from (Text(note, style="dim") for note in notes(table))
    yield Text()


def _grid(table: Table) -> RichTable:
    grid = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for column in table.columns:
        grid.add_column(
            heading(column),
            justify="left" if column.kind == "text" else "right",
            style=STYLES.get(column.name, ""),
            min_width=PLATFORM_WIDTH if column.name == "platform" else None,
        )
    platforms = platform_lines(table, PLATFORM_WIDTH)
    for at, row in enumerate(table.rows):
        texts = [cell(c, value) for c, value in zip(table.columns, row, strict=True)]
        if platforms:
            texts[0] = platforms[at]
        elif table.knee and table.knee.row == at:
            texts[0] = f"knee {texts[0]}"
        last = at + 1 == len(table.rows) or not repeats_platform(table, at + 1)
        grid.add_row(*map(Text, texts), end_section=bool(platforms) and last)
    return grid


def platform_lines(table: Table, width: int) -> list[str]:
    """Return the first column of a table of platforms: each name once, down its rows.

    A name longer than `width` goes on in the next row; [] where the first column is another.
    """
    if table.columns[0].name != "platform":
        return []
    lines: list[str] = []
    for name, rows in groupby(table.values("platform")):
        count = len(list(rows))
        words = wrap(str(name), width)
        words = [*words[: count - 1], " ".join(words[count - 1 :])] + [""] * count
        lines += words[:count]
    return lines
