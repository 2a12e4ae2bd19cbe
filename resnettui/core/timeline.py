"""The latency of the last minute, point by point."""

from collections.abc import Sequence
from dataclasses import dataclass

from resnettui.core.stats import median

TIMELINE_S = 60


@dataclass(frozen=True)
class Point:
    """Passes that ended around one moment of CLOCK_MONOTONIC."""

    end_ns: int
    median_ns: float


def extended(points: Sequence[Point], point: Point) -> tuple[Point, ...]:
    """Return the points with one more, without those older than the timeline is long."""
    horizon = point.end_ns - TIMELINE_S * 1_000_000_000
    return (*(p for p in points if p.end_ns > horizon), point)


def columns_of(points: Sequence[Point], columns: int) -> list[float | None]:
    """Return the median latency in ns of each column, oldest first; None where nothing ended.

    The columns share TIMELINE_S, up to the newest point.
    """
    if not points:
        return [None] * columns
    newest, width_ns = points[-1].end_ns, TIMELINE_S * 1_000_000_000 / columns
    found: dict[int, list[float]] = {}
    for point in points:
        found.setdefault(int((newest - point.end_ns) / width_ns), []).append(point.median_ns)
    ages = reversed(range(columns))
    return [median(found[age]) if age in found else None for age in ages]
