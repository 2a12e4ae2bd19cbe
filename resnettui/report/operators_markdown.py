"""The operators of a pass as Markdown."""

from collections.abc import Iterator, Sequence

from resnettui.core.machine import Build, Machine
from resnettui.report.op_columns import OpColumn, Row, pair_columns, row_columns
from resnettui.report.operators import (
    NO_ROOF,
    ROOF_LEGEND,
    OpPage,
    cautions,
    inflation_text,
    verdict_notes,
    verdict_text,
)
from resnettui.report.tables_markdown import escaped, row
from resnettui.report.terminal import machine_line, title


def operators_markdown(page: OpPage, machine: Machine, build: Build | None) -> str:
    """Return everything `ops` has to say about one configuration, without the picture."""
    return "\n".join(_page(page, machine, build))


def _page(page: OpPage, machine: Machine, build: Build | None) -> Iterator[str]:
    yield from (f"## {escaped(title(page.trial))}", "")
    yield from (escaped(machine_line(machine, build)), "")
    yield from _verdict(page)
    yield from _table(row_columns(page.by), [*page.rows(), *page.whole()])
    if page.roof is not None:
        yield from (ROOF_LEGEND, "")
    for note in cautions(page):
        yield from (escaped(note), "")
    unfused = page.unfused_page()
    if unfused is not None:
        yield from ("### fusion none beside full", "")
        yield from _verdict(unfused)
        yield from _table(pair_columns(page.by), [*page.pairs(), *page.whole_pairs()])


def _verdict(page: OpPage) -> Iterator[str]:
    verdict = page.verdict
    if verdict is None or page.roof is None:
        yield from (NO_ROOF, "")
    else:
        yield from (f"**{verdict_text(verdict)}**", "")
        for note in verdict_notes(verdict, page.roof):
            yield from (escaped(note), "")
    yield from (escaped(inflation_text(page.profile)), "")


def _table(columns: Sequence[OpColumn[Row]], rows: Sequence[Row]) -> Iterator[str]:
    yield row([column.heading for column in columns])
    yield row([":---" if column.left else "---:" for column in columns])
    for each in rows:
        yield row([column.text(each) for column in columns])
    yield ""
