"""What is to be shown of the operators of a pass, and what is said of it in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from resnettui.core.kernels import is_reference
from resnettui.core.op_rows import (
    BETWEEN,
    COMPUTE,
    MEMORY,
    UNEVEN,
    WHOLE,
    OpPair,
    OpRow,
    beside,
    between_of,
    rows_of,
    uneven_of,
    whole_of,
)
from resnettui.core.operators import OpProfile
from resnettui.core.roof import Roof
from resnettui.core.trial import Trial
from resnettui.core.verdict import OVERHEAD, Verdict, verdict_of
from resnettui.report.figures import milliseconds, percent, ratio, significant


@dataclass(frozen=True)
class OpPage:
    """What is to be shown of the operators of one configuration."""

    trial: Trial
    profile: OpProfile
    roof: Roof | None = None
    unfused: OpProfile | None = None
    """The same without fusion, to stand beside it; None where there is nothing to compare."""
    by: str = "kind"
    sort: str = "time"
    top: int | None = None
    """Show so many rows; None for all."""

    @property
    def verdict(self) -> Verdict | None:
        """None where the roof is not known."""
        return None if self.roof is None else verdict_of(self.profile, self.roof)

    def rows(self) -> tuple[OpRow, ...]:
        """Return the rows to show."""
        return rows_of(self.profile, self.by, self.sort, self.roof)[: self.top]

    def left_out(self) -> int:
        """Return how many rows there are beyond those."""
        return len(rows_of(self.profile, self.by)) - len(self.rows())

    def pairs(self) -> tuple[OpPair, ...]:
        """Return the rows beside those without fusion; () where there is no such profile."""
        if self.unfused is None:
            return ()
        before, after = (
            rows_of(profile, self.by, self.sort, self.roof)
            for profile in (self.unfused, self.profile)
        )
        return beside(before, after, self.sort)[: self.top]

    def whole(self) -> tuple[OpRow, ...]:
        """Return what stands below the rows, and with them makes the whole pass."""
        return between_of(self.profile), uneven_of(self.profile), whole_of(self.profile, self.roof)

    def whole_pairs(self) -> tuple[OpPair, ...]:
        """Return what stands below the pairs, and with them makes the whole passes."""
        if self.unfused is None:
            return ()
        passes = (self.unfused, self.profile)
        return (
            OpPair(BETWEEN, *map(between_of, passes)),
            OpPair(UNEVEN, *map(uneven_of, passes)),
            OpPair(WHOLE, *(whole_of(profile, self.roof) for profile in passes)),
        )

    def unfused_page(self) -> "OpPage | None":
        """Return the page of the profile without fusion."""
        if self.unfused is None:
            return None
        trial = replace(self.trial, fusion="none")
        return replace(self, trial=trial, profile=self.unfused, unfused=None)


def verdict_text(verdict: Verdict) -> str:
    """Return the verdict in one line, with the three parts of the pass that make it."""
    compute, memory, overhead = (
        percent(verdict.share_of(bound)) for bound in (COMPUTE, MEMORY, OVERHEAD)
    )
    return (
        f"{verdict.bound}-bound: {compute} of the pass near the compute roof, "
        f"{memory} near the memory roof, {overhead} near neither"
    )


def verdict_notes(verdict: Verdict, roof: Roof) -> Iterator[str]:
    """Yield the figures behind the verdict, and what is to be taken with care."""
    yield (
        f"whole pass: {percent(verdict.compute_share)} of {_giga(roof.compute.per_s)} GFLOP/s "
        f"({roof.compute.by}), {percent(verdict.memory_share)} of {_giga(roof.memory.per_s)} GB/s "
        f"({roof.memory.by}); {ratio(verdict.times_least)} its least time of "
        f"{milliseconds(verdict.least_ns)} ms"
    )
    yield (
        f"near neither: {milliseconds(verdict.far_ns)} ms in operators below half of their roof, "
        f"{milliseconds(verdict.between_ns)} ms between operators"
    )
    if verdict.uneven_ns > UNEVEN_SHARE * verdict.pass_ns:
        yield (
            f"! {milliseconds(verdict.uneven_ns)} ms hit other operators in every pass: the cores "
            "were busy with other work"
        )
    if verdict.over_memory:
        yield f"! {_calls(verdict.over_memory)} over the memory roof: the data stays in a cache"
    if verdict.over_compute:
        yield f"! {_calls(verdict.over_compute)} over the compute roof: it was measured too low"


UNEVEN_SHARE = 0.1
"""Medians that miss more of the pass than this are told with a warning."""

NO_ROOF = "no verdict: the roof of this configuration is not known"


ROOF_LEGEND = "compute, memory: share of either roof (! above it); bound: the one that takes longer"
"""What stands below a table of rows."""


def inflation_text(profile: OpProfile) -> str:
    """Return what the profiler does to the times, and the work of the pass."""
    return (
        f"pass {milliseconds(profile.pass_ns)} ms, with the profiler "
        f"{milliseconds(profile.profiled_ns)} ms ({ratio(profile.inflation)}): the operators' "
        f"times are medians of {profile.passes} such passes, scaled to nothing · "
        f"{significant(profile.macs / 1e9)} GMAC, {significant(profile.moved_bytes / 1e6)} MB"
    )


def cautions(page: OpPage) -> list[str]:
    """Return what else is to be taken with care: no pinning, and every row with plain loops."""
    refused = page.profile.not_pinned
    pinning = [f"! not pinned: {refused}"] if refused else []
    return [*pinning, *_reference_notes(rows_of(page.profile, page.by))]


def _reference_notes(rows: Sequence[OpRow]) -> list[str]:
    """Return a line for every row in which plain loops ran, shown or not."""
    return [
        f"! reference kernel in {row.label}: {_calls(row.reference_calls)} ran "
        + ", ".join(kernel for kernel in row.kernels if is_reference(kernel))
        for row in rows
        if row.reference_calls
    ]


def _giga(per_s: float) -> str:
    return significant(per_s / 1e9)


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
