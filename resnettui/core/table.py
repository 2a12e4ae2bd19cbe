"""A Table is what a report shows, as data: raw values in columns, formatted by the report."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, get_args

from resnettui.core.axes import AXES, Value
from resnettui.core.outcome import Outcome
from resnettui.core.trial import RANDOM, SYNTHETIC

TableName = Literal[
    "batch",
    "precision",
    "threads",
    "processes",
    "memory-format",
    "math-mode",
    "w8a8",
    "fusion",
    "cross-platform",
]
TABLE_NAMES: tuple[TableName, ...] = get_args(TableName)
"""Every kind of table, in the order of a report."""

Kind = Literal["text", "count", "ms", "img_s", "ratio", "share", "db", "bytes", "number", "change"]
"""What a column holds, and with it the unit: share is 0 to 1, change a pair (before, after)."""

Cell = str | int | float | tuple[int, int] | tuple[str, ...] | None

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column:
    """The heading over one kind of value."""

    name: str
    """Unique in its table, with the unit; what JSON and CSV call it."""
    heading: str
    """What a reader calls it, without the unit."""
    kind: Kind = "text"
    decimals: int | None = None
    """Decimals to show; None for three significant digits."""


@dataclass(frozen=True)
class Knee:
    """Where the curve of throughput bends, in a table ascending on its axis."""

    row: int
    """The first row from which on more gains little throughput."""
    best: int
    """The row with the best throughput."""
    latency_ratio: float
    """The latency at the knee over that of the first row."""


@dataclass(frozen=True)
class Table:
    """One table of one study."""

    name: str
    """One of TABLE_NAMES, or VISITED."""
    title: str
    fixed: Mapping[str, Value]
    """What every row has in common: platform, weights, input, and the axes that were held fixed."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    knee: Knee | None = None
    """None where that is no question."""
    footnotes: tuple[str, ...] = ()

    @property
    def platforms(self) -> tuple[object, ...]:
        """The platforms of its rows, one or several."""
        if "platform" in (column.name for column in self.columns):
            return self.values("platform")
        return tuple(self.fixed[name] for name in ("platform", "A", "B") if name in self.fixed)

    def values(self, column: str) -> tuple[Cell, ...]:
        """Return one column's values; ValueError where there is no such column."""
        at = [c.name for c in self.columns].index(column)
        return tuple(row[at] for row in self.rows)


@dataclass(frozen=True)
class Field(Generic[Row]):
    """A column and where its value comes from."""

    column: Column
    value: Callable[[Row], Cell]
    optional: bool = False
    """Left out of a table in which no row has a value."""


def cells(
    fields: Iterable[Field[Row]], rows: Sequence[Row]
) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    """Return the columns and the rows that the fields make of some objects."""
    filled = [(f, [f.value(row) for row in rows]) for f in fields]
    kept = [(f, values) for f, values in filled if not f.optional or any(map(_told, values))]
    columns = tuple(f.column for f, _ in kept)
    return columns, tuple(zip(*(values for _, values in kept), strict=True))


def _told(value: Cell) -> bool:
    return value not in (None, "", ())


def held(outcome: Outcome, *varied: str) -> dict[str, Value]:
    """Return the configuration, weights and input that rows share with one of them.

    Axes that are varied or not set are left out, and so are random weights and synthetic input.
    """
    names = [axis.name for axis in AXES if axis.name not in varied]
    values = {name: getattr(outcome.trial, name) for name in names}
    source = {"weights": outcome.weights, "input": outcome.input}
    usual = ("", RANDOM, SYNTHETIC)
    return {
        **{name: value for name, value in values.items() if value is not None},
        **{name: value for name, value in source.items() if value not in usual},
    }


def grouped(items: Iterable[Row], key: Callable[[Row], object]) -> list[list[Row]]:
    """Return the items with equal keys together, both in order of their first appearance."""
    groups: dict[object, list[Row]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.values())
