"""Tables as Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from resnettui.core.table import Table
from resnettui.report.figures import cell, heading
from resnettui.report.words import fixed_text, footnotes, knee_text, sections


def render(tables: Iterable[Table]) -> str:
    """Return a section for every kind of table."""
    return "\n".join(line for section in sections(tables) for line in _section(section))


def _section(tables: Sequence[Table]) -> Iterator[str]:
    yield from (f"## {escaped(tables[0].title)}", "")
    for table in tables:
        yield from _table(table)
    for note in footnotes(tables):
        yield from (escaped(note), "")


def _table(table: Table) -> Iterator[str]:
    yield from (f"### {escaped(fixed_text(table))}", "")
    yield row([heading(column) for column in table.columns])
    yield row([":---" if column.kind == "text" else "---:" for column in table.columns])
    for values in table.rows:
        yield row([cell(c, value) for c, value in zip(table.columns, values, strict=True)])
    yield ""
    if table.knee:
        yield from (escaped(knee_text(table, table.knee)), "")


def row(texts: Sequence[str]) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(map(escaped, texts))} |"


def escaped(text: str) -> str:
    """Return text that Markdown takes literally, in one line."""
    for sign in "\\|*_`<>[]":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
