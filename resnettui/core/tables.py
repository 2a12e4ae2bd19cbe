"""Every table of the study, from outcomes."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from operator import attrgetter

from resnettui.core.axis_tables import AXIS_STUDIES, axis_tables
from resnettui.core.drift import DRIFT
from resnettui.core.outcome import Outcome
from resnettui.core.printed import with_footnotes
from resnettui.core.scaling import ScalingRow, scaling_rows
from resnettui.core.study_tables import cross_platform_tables, fusion_tables, w8a8_tables
from resnettui.core.table import TABLE_NAMES, Table, TableName, grouped

Maker = Callable[[Iterable[ScalingRow]], list[Table]]

MAKERS: dict[TableName, Maker] = {
    **{study.name: partial(axis_tables, study) for study in AXIS_STUDIES},
    "w8a8": w8a8_tables,
    "fusion": fusion_tables,
    "cross-platform": cross_platform_tables,
}
"""How each kind of table is made."""


def tables_of(outcomes: Iterable[Outcome], names: Collection[str] = ()) -> list[Table]:
    """Return the tables that the outcomes fill, of all kinds or only those named.

    Of several outcomes of one configuration with the same platform, weights and input the last
    counts.
    """
    rows = platform_rows(outcomes)
    wanted = [name for name in TABLE_NAMES if not names or name in names]
    tables = [with_footnotes(table) for name in wanted for table in MAKERS[name](rows)]
    return [_with_drift(table, rows) for table in tables]


def _with_drift(table: Table, rows: Iterable[ScalingRow]) -> Table:
    """Return the table with the reasons for the flag *drift* below it, where a row has that."""
    if not any(DRIFT in flag.split() for flag in _flags(table)):
        return table
    moved = [row.outcome for row in rows if DRIFT in row.flags]
    reasons = [o.flags[DRIFT] for o in moved if o.platform in table.platforms]
    notes = dict.fromkeys(f"! {DRIFT}: {reason}" for reason in reasons)
    return replace(table, footnotes=(*table.footnotes, *notes))


def _flags(table: Table) -> Iterator[str]:
    """Yield the flags of all rows, with the side where the rows have two."""
    if "flags" in (column.name for column in table.columns):
        for cell in table.values("flags"):
            yield from map(str, cell if isinstance(cell, tuple) else ())


def platform_rows(outcomes: Iterable[Outcome]) -> tuple[ScalingRow, ...]:
    """Return the rows of every platform, those with the same weights and input scaled together."""
    groups = grouped(outcomes, attrgetter("platform", "weights", "input"))
    return tuple(row for group in groups for row in scaling_rows(group))
