"""Tables as Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from resnettui.core.table import Table
from resnettui.report.figures import cell, heading
from resnettui.report.words import fixed_text, notes


def render(tables: Iterable[Table]) -> str:
    """Return a section for every table."""
    return "\n".join(line for table in tables for line in _section(table))


def _section(table: Table) -> Iterator[str]:
    yield from (f"## {_escaped(table.title)}", "", _escaped(fixed_text(table)), "")
    yield _row([heading(column) for column in table.columns])
    yield _row([":---" if column.kind == "text" else "---:" for column in table.columns])
    for row in table.rows:
        yield _row([cell(c, value) for c, value in zip(table.columns, row, strict=True)])
    yield ""
    for note in notes(table):
        yield from (_escaped(note), "")


def _row(texts: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, texts))} |"


def _escaped(text: str) -> str:
    """Return text that Markdown takes literally, in one line."""
    for sign in "\\|*_`<>[]":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
