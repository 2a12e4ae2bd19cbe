"""What is counted of the processes of a measurement, and the result that it adds up to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from resnettui.core.protocol import Prepared, Samples
from resnettui.core.stats import median
from resnettui.core.trial import Member, TrialResult, WarmUp, throughput_img_s


@dataclass(frozen=True)
class MemberTally:
    """What is counted of one member of a crew."""

    passes: int = 0
    wall_ns: int = 0
    """From the instant at which all began to the end of the last of these passes."""
    latencies_ns: tuple[int, ...] = ()
    """The latest of them."""


def tallied(
    tallies: tuple[MemberTally, ...], members: int, samples: Samples, window: int | None = None
) -> tuple[MemberTally, ...]:
    """Return the tallies with a report, the latest `window` latencies of each member or all.

    One process needs none: all passes are its own.
    """
    if not samples.owners:
        return tallies
    fresh: list[list[int]] = [[] for _ in range(members)]
    for owner, latency_ns in zip(samples.owners, samples.latencies_ns, strict=True):
        fresh[owner].append(latency_ns)
    before = tallies or (MemberTally(),) * members
    kept = slice(None if window is None else -window, None)
    return tuple(
        MemberTally(
            tally.passes + len(new), tally.wall_ns + wall_ns, (*tally.latencies_ns, *new)[kept]
        )
        for tally, new, wall_ns in zip(before, fresh, samples.walls_ns, strict=True)
    )


def result_from(
    prepared: Prepared,
    warmup: WarmUp,
    latencies_ns: Sequence[int],
    *,
    passes: int,
    wall_ns: int,
    members: tuple[Member, ...] = (),
    tallies: tuple[MemberTally, ...] = (),
) -> TrialResult:
    """Return what was measured of a variant, with the figures of its processes, without flags."""
    plain = TrialResult(
        trial=prepared.trial,
        latencies_ns=tuple(latencies_ns),
        wall_ns=wall_ns,
        passes=passes,
        warmup=warmup,
        check=prepared.check,
        ops=prepared.ops,
        unfused=prepared.unfused,
        kernels=prepared.kernels,
        input=prepared.input,
        flop=prepared.flop,
        moved_bytes=prepared.moved_bytes,
    )
    return plain.with_members(members_of(members, tallies, plain))


def members_of(
    members: tuple[Member, ...], tallies: tuple[MemberTally, ...], result: TrialResult
) -> tuple[Member, ...]:
    """Return the processes of a result with their figures.

    The throughput of each is that of its own passes over the time which they took: a pass that was
    under way when the sample ended adds neither to the one nor to the other.
    """
    if not tallies:
        figures = [(result.passes, result.wall_ns, result.summary.p50)] * len(members)
    else:
        figures = [
            (t.passes, t.wall_ns, median(t.latencies_ns) if t.passes else 0.0) for t in tallies
        ]
    return tuple(
        replace(
            member,
            passes=passes,
            median_ns=median_ns,
            throughput_img_s=throughput_img_s(result.trial, passes, wall_ns),
        )
        for member, (passes, wall_ns, median_ns) in zip(members, figures, strict=True)
    )
