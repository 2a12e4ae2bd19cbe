"""Tables along one axis: batch size, precision, threads, processes, memory format, math mode.

Each table holds the outcomes of one platform, with the same weights and input, that differ on that
axis alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from operator import attrgetter

from resnettui.core.row_fields import (
    CHECKS,
    EFFICIENCY,
    ENGINE,
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
from resnettui.core.table import Cell, Column, Knee, Table, TableName, cells, grouped, held
from resnettui.core.trial import STRICT, Trial

KNEE_LOSS = 0.05
"""At the knee no more than this share of the best throughput is missing."""

Rows = Sequence[ScalingRow]
AXIS_NAMES = tuple(f.name for f in fields(Trial))


def knee(rows: Rows) -> Knee:
    """Return the first of rows ascending on their axis within 5 % of the best throughput.

    ValueError where there is no row.
    """
    speeds = [row.throughput_img_s for row in rows]
    best = max(speeds)
    at = next(at for at, speed in enumerate(speeds) if speed >= (1 - KNEE_LOSS) * best)
    return Knee(at, speeds.index(best), rows[at].latency_ns / rows[0].latency_ns)


def _share_of_best(rows: Rows) -> tuple[RowField, ...]:
    best = max(row.throughput_img_s for row in rows)

    def share(row: ScalingRow) -> Cell:
        return row.throughput_img_s / best if best else None

    return (RowField(Column("share_of_best", "of the best", "share"), share),)


def _against(axis: str, value: str, rows: Rows) -> tuple[RowField, ...]:
    base = next((row for row in rows if getattr(row.trial, axis) == value), None)

    def ratio(row: ScalingRow) -> Cell:
        return base.latency_ns / row.latency_ns if base else None

    column = Column(f"speedup_vs_{value}", f"speedup vs {value}", "ratio")
    return (RowField(column, ratio, optional=True),)


def _of_precision(rows: Rows) -> tuple[RowField, ...]:
    return (*_against("precision", "fp32", rows), *CHECKS)


def _of_math_mode(rows: Rows) -> tuple[RowField, ...]:
    return (*_against("math_mode", STRICT, rows), *CHECKS)


def _of_threads(_rows: Rows) -> tuple[RowField, ...]:
    return (SPEEDUP, EFFICIENCY)


def _of_processes(_rows: Rows) -> tuple[RowField, ...]:
    return (SPEEDUP, EFFICIENCY, MEMORY)


@dataclass(frozen=True)
class Study:
    """The study of one axis."""

    name: TableName
    axis: str
    extra: Callable[[Rows], tuple[RowField, ...]]
    """The columns that this axis adds to latency and throughput."""
    has_knee: bool = False
    tied: tuple[str, ...] = ()
    """Axes that follow from this one: only int8 has an engine."""

    @property
    def title(self) -> str:
        """What a heading calls it."""
        return self.axis.replace("_", " ").capitalize()

    @property
    def fixed(self) -> tuple[str, ...]:
        """The fields of a trial that are equal within a group."""
        return tuple(name for name in AXIS_NAMES if name not in (self.axis, *self.tied))


AXIS_STUDIES = (
    Study("batch", "batch_size", _share_of_best, has_knee=True),
    Study("precision", "precision", _of_precision, tied=("engine",)),
    Study("threads", "threads", _of_threads, has_knee=True),
    Study("processes", "processes", _of_processes),
    Study("memory-format", "memory_format", partial(_against, "memory_format", "contiguous")),
    Study("math-mode", "math_mode", _of_math_mode),
)


def axis_tables(study: Study, rows: Iterable[ScalingRow]) -> list[Table]:
    """Return a table for every group of rows that has at least two values on the axis."""
    source = ("outcome.platform", "outcome.weights", "outcome.input")
    key = attrgetter(*source, *(f"trial.{name}" for name in study.fixed))
    value = attrgetter(f"trial.{study.axis}")
    groups = grouped(rows, key)
    return [_table(study, group) for group in groups if len(set(map(value, group))) > 1]


def _table(study: Study, rows: Rows) -> Table:
    tied = [ENGINE] if "engine" in study.tied else []
    found = (
        *(axis_field(study.axis), *tied),
        *(LATENCY, THROUGHPUT, *study.extra(rows)),
        *(SPREAD, FLAGS),
    )
    columns, values = cells(found, rows)
    fixed = held(rows[0].outcome, study.axis, *study.tied)
    return Table(
        study.name,
        study.title,
        {"platform": rows[0].outcome.platform, **fixed},
        columns,
        values,
        knee=knee(rows) if study.has_knee else None,
    )
