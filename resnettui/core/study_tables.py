"""The study's three tables: W8A8 scaling, the benefit of fusion, platforms side by side."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter

from resnettui.core.axes import AXES
from resnettui.core.outcome import Outcome
from resnettui.core.row_fields import (
    CORES,
    EFFICIENCY,
    ENGINE,
    FLAGS,
    LATENCY,
    PLATFORM,
    SPEEDUP,
    THROUGHPUT,
    VARIANT,
    VARIANTS,
)
from resnettui.core.scaling import ScalingRow
from resnettui.core.table import Cell, Column, Field, Table, cells, grouped, held

WORKLOAD = tuple(
    axis.name
    for axis in AXES
    if axis.name not in ("precision", "fusion", "engine", "threads", "processes")
)
"""What is held fixed where platforms stand side by side, beside the precision."""


def _workload(*more: str) -> Callable[[ScalingRow | Outcome], object]:
    return attrgetter(*(f"trial.{name}" for name in (*WORKLOAD, *more)))


def w8a8_tables(rows: Iterable[ScalingRow]) -> list[Table]:
    """Return the int8 rows of every platform, a table for each workload, weights and input."""
    int8 = [row for row in rows if row.trial.precision == "int8" and row.trial.processes == 1]
    groups = [_comparable(group) for group in grouped(int8, _workload())]
    return [_w8a8(group) for comparable in groups for group in comparable]


def _comparable(rows: Sequence[ScalingRow]) -> list[list[ScalingRow]]:
    """Return a group for each weights and input; rows that do not state them stand in every one."""
    stated = [row for row in rows if row.outcome.weights]
    others = [row for row in rows if not row.outcome.weights]
    groups = grouped(stated, attrgetter("outcome.weights", "outcome.input"))
    return [[*group, *others] for group in groups or [[]]]


def _w8a8(rows: Sequence[ScalingRow]) -> Table:
    found = (PLATFORM, VARIANT, ENGINE, CORES, LATENCY, THROUGHPUT, SPEEDUP, EFFICIENCY, FLAGS)
    fixed = held(rows[0].outcome, "fusion", "engine", "threads")
    return Table("w8a8", "W8A8 latency and throughput", fixed, *cells(found, rows))


@dataclass(frozen=True)
class Pair:
    """One configuration, unfused and fused."""

    unfused: ScalingRow
    fused: ScalingRow

    @property
    def flags(self) -> tuple[str, ...]:
        """Those of either."""
        return tuple(dict.fromkeys((*self.unfused.flags, *self.fused.flags)))


PAIR_FIELDS: tuple[Field[Pair], ...] = (
    Field(Column("cores", "cores", "count"), lambda pair: pair.fused.trial.cores),
    Field(Column("unfused_ms", "unfused", "ms"), lambda pair: pair.unfused.latency_ns / 1e6),
    Field(Column("fused_ms", "fused", "ms"), lambda pair: pair.fused.latency_ns / 1e6),
    Field(Column("fusion_speedup", "speedup", "ratio"), lambda pair: pair.fused.fusion_benefit),
    Field(Column("ops", "ops tracked", "change"), lambda pair: pair.fused.outcome.ops, True),
    Field(Column("flags", "flags"), lambda pair: pair.flags, optional=True),
)


def fusion_tables(rows: Iterable[ScalingRow]) -> list[Table]:
    """Return the benefit of fusion by cores, a table for every platform and configuration."""
    same = _workload("precision", "engine", "processes")
    source = attrgetter("outcome.platform", "outcome.weights", "outcome.input")
    groups = grouped(rows, lambda row: (source(row), same(row)))
    pairs = [_pairs(group) for group in groups]
    return [_fusion(group) for group in pairs if group]


def _pairs(rows: Sequence[ScalingRow]) -> list[Pair]:
    by_threads = grouped(rows, attrgetter("trial.threads"))
    found = [{row.trial.fusion: row for row in same} for same in by_threads]
    pairs = [Pair(both["none"], both["full"]) for both in found if len(both) == 2]
    return sorted(pairs, key=lambda pair: pair.fused.trial.threads)


def _fusion(pairs: Sequence[Pair]) -> Table:
    first = pairs[0].fused
    fixed = {"platform": first.outcome.platform, **held(first.outcome, "fusion", "threads")}
    return Table("fusion", "Fusion benefit", fixed, *cells(PAIR_FIELDS, pairs))


@dataclass(frozen=True)
class Versus:
    """Two platforms at the same workload and cores, each with its fastest engine."""

    a: Outcome
    """A's fastest variant."""
    unfused: Outcome | None
    """B's."""
    fused: Outcome | None
    """B's."""

    @property
    def variant(self) -> str:
        """Which variant A's is, with the engine if there is one."""
        return ", ".join(filter(None, (VARIANTS[self.a.trial.fusion].lower(), self.a.trial.engine)))

    @property
    def flags(self) -> tuple[str, ...]:
        """Those of both sides, with the side."""
        b = [flag for found in (self.unfused, self.fused) if found for flag in found.flags]
        return (*(f"A {flag}" for flag in self.a.flags), *dict.fromkeys(f"B {f}" for f in b))

    def faster_than(self, b: Outcome | None) -> Cell:
        """Return how many times as fast A is."""
        return b.latency_ns / self.a.latency_ns if b else None


