"""The table of configurations that were visited, or measured by one sweep: all axes at once."""

from collections.abc import Sequence
from dataclasses import replace

from resnettui.core.axes import AXES
from resnettui.core.row_fields import (
    CHECKS,
    EFFICIENCY,
    FLAGS,
    LATENCY,
    MEMORY,
    SPEEDUP,
    SPREAD,
    THROUGHPUT,
    RowField,
    axis_field,
)
from resnettui.core.scaling import ScalingRow
from resnettui.core.table import Column, Table, cells, held

VISITED = "visited"

BENEFIT = RowField(
    Column("fusion_benefit", "fused benefit", "ratio"),
    lambda row: row.fusion_benefit,
    optional=True,
)


def visited_table(
    rows: Sequence[ScalingRow], title: str, platform: str, footnotes: Sequence[str] = ()
) -> Table:
    """Return the rows of one platform: axes on which they differ as columns, the others as fixed.

    ValueError where there is no row.
    """
    if not rows:
        raise ValueError("a table needs a row")
    varied = [axis.name for axis in AXES if len({getattr(r.trial, axis.name) for r in rows}) > 1]
    fields = (
        *map(_optional, varied),
        *(LATENCY, THROUGHPUT, SPEEDUP, EFFICIENCY, BENEFIT),
        *(SPREAD, MEMORY, *CHECKS, FLAGS),
    )
    fixed = {"platform": platform, **held(rows[0].outcome, *varied)}
    return Table(VISITED, title, fixed, *cells(fields, rows), footnotes=tuple(footnotes))


def _optional(name: str) -> RowField:
    """Return the column of an axis, which some rows may leave to the program."""
    return replace(axis_field(name), optional=True)
