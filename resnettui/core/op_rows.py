"""Rows of the operator table: the calls of one pass, grouped, sorted, and set beside others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from resnettui.core.kernels import is_reference
from resnettui.core.operators import OpCall, OpProfile
from resnettui.core.ops import family
from resnettui.core.roof import Roof

COMPUTE, MEMORY = "compute", "memory"
"""The two roofs."""


BETWEEN, UNEVEN, WHOLE = "between operators", "uneven passes", "whole pass"
"""The rows that stand below all others."""


@dataclass(frozen=True)
class OpRow:
    """Some calls of one pass, taken together."""

    label: str
    """What they share: kind, stage, shape, or of a single call its module."""
    calls: tuple[OpCall, ...]
    pass_ns: float
    """The pass they are part of, with the profiler, as their times are."""
    roof: Roof | None = None
    beyond_ns: float = 0.0
    """Time that belongs to it and to none of its calls."""

    @property
    def time_ns(self) -> float:
        """Of all calls together, and beyond."""
        return sum(call.time_ns for call in self.calls) + self.beyond_ns

    @property
    def share(self) -> float:
        """Of the pass."""
        return self.time_ns / self.pass_ns if self.pass_ns else 0.0

    @property
    def flop(self) -> int:
        """A multiply and add counts as two."""
        return sum(call.flop for call in self.calls)

    @property
    def moved_bytes(self) -> int:
        """What they must move at least."""
        return sum(call.moved_bytes for call in self.calls)

    @property
    def flop_per_s(self) -> float:
        """0 for what does not compute in that sense, or took no time."""
        return 1e9 * self.flop / self.time_ns if self.time_ns else 0.0

    @property
    def bytes_per_s(self) -> float:
        """The least they must move, over the time they took."""
        return 1e9 * self.moved_bytes / self.time_ns if self.time_ns else 0.0

    @property
    def intensity(self) -> float:
        """FLOP per byte."""
        return self.flop / self.moved_bytes if self.moved_bytes else 0.0

    @property
    def compute_share(self) -> float | None:
        """Of the compute roof; None where the roof is not known, or nothing is computed."""
        if self.roof is None or not self.flop or not self.time_ns:
            return None
        return self.roof.compute_ns(self.flop) / self.time_ns

    @property
    def memory_share(self) -> float | None:
        """Of the memory roof; over 1 where the data stays in a cache. None as above."""
        if self.roof is None or not self.moved_bytes or not self.time_ns:
            return None
        return self.roof.memory_ns(self.moved_bytes) / self.time_ns

    @property
    def bound(self) -> str | None:
        """COMPUTE or MEMORY, whichever takes longer at its roof; None where neither is known."""
        compute, memory = self.compute_share, self.memory_share
        if compute is None and memory is None:
            return None
        return COMPUTE if (compute or 0.0) > (memory or 0.0) else MEMORY

    @property
    def roof_share(self) -> float | None:
        """Of the roof that binds: the least possible time over the time it took."""
        return self.compute_share if self.bound == COMPUTE else self.memory_share

    @property
    def kernels(self) -> dict[str, int]:
        """The kernels that ran and were told, with their calls, the one that took longest first."""
        times_ns: dict[str, float] = {}
        counts: dict[str, int] = {}
        for call in self.calls:
            times_ns[call.kernel] = times_ns.get(call.kernel, 0.0) + call.time_ns
            counts[call.kernel] = counts.get(call.kernel, 0) + 1
        longest = sorted(counts, key=lambda kernel: -times_ns[kernel])
        return {kernel: counts[kernel] for kernel in longest if kernel}

    @property
    def reference_calls(self) -> int:
        """Calls that ran a plain loop, kept for correctness and not for speed."""
        return sum(is_reference(call.kernel) for call in self.calls)


def same_work(kind: str) -> str:
    """Return what an operator does without what is fused into it, so that variants compare."""
    name = family(kind)
    return "conv2d" if name.startswith("conv2d_") else name


GROUPS: Mapping[str, Callable[[OpCall], str]] = {
    "kind": lambda call: family(call.kind),
    "stage": lambda call: call.stage,
    "shape": lambda call: f"{same_work(call.kind)} {call.shape}".rstrip(),
    "call": lambda call: f"{call.name} {same_work(call.kind)}".lstrip(),
}
"""How calls are taken together: by -> the label of a call. Single calls stay apart all the same."""

SORTS: Mapping[str, Callable[[OpRow], float]] = {
    "time": lambda row: row.time_ns,
    "share": lambda row: row.share,
    "calls": lambda row: len(row.calls),
    "flops": lambda row: row.flop_per_s,
    "intensity": lambda row: row.intensity,
    "roof": lambda row: row.roof_share or 0.0,
}
"""What rows can be sorted by, the highest first; ORDER leaves them in the order of execution."""

ORDER = "order"


def rows_of(
    profile: OpProfile, by: str = "kind", sort: str = "time", roof: Roof | None = None
) -> tuple[OpRow, ...]:
    """Return the rows of a profile: `by` is a key of GROUPS, `sort` one of SORTS, or ORDER."""
    groups: dict[tuple[str, int], list[OpCall]] = {}
    for call in profile.calls:
        label, at = GROUPS[by](call), 0
        while by == "call" and (label, at) in groups:
            at += 1
        groups.setdefault((label, at), []).append(call)
    rows = [
        OpRow(f"{label} #{at + 1}" if at else label, tuple(calls), profile.profiled_ns, roof)
        for (label, at), calls in groups.items()
    ]
    return tuple(rows if sort == ORDER else sorted(rows, key=SORTS[sort], reverse=True))


def between_of(profile: OpProfile) -> OpRow:
    """Return what no operator accounts for, as a row."""
    return OpRow(BETWEEN, (), profile.profiled_ns, beyond_ns=profile.between_ns)


def uneven_of(profile: OpProfile) -> OpRow:
    """Return what keeps the medians from adding up to the pass, as a row."""
    return OpRow(UNEVEN, (), profile.profiled_ns, beyond_ns=profile.uneven_ns)


def whole_of(profile: OpProfile, roof: Roof | None = None) -> OpRow:
    """Return the whole pass as a row, with the profiler as the others are."""
    return OpRow(
        WHOLE, profile.calls, profile.profiled_ns, roof, profile.between_ns + profile.uneven_ns
    )


@dataclass(frozen=True)
class OpPair:
    """The same work unfused and fused; None where one of them has none of it."""

    label: str
    unfused: OpRow | None
    fused: OpRow | None

    def value(self, sort: str) -> float:
        """Return what the pair is sorted by: the higher of its rows, by a key of SORTS."""
        return max(SORTS[sort](row) for row in (self.unfused, self.fused) if row)


def beside(
    unfused: Sequence[OpRow], fused: Sequence[OpRow], sort: str = "time"
) -> tuple[OpPair, ...]:
    """Return rows of one grouping beside each other, sorted by a key of SORTS, or ORDER."""
    before, after = ({row.label: row for row in rows} for rows in (unfused, fused))
    pairs = [OpPair(label, before.get(label), after.get(label)) for label in {**before, **after}]
    if sort == ORDER:
        return tuple(pairs)
    return tuple(sorted(pairs, key=lambda pair: pair.value(sort), reverse=True))