def _ms(outcome: Outcome | None) -> Cell:
    return outcome.latency_ns / 1e6 if outcome else None


VERSUS_FIELDS: tuple[Field[Versus], ...] = (
    Field(Column("cores", "cores", "count"), lambda row: row.a.trial.cores),
    Field(Column("a_ms", "A", "ms"), lambda row: _ms(row.a)),
    Field(Column("a_variant", "A's variant"), lambda row: row.variant),
    Field(Column("b_unfused_ms", "B unfused", "ms"), lambda row: _ms(row.unfused), True),
    Field(Column("b_fused_ms", "B fused", "ms"), lambda row: _ms(row.fused), True),
    Field(
        Column("a_faster_than_b_unfused", "A faster than B unfused", "ratio"),
        lambda row: row.faster_than(row.unfused),
        optional=True,
    ),
    Field(
        Column("a_faster_than_b_fused", "A faster than B fused", "ratio"),
        lambda row: row.faster_than(row.fused),
        optional=True,
    ),
    Field(Column("flags", "flags"), lambda row: row.flags, optional=True),
)

Variants = dict[str, Outcome]
"""fusion -> the outcome of the fastest engine."""


def cross_platform_tables(rows: Iterable[ScalingRow]) -> list[Table]:
    """Return a table for every workload that two platforms share at the same cores.

    A is the platform that is faster over all shared rows.
    """
    single = [row.outcome for row in rows if row.trial.processes == 1]
    found = []
    for workload in grouped(single, _workload("precision")):
        platforms = grouped(workload, attrgetter("platform", "weights", "input"))
        pairs = [(a, b) for a, b in combinations(platforms, 2) if _differ_alone(a[0], b[0])]
        found += [table for a, b in pairs for table in _versus(a, b)]
    return found


def _differ_alone(a: Outcome, b: Outcome) -> bool:
    """Tell whether two outcomes differ by their platform, not by weights or input."""
    return a.platform != b.platform and a.stands_beside(b)


def _versus(one: Sequence[Outcome], other: Sequence[Outcome]) -> list[Table]:
    first, second = _fastest(one), _fastest(other)
    shared = sorted(first.keys() & second.keys())
    if not shared:
        return []
    there = [_against(first[cores], second[cores]) for cores in shared]
    back = [_against(second[cores], first[cores]) for cores in shared]
    turned = sum(row.a.latency_ns for row in back) < sum(row.a.latency_ns for row in there)
    a, b = (other, one) if turned else (one, other)
    stated = a[0] if a[0].weights else b[0]
    fixed = held(stated, "fusion", "engine", "threads")
    names = {"A": a[0].platform, "B": b[0].platform}
    rows = back if turned else there
    return [
        Table("cross-platform", "Cross-platform", {**names, **fixed}, *cells(VERSUS_FIELDS, rows))
    ]


def _fastest(outcomes: Iterable[Outcome]) -> dict[int, Variants]:
    """Return threads -> fusion -> the outcome of the fastest engine."""
    found: dict[int, Variants] = {}
    for outcome in sorted(outcomes, key=lambda o: -o.latency_ns):
        found.setdefault(outcome.trial.threads, {})[outcome.trial.fusion] = outcome
    return found


def _against(a: Variants, b: Variants) -> Versus:
    fastest = min(a.values(), key=lambda outcome: outcome.latency_ns)
    return Versus(fastest, b.get("none"), b.get("full"))
