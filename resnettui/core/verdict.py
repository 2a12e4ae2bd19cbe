"""What a whole pass is bound by: computing, memory, or neither of the two."""

from dataclasses import dataclass

from resnettui.core.op_rows import COMPUTE, MEMORY, OpRow
from resnettui.core.operators import OpProfile
from resnettui.core.roof import Roof

OVERHEAD = "overhead"
"""Bound by no roof: slow kernels, operators too small for their dispatch, and what is between."""

NEAR = 0.5
"""An operator is near a roof from this share of it on: nothing but a higher roof, or less work,
could make it more than twice as fast."""


@dataclass(frozen=True)
class Verdict:
    """Where the time of one pass goes.

    Each operator has a least time: FLOP over the compute peak, or bytes over the bandwidth,
    whichever is longer, and that one binds it. Where it runs near that roof, all of its time counts
    as spent there. Operators that are far from theirs, and what is between operators, count as
    overhead. The largest of compute, memory and overhead is the verdict; what other work on the
    cores took is told apart. All parts add up to the pass. An operator whose data stays in a cache
    may be faster than the memory roof, and is near it then; nothing is cut off.
    """

    pass_ns: float
    """The profiled pass, of which the operators' times are."""
    compute_ns: float
    """Operators that compute binds, near their roof."""
    memory_ns: float
    """Operators that memory binds, near their roof."""
    far_ns: float
    """Operators that are far from either."""
    between_ns: float
    """What no operator accounts for."""
    uneven_ns: float
    """What keeps these medians from adding up to the pass: other work on the cores."""
    least_ns: float
    """The operators' least times together: the pass, were each at its roof and nothing between."""
    over_compute: int
    """Operators faster than the compute roof: it was measured too low."""
    over_memory: int
    """Operators faster than the memory roof: their data stays in a cache."""
    compute_share: float
    """What the pass without the profiler reaches of the compute roof, on the whole."""
    memory_share: float
    """What it reaches of the memory roof, each operator moving its data on its own."""

    @property
    def overhead_ns(self) -> float:
        """What the configuration itself spends at neither roof."""
        return self.far_ns + self.between_ns

    @property
    def bound(self) -> str:
        """COMPUTE, MEMORY or OVERHEAD: what most of the pass is spent on."""
        parts = {COMPUTE: self.compute_ns, MEMORY: self.memory_ns, OVERHEAD: self.overhead_ns}
        return max(parts, key=lambda name: parts[name])

    @property
    def share(self) -> float:
        """The share of the pass that makes the verdict."""
        return self.share_of(self.bound)

    def share_of(self, bound: str) -> float:
        """Return the share that is spent on COMPUTE, MEMORY or OVERHEAD; they add up to 1."""
        parts = {COMPUTE: self.compute_ns, MEMORY: self.memory_ns, OVERHEAD: self.overhead_ns}
        own_ns = sum(parts.values())
        return parts[bound] / own_ns if own_ns else 0.0

    @property
    def times_least(self) -> float:
        """How many times its least time the pass takes."""
        return self.pass_ns / self.least_ns if self.least_ns else 0.0


def verdict_of(profile: OpProfile, roof: Roof) -> Verdict:
    """Return what a profiled pass is bound by, under the roof of its precision and threads."""
    rows = [OpRow(call.kind, (call,), profile.profiled_ns, roof) for call in profile.calls]
    near = [row for row in rows if (row.roof_share or 0.0) >= NEAR]
    compute_ns, memory_ns = (
        sum(row.time_ns for row in near if row.bound == bound) for bound in (COMPUTE, MEMORY)
    )
    return Verdict(
        pass_ns=profile.profiled_ns,
        compute_ns=compute_ns,
        memory_ns=memory_ns,
        far_ns=profile.operators_ns - compute_ns - memory_ns,
        between_ns=profile.between_ns,
        uneven_ns=profile.uneven_ns,
        least_ns=sum(least_ns(row, roof) for row in rows),
        over_compute=sum((row.compute_share or 0.0) > 1 for row in rows),
        over_memory=sum((row.memory_share or 0.0) > 1 for row in rows),
        compute_share=_of_pass(roof.compute_ns(profile.flop), profile),
        memory_share=_of_pass(roof.memory_ns(profile.moved_bytes), profile),
    )


def least_ns(row: OpRow, roof: Roof) -> float:
    """Return the least time of one operator under both roofs."""
    return max(roof.compute_ns(row.flop), roof.memory_ns(row.moved_bytes))


def _of_pass(roof_ns: float, profile: OpProfile) -> float:
    return roof_ns / profile.pass_ns if profile.pass_ns else 0.0
