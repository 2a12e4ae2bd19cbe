"""Whether the study's printed figures follow from each other, and the footnotes where not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from resnettui.core.published import (
    ARM,
    CROSS_PLATFORM,
    FUSION,
    PLATFORMS,
    W8A8,
    PublishedFusion,
    PublishedRow,
    PublishedVersus,
)
from resnettui.core.table import Column, Table

DECIMALS: Mapping[str, int] = {
    "latency_ms": 1,
    "throughput_img_s": 1,
    "speedup": 2,
    "parallel_efficiency": 1,
    "unfused_ms": 1,
    "fused_ms": 1,
    "fusion_speedup": 2,
    "a_ms": 1,
    "b_unfused_ms": 1,
    "b_fused_ms": 1,
    "a_faster_than_b_unfused": 1,
    "a_faster_than_b_fused": 1,
}
"""Column -> the decimals with which the study printed it."""

UNSTATED = (
    "The study does not state weights, memory format, engine and processes of its rows: here they "
    "stand with channels_last and one process, beside any weights and input."
)

BY_LATENCY = "from the latencies"


@dataclass(frozen=True)
class Figure:
    """A printed number: what it is, its decimals and its unit."""

    name: str
    value: float
    decimals: int
    unit: str

    def text(self, value: float) -> str:
        """Return a value as this figure is printed."""
        return f"{value:.{self.decimals}f}{self.unit}"


@dataclass(frozen=True)
class Printed:
    """A printed figure beside what other printed figures make of it."""

    where: str
    figure: Figure
    computed: float
    source: str
    """What it was computed from, e.g. "from the latencies"."""

    @property
    def follows(self) -> bool:
        """The printed figure is the computed one, rounded (a tie either way)."""
        distance = abs(self.figure.value - self.computed)
        return distance <= 0.5 * 0.1**self.figure.decimals + 1e-9

    @property
    def footnote(self) -> str:
        """What the figure would be."""
        printed, computed = map(self.figure.text, (self.figure.value, self.computed))
        what = f"{self.where}: {self.figure.name}"
        return f"{what} {printed} as published; {self.source} it would be {computed}."


def printed_figures(
    w8a8: Iterable[PublishedRow] = W8A8,
    fusion: Iterable[PublishedFusion] = FUSION,
    versus: Iterable[PublishedVersus] = CROSS_PLATFORM,
) -> dict[str, list[Printed]]:
    """Return table -> every printed figure that other figures of the study determine."""
    rows = tuple(w8a8)
    single = {(row.platform, row.variant): row.latency_ms for row in rows if row.cores == 1}
    return {
        "w8a8": [
            printed for row in rows for printed in _of_row(row, single[row.platform, row.variant])
        ],
        "fusion": [_of_fusion(row) for row in fusion],
        "cross-platform": [printed for row in versus for printed in _of_versus(row)],
    }


def _of_row(row: PublishedRow, single_ms: float) -> list[Printed]:
    where = f"{row.platform}, {row.variant.lower()}, {_cores(row.cores)}"
    ratio = single_ms / row.latency_ms
    by_speedup = f"from its speedup as rounded, {row.speedup:.2f}× / {row.cores},"
    per_second = Figure("throughput", row.throughput_img_s, 1, " img/s")
    speedup = Figure("speedup", row.speedup, 2, "×")
    efficiency = Figure("parallel efficiency", row.efficiency_percent, 1, " %")
    return [
        Printed(where, per_second, 1000 / row.latency_ms, BY_LATENCY),
        Printed(where, speedup, ratio, BY_LATENCY),
        Printed(where, efficiency, 100 * ratio / row.cores, BY_LATENCY),
        Printed(where, efficiency, 100 * row.speedup / row.cores, by_speedup),
    ]


def _of_fusion(row: PublishedFusion) -> Printed:
    figure = Figure("speedup", row.speedup, 2, "×")
    return Printed(f"{ARM}, {_cores(row.cores)}", figure, row.unfused_ms / row.fused_ms, BY_LATENCY)


def _of_versus(row: PublishedVersus) -> list[Printed]:
    where = f"AMD against ARM, {_cores(row.cores)}"
    unfused = Figure("faster than unfused", row.faster_than_unfused, 1, "×")
    fused = Figure("faster than fused", row.faster_than_fused, 1, "×")
    return [
        Printed(where, unfused, row.unfused_ms / row.amd_ms, BY_LATENCY),
        Printed(where, fused, row.fused_ms / row.amd_ms, BY_LATENCY),
    ]


def _cores(cores: int) -> str:
    return "1 core" if cores == 1 else f"{cores} cores"


def with_footnotes(table: Table) -> Table:
    """Return the table with what is to be known of its published rows, if it has any.

    One with published rows alone claims no memory format, and shows the decimals of the study.
    """
    platforms = set(table.platforms)
    if not platforms & set(PLATFORMS):
        return table
    odd = tuple(
        printed.footnote for printed in printed_figures().get(table.name, ()) if not printed.follows
    )
    if platforms - set(PLATFORMS):
        return replace(table, footnotes=(*table.footnotes, *odd, UNSTATED))
    return replace(
        table,
        fixed={name: value for name, value in table.fixed.items() if name != "memory_format"},
        columns=tuple(map(_as_printed, table.columns)),
        footnotes=(*table.footnotes, *odd),
    )


def _as_printed(column: Column) -> Column:
    return replace(column, decimals=DECIMALS.get(column.name, column.decimals))
