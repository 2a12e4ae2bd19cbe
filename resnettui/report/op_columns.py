"""The columns of the operator tables, and which of them there is room for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from resnettui.core.op_rows import OpPair, OpRow
from resnettui.report.figures import milliseconds, percent, significant

Row = TypeVar("Row")

GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True)
class OpColumn(Generic[Row]):
    """A column, and how much it matters where there is little room."""

    heading: str
    text: Callable[[Row], str]
    rank: int = 0
    """The highest is left out first, 0 never."""
    left: bool = False


def row_columns(by: str) -> tuple[OpColumn[OpRow], ...]:
    """Return the columns of the table of rows."""
    return (
        OpColumn(by, lambda row: row.label, left=True),
        OpColumn("calls", lambda row: str(len(row.calls)) if row.calls else "", 6),
        OpColumn("ms", lambda row: milliseconds(row.time_ns)),
        OpColumn("share", lambda row: percent(row.share), 1),
        OpColumn("GFLOP/s", lambda row: _positive(row.flop_per_s / 1e9), 2),
        OpColumn("FLOP/B", lambda row: _positive(row.intensity), 7),
        OpColumn("MB", lambda row: _positive(row.moved_bytes / 1e6), 8),
        OpColumn("compute", lambda row: _over(row.compute_share), 3),
        OpColumn("memory", lambda row: _over(row.memory_share), 4),
        OpColumn("bound", lambda row: row.bound or "", 5, left=True),
        OpColumn("kernel", kernel_text, 9, left=True),
    )


def pair_columns(by: str) -> tuple[OpColumn[OpPair], ...]:
    """Return the columns of the table of unfused beside fused."""

    def both(text: Callable[[OpRow], str]) -> tuple[Callable[[OpPair], str], ...]:
        return (
            lambda pair: text(pair.unfused) if pair.unfused else "-",
            lambda pair: text(pair.fused) if pair.fused else "-",
        )

    ms, gflops, roofs = (
        both(text)
        for text in (
            lambda row: milliseconds(row.time_ns),
            lambda row: _positive(row.flop_per_s / 1e9),
            lambda row: _over(row.roof_share),
        )
    )
    return (
        OpColumn(by, lambda pair: pair.label, left=True),
        OpColumn("calls", _change, 2),
        *(OpColumn("none ms", ms[0]), OpColumn("full ms", ms[1])),
        OpColumn("change ms", _gained, 1),
        *(OpColumn("none GFLOP/s", gflops[0], 4), OpColumn("full GFLOP/s", gflops[1], 4)),
        *(OpColumn("none roof", roofs[0], 3), OpColumn("full roof", roofs[1], 3)),
    )


def kernel_text(row: OpRow) -> str:
    """Return the kernel that took longest, and how many others there are."""
    kernels = list(row.kernels)
    if not kernels:
        return ""
    name = kernels[0].partition(" ")[2]
    more = f" +{len(kernels) - 1}" if len(kernels) > 1 else ""
    return f"{'! ' if row.reference_calls else ''}{name}{more}"


def _change(pair: OpPair) -> str:
    before, after = (len(row.calls) if row else 0 for row in (pair.unfused, pair.fused))
    return f"{before} → {after}" if before or after else ""


def _gained(pair: OpPair) -> str:
    before, after = (row.time_ns if row else 0.0 for row in (pair.unfused, pair.fused))
    # Adding nothing turns -0.00 into +0.00.
    return f"{round((after - before) / 1e6, 2) + 0.0:+.2f}"


def _positive(value: float) -> str:
    return significant(value) if value else "-"


def _over(share: float | None) -> str:
    """Return a share of a roof, marked where it is over it."""
    return f"{'!' if share is not None and share > 1 else ''}{percent(share)}"


@dataclass(frozen=True)
class Grid:
    """A table as text: the columns that fit, padded to the same width in every line."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """Cells of a line."""
        return sum(map(len, self.heading)) + GAP * (len(self.heading) - 1)


def grid(columns: Sequence[OpColumn[Row]], rows: Sequence[Row], width: int | None = None) -> Grid:
    """Lay rows out in so many cells: the columns that matter least are left out."""
    kept = list(columns)
    while True:
        made = _grid(kept, rows)
        least = max(kept, key=lambda column: column.rank)
        if width is None or made.width <= width or not least.rank:
            return made
        kept = [column for column in kept if column.rank < least.rank]


def _grid(columns: Sequence[OpColumn[Row]], rows: Sequence[Row]) -> Grid:
    padded = []
    for column in columns:
        texts = [column.heading, *map(column.text, rows)]
        width = max(map(len, texts))
        padded.append([t.ljust(width) if column.left else t.rjust(width) for t in texts])
    heading, *lines = zip(*padded, strict=True)
    return Grid(heading, tuple(lines))
