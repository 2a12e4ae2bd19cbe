"""Tables as Rich renderables, for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from textwrap import wrap

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table as RichTable
from rich.text import Text

from resnettui.core.table import Cell, Column, Table
from resnettui.report.figures import cell, heading
from resnettui.report.words import (
    NO_BREAK,
    fixed_text,
    footnotes,
    knee_text,
    repeats_platform,
    sections,
)

GAP = 2
"""Columns between two columns of a table."""

STYLES = {"latency_ms": "bold", "flags": "yellow"}
PLATFORM_WIDTH = 14
"""Columns for a platform's name; a longer one goes on in the rows below."""

HEADING_LINES = 3


def render(tables: Iterable[Table]) -> RenderableType:
    """Return the tables below each other, those of one kind under one title."""
    return Group(*(part for section in sections(tables) for part in _section(section)))


def _section(tables: Sequence[Table]) -> Iterator[RenderableType]:
    yield Text(tables[0].title.upper(), style="bold")
    for table in tables:
        yield from (_Paragraph(fixed_text(table)), Sheet(table))
        if table.knee:
            yield _Paragraph(knee_text(table, table.knee))
        yield Text()
    if notes := footnotes(tables):
        yield from map(_Paragraph, notes)
        yield Text()


@dataclass(frozen=True)
class _Paragraph:
    """Dim text, wrapped so that a value and its word stay together."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in wrap(self.text, options.max_width):
            yield Text(line.replace(NO_BREAK, " "), style="dim")


@dataclass(frozen=True)
class Sheet:
    """One table, laid out for the width there is.

    Headings take up to three lines; where that does not suffice, flags become marks that are
    explained below. What is still too wide sticks out and is never cut.
    """

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table, and below it the flags that had no room inside."""
        texts = _texts(self.table)
        widths = fitting(self.table.columns, texts, options.max_width)
        lines: list[Text] = []
        table = self.table
        if widths is None and "flags" in (column.name for column in table.columns):
            lines, table = _flag_lines(table), _marked(table)
            texts = _texts(table)
            widths = fitting(table.columns, texts, options.max_width)
        widths = widths or _widths(table.columns, texts, HEADING_LINES)
        total = sum(widths) + GAP * len(widths)
        yield from console.render(_grid(table, texts, widths), options.update(width=total))
        yield from lines


def _texts(table: Table) -> list[list[str]]:
    """Return the rows as text: a platform once, the knee marked."""
    rows = [
        [cell(column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    if table.columns[0].name == "platform":
        names = platform_lines([row[0] for row in rows], PLATFORM_WIDTH)
        return [[name, *row[1:]] for name, row in zip(names, rows, strict=True)]
    if table.knee:
        rows[table.knee.row][0] = f"knee {rows[table.knee.row][0]}"
    return rows


def platform_lines(names: Iterable[str], width: int) -> list[str]:
    """Return each name once, in the rows that have it; a long one goes on in the row below."""
    lines: list[str] = []
    for name, rows in groupby(names):
        count = len(list(rows))
        words = wrap(name, width) or [""]
        words = [*words[: count - 1], " ".join(words[count - 1 :]), *([""] * count)]
        lines += words[:count]
    return lines


def fitting(
    columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int
) -> list[int] | None:
    """Return the widths of the columns with as few lines of heading as fit, or None."""
    for lines in range(1, HEADING_LINES + 1):
        widths = _widths(columns, texts, lines)
        if sum(widths) + GAP * (len(widths) - 1) <= width:
            return widths
    return None


def _widths(columns: Sequence[Column], texts: Sequence[Sequence[str]], lines: int) -> list[int]:
    cells = zip(*texts, strict=True)
    return [
        max(heading_width(heading(column), lines), *map(len, down))
        for column, down in zip(columns, cells, strict=True)
    ]


def heading_width(text: str, lines: int) -> int:
    """Return the smallest width at which a heading takes no more than some lines."""
    longest = max(map(len, text.split()), default=0)
    fits = (w for w in range(max(longest, 1), len(text) + 1) if len(wrap(text, w)) <= lines)
    return next(fits, len(text))


def _marked(table: Table) -> Table:
    """Return the table with a mark in place of its flags."""
    columns = tuple(replace(c, heading="") if c.name == "flags" else c for c in table.columns)
    at = [column.name for column in columns].index("flags")
    rows = tuple((*row[:at], "!" if row[at] else "", *row[at + 1 :]) for row in table.rows)
    return replace(table, columns=columns, rows=rows)


def _flag_lines(table: Table) -> list[Text]:
    """Return a line per flagged row: what names the row, and its flags."""
    flags = table.values("flags")
    return [
        Text(f"! {_row_name(table.columns, row)}: {', '.join(map(str, found))}", style="yellow")
        for row, found in zip(table.rows, flags, strict=True)
        if isinstance(found, tuple) and found
    ]


def _row_name(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    """Return a row's values before the first figure, e.g. "int8, qnnpack" or "cores 8"."""
    pairs = zip(columns, row, strict=True)
    names = takewhile(lambda pair: pair[0].kind in ("text", "count"), pairs)
    told = ((column, value) for column, value in names if value is not None)
    return ", ".join(f"{c.heading} {v}" if c.kind == "count" else str(v) for c, v in told)


def _grid(table: Table, texts: Sequence[Sequence[str]], widths: Sequence[int]) -> RichTable:
    grid = RichTable(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, GAP - 1, 0, 0),
        header_style="dim",
    )
    for column, width in zip(table.columns, widths, strict=True):
        grid.add_column(
            heading(column),
            justify="left" if column.kind == "text" else "right",
            style=STYLES.get(column.name, ""),
            width=width,
        )
    for at, row in enumerate(texts):
        following = at + 1 < len(texts) and not repeats_platform(table, at + 1)
        grid.add_row(*map(Text, row), end_section=following and _has_platforms(table))
    return grid


def _has_platforms(table: Table) -> bool:
    return table.columns[0].name == "platform"
