"""Several processes as one measurement: what of their passes counts.

Passes count only while all processes run: from the instant at which they began together up to one
that every process has reached. The throughput of the whole is the sum of theirs, and that of each
is taken up to the end of its own last pass before that instant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from resnettui.core.protocol import Samples


@dataclass(frozen=True)
class Pass:
    """One forward pass of one member."""

    end_ns: int
    latency_ns: int
    owner: int


def passes_in(samples: Samples, owner: int) -> tuple[Pass, ...]:
    """Return the passes of a report with the instants at which they ended.

    A report tells the end of its last pass alone; the little time between the passes, which is not
    part of a latency, is spread over them evenly.
    """
    latencies, end_ns = samples.latencies_ns, samples.end_ns
    gap_ns = max(0, samples.wall_ns - sum(latencies)) // max(1, len(latencies))
    passes = []
    for latency_ns in reversed(latencies):
        passes.append(Pass(end_ns, latency_ns, owner))
        end_ns -= latency_ns + gap_ns
    return tuple(reversed(passes))


@dataclass(frozen=True)
class Pool:
    """The passes of all members since the common instant: counted ones, and those that wait."""

    begin_ns: int
    counted_ns: int
    """Up to this instant the passes are counted."""
    counts: tuple[int, ...]
    """Passes counted of each member."""
    ends_ns: tuple[int, ...]
    """When the last of them ended; begin_ns before the first."""
    waiting: tuple[tuple[Pass, ...], ...]
    """Of each member the passes after that instant."""

    @property
    def reached_ns(self) -> int:
        """The last instant that every member has reached."""
        return min(passes[-1].end_ns if passes else self.counted_ns for passes in self.waiting)


def pool_from(begin_ns: int, members: int) -> Pool:
    """Return the pool of members that begin together."""
    return Pool(begin_ns, begin_ns, (0,) * members, (begin_ns,) * members, ((),) * members)


def pooled(pool: Pool, member: int, samples: Samples) -> Pool:
    """Return the pool with what one member has reported."""
    waiting = list(pool.waiting)
    waiting[member] += passes_in(samples, member)
    return replace(pool, waiting=tuple(waiting))


def end_of(pool: Pool, duration_ns: int | None, iterations: int | None) -> int | None:
    """Return the instant at which every member has measured what was asked for.

    That is the first pass beyond the duration, or a number of passes, of each. None while not all
    have reached it, or where neither is given.
    """
    if duration_ns is not None:
        deadline_ns = pool.begin_ns + duration_ns
        ends = [_first(p.end_ns for p in some if p.end_ns >= deadline_ns) for some in pool.waiting]
    elif iterations is not None:
        ends = [
            pool.counted_ns
            if n >= iterations
            else _first(p.end_ns for p in some[iterations - n - 1 :])
            for n, some in zip(pool.counts, pool.waiting, strict=True)
        ]
    else:
        return None
    known = [end_ns for end_ns in ends if end_ns is not None]
    return max(known) if len(known) == len(ends) and max(known) <= pool.reached_ns else None


def _first(instants: Iterable[int]) -> int | None:
    return next(iter(instants), None)


def counted(pool: Pool, run_id: int, until_ns: int) -> tuple[Pool, Samples]:
    """Count the passes that ended up to an instant; return the rest, and the counted as a report.

    The report's wall time goes from the instant counted to before up to this one, and that of each
    member from the end of its last pass before to that of its last one in the report.
    """
    fresh = [tuple(p for p in passes if p.end_ns <= until_ns) for passes in pool.waiting]
    rest = tuple(p[len(f) :] for p, f in zip(pool.waiting, fresh, strict=True))
    counts = tuple(n + len(f) for n, f in zip(pool.counts, fresh, strict=True))
    ends = tuple(f[-1].end_ns if f else end for end, f in zip(pool.ends_ns, fresh, strict=True))
    passes = sorted((p for some in fresh for p in some), key=lambda p: p.end_ns)
    samples = Samples(
        run_id,
        latencies_ns=tuple(p.latency_ns for p in passes),
        wall_ns=until_ns - pool.counted_ns,
        end_ns=until_ns,
        owners=tuple(p.owner for p in passes),
        walls_ns=tuple(end - last for last, end in zip(pool.ends_ns, ends, strict=True)),
    )
    return Pool(pool.begin_ns, until_ns, counts, ends, rest), samples
