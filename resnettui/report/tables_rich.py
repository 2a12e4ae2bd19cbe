"""Tables as Rich renderables, for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, takewhile
from textwrap import wrap

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment, Segments
from rich.style import Style

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

DIM, BOLD, YELLOW = Style(dim=True), Style(bold=True), Style(color="yellow")
STYLES = {"latency_ms": BOLD, "flags": YELLOW}
PLATFORM_WIDTH = 14
"""Columns for a platform's name; a longer one goes on in the rows below."""

HEADING_LINES = 3


def render(tables: Iterable[Table]) -> RenderableType:
    """Return the tables below each other, those of one kind under one title."""
    return Group(*(part for section in sections(tables) for part in _section(section)))


def _section(tables: Sequence[Table]) -> Iterator[RenderableType]:
    yield Paragraph(tables[0].title.upper(), BOLD)
    for table in tables:
        yield from (Paragraph(fixed_text(table)), Sheet(table))
        if table.knee:
            yield Paragraph(knee_text(table, table.knee))
        yield BLANK
    if notes := footnotes(tables):
        yield from map(Paragraph, notes)
        yield BLANK


@dataclass(frozen=True)
class Paragraph:
    """Text that is wrapped so that a value and its word stay together."""

    text: str
    style: Style = DIM

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        for line in wrap(self.text, options.max_width):
            yield from (Segment(line.replace(NO_BREAK, " "), self.style), Segment.line())


BLANK = Segments([Segment.line()])


@dataclass(frozen=True)
class Sheet:
    """One table, laid out for the width there is.

    Headings take up to three lines; where that does not suffice, flags become marks that are
    explained below. What is still too wide sticks out and is never cut.
    """

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table, and below it the flags that had no room inside."""
        table, texts = self.table, _texts(self.table)
        flags: list[Paragraph] = []
        widths = fitting(table.columns, texts, options.max_width)
        if widths is None and "flags" in (column.name for column in table.columns):
            flags, table = _flag_lines(table), _marked(table)
            texts = _texts(table)
            widths = fitting(table.columns, texts, options.max_width)
        yield from _grid(table, texts, widths or _widths(table.columns, texts, HEADING_LINES))
        yield from flags


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


@lru_cache
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


def _flag_lines(table: Table) -> list[Paragraph]:
    """Return a line per flagged row: what names the row, and its flags."""
    pairs = zip(table.rows, table.values("flags"), strict=True)
    return [
        Paragraph(f"! {_row_name(table.columns, row)}: {', '.join(map(str, flags))}", YELLOW)
        for row, flags in pairs
        if isinstance(flags, tuple) and flags
    ]


def _row_name(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    """Return a row's values before the first figure, e.g. "int8, qnnpack" or "cores 8"."""
    pairs = zip(columns, row, strict=True)
    names = takewhile(lambda pair: pair[0].kind in ("text", "count"), pairs)
    told = ((column, value) for column, value in names if value is not None)
    return ", ".join(f"{c.heading} {v}" if c.kind == "count" else str(v) for c, v in told)


def _grid(table: Table, texts: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[Segment]:
    """Yield the lines of a table; rich.table.Table cuts headings, and takes far longer."""
    styles = [STYLES.get(column.name) for column in table.columns]
    for line in _heading_lines(table.columns, widths):
        yield from _line(table.columns, line, widths, [DIM] * len(widths))
    yield Segment("─" * (sum(widths) + GAP * (len(widths) - 1)) + "\n", DIM)
    for at, row in enumerate(texts):
        if at and table.columns[0].name == "platform" and not repeats_platform(table, at):
            yield Segment("\n")
        yield from _line(table.columns, row, widths, styles)


def _heading_lines(columns: Sequence[Column], widths: Sequence[int]) -> list[tuple[str, ...]]:
    """Return the headings, wrapped, and standing on the rule below them."""
    pairs = zip(columns, widths, strict=True)
    wrapped = [wrap(heading(column), max(width, 1)) for column, width in pairs]
    height = max(map(len, wrapped))
    return list(zip(*([""] * (height - len(lines)) + lines for lines in wrapped), strict=True))


def _line(
    columns: Sequence[Column],
    texts: Sequence[str],
    widths: Sequence[int],
    styles: Sequence[Style | None],
) -> Iterator[Segment]:
    gap = ""
    for column, text, width, style in zip(columns, texts, widths, styles, strict=True):
        padded = text.ljust(width) if column.kind == "text" else text.rjust(width)
        yield Segment(gap + padded, style)
        gap = " " * GAP
    yield Segment("\n")
