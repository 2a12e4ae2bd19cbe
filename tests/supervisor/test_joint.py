from dataclasses import replace

import pytest

from resnettui.core.machine import Build
from resnettui.core.operators import OpProfile
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Hello,
    Measure,
    Prepared,
    Profiled,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.trial import Check, Member, Trial, WarmUp
from resnettui.supervisor.joint import LEAD_NS, REPORT_NS, Joint, unpinned

MS = 1_000_000
NOW = 5_000 * MS
PASS = 20 * MS
BUILD = Build("2.9.0", "0.24.0", ("x86",), "x86", "AVX2", True)
AT = NOW + LEAD_NS + 2 * PASS


class Bench:
    """A joint measurement, and what it told and asked for."""

    def __init__(self, wish: Measure, not_pinned: str = "") -> None:
        self.told: list[Event] = []
        self.went: list[int] = []
        self.stops = 0
        self.joint = Joint(
            *(wish, self.told.append, self.went.append, self._stop),
            not_pinned=not_pinned,
            clock=lambda: NOW,
        )

    def _stop(self) -> None:
        self.stops += 1

    def hear(self, index: int, *events: Event) -> None:
        for event in events:
            self.joint.hear(index, event)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.told]

    def steps(self) -> list[str]:
        return [event.what for event in self.told if isinstance(event, Step)]

    def samples(self) -> list[Samples]:
        return [event for event in self.told if isinstance(event, Samples)]


PAIR = Trial(processes=2)


def wish(trial: Trial = PAIR, iterations: int | None = None, s: float | None = None) -> Measure:
    return Measure(1, trial, iterations=iterations, duration_s=s)


def prepared(trial: Trial = PAIR) -> Prepared:
    return Prepared(1, trial, Check(0.0, 1.0), OpLedger(), OpLedger(), {})


def warm(pid: int, pass_ns: int = 9 * MS, warmup: WarmUp = WarmUp(10, True)) -> WarmingUp:  # noqa: B008
    return WarmingUp(1, warmup, pass_ns, True, (Member(pid, (pid,)),))


def going(asked: Measure, size: int = 2) -> Bench:
    """Return a measurement whose workers were all let go, without what it told until then."""
    bench = Bench(asked)
    for index in range(size):
        bench.hear(index, prepared(), warm(index, PASS))
    bench.told.clear()
    return bench


def report(pass_ms: int, passes: int, end_ms: int) -> Samples:
    """Return passes without a gap, up to an instant after the common beginning."""
    return Samples(1, (pass_ms * MS,) * passes, pass_ms * passes * MS, AT + end_ms * MS)


def test_two_workers_start_as_one() -> None:
    bench = Bench(wish())
    bench.hear(1, Starting(1))
    bench.hear(0, Starting(1))
    bench.hear(1, Ready(BUILD))
    assert bench.told == [Starting(1), Step(1, "worker 1 of 2: starting"), Ready(BUILD)]


def test_what_the_last_worker_does_is_told() -> None:
    bench = Bench(wish())
    bench.hear(1, Starting(1))
    bench.hear(0, Step(1, "building", 1, 2))
    bench.hear(1, Hello(2, 12), Step(1, "calibrating", 3, 8))
    bench.hear(0, prepared(), WarmingUp(1, WarmUp(3), 9 * MS))
    bench.hear(1, prepared(), WarmingUp(1, WarmUp(1), 9 * MS))
    bench.hear(0, WarmingUp(1, WarmUp(9), 9 * MS))
    assert bench.kinds() == (
        ["Starting", "Step", "Hello", "Step", "Step", "Prepared", "Step", "WarmingUp", "WarmingUp"]
    )
    assert bench.steps() == [
        "worker 2 of 2: starting",
        "worker 2 of 2: importing torch",
        "worker 1 of 2: building",
        "worker 2 of 2: calibrating",
    ]
    assert bench.told[6] == Step(1, "worker 2 of 2: calibrating", 3, 8)


def test_one_variant_is_told_for_all() -> None:
    bench = Bench(wish())
    bench.hear(1, prepared())
    bench.hear(0, replace(prepared(), kernels={"other": 1}))
    assert bench.told == [prepared()]


def test_all_go_at_one_instant_when_the_last_is_ready() -> None:
    bench = Bench(wish())
    bench.hear(1, warm(12, PASS, WarmUp(40, False)))
    assert (bench.went, bench.told) == ([], [])
    bench.hear(0, warm(11, 9 * MS))
    assert bench.went == [AT]
    members = (Member(11, (11,)), Member(12, (12,)))
    assert bench.told == [WarmingUp(1, WarmUp(40, False), PASS, True, members)]


def test_why_none_could_be_pinned_is_told_of_each() -> None:
    bench = Bench(wish(), not_pinned="too few cores")
    bench.hear(0, warm(11))
    bench.hear(1, warm(12))
    (event,) = bench.told
    assert isinstance(event, WarmingUp)
    assert {member.not_pinned for member in event.members} == {"too few cores"}


def test_what_is_profiled_says_why_it_is_not_pinned() -> None:
    event = Profiled(1, Trial(), OpProfile((), 3, 1.0, 2.0))
    assert unpinned(event, "") is event
    told = unpinned(event, "all cores are alike")
    assert isinstance(told, Profiled)
    assert told.profile == replace(event.profile, not_pinned="all cores are alike")


def test_a_worker_that_is_replaced_is_waited_for_again() -> None:
    bench = Bench(wish())
    bench.hear(0, warm(11))
    bench.hear(0, Starting(1))
    bench.hear(1, warm(12))
    assert bench.went == []
    bench.hear(0, warm(13))
    assert bench.went == [AT - 2 * (PASS - 9 * MS)]


def test_passes_are_pooled_up_to_where_all_are() -> None:
    bench = going(wish())
    bench.hear(0, report(100, 5, 500))
    assert bench.told == []
    bench.hear(1, report(150, 3, 450))
    (samples,) = bench.samples()
    assert sorted(samples.latencies_ns) == [100 * MS] * 4 + [150 * MS] * 3
    assert (samples.wall_ns, samples.end_ns) == (450 * MS, AT + 450 * MS)
    assert samples.owners == (0, 1, 0, 0, 1, 0, 1)


def test_small_steps_are_gathered_into_one_report() -> None:
    bench = going(wish())
    for n in range(1, 30):
        bench.hear(0, report(10, 1, 10 * n))
        bench.hear(1, report(10, 1, 10 * n))
    (samples,) = bench.samples()
    assert samples.wall_ns == REPORT_NS
    assert len(samples.latencies_ns) == 50


def test_a_number_of_passes_is_that_of_every_process() -> None:
    bench = going(wish(iterations=3))
    bench.hear(0, report(10, 50, 500))
    bench.hear(1, report(12, 2, 24))
    assert bench.told == []
    bench.hear(1, report(12, 5, 84))
    assert bench.kinds() == ["Samples", "Finished"]
    (samples,) = bench.samples()
    assert samples.wall_ns == 36 * MS
    assert samples.owners.count(1) == 3
    assert samples.owners.count(0) == 3
    assert bench.stops == 1


def test_a_duration_ends_at_one_instant_for_all() -> None:
    bench = going(wish(s=1.0))
    for n in (1, 2, 3):
        bench.hear(0, report(100, 5, 500 * n))
        bench.hear(1, report(120, 4, 480 * n))
    assert bench.kinds() == ["Samples", "Samples", "Samples", "Finished"]
    assert sum(samples.wall_ns for samples in bench.samples()) == 1080 * MS
    owners = [owner for samples in bench.samples() for owner in samples.owners]
    assert (owners.count(0), owners.count(1)) == (10, 9)


def test_after_the_end_nothing_more_is_told() -> None:
    bench = going(wish(iterations=1))
    bench.hear(0, report(10, 1, 10))
    bench.hear(1, report(10, 1, 10), report(10, 90, 910), WorkerLost("gone"))
    bench.hear(0, report(10, 90, 910), Failed(1, "error", "late"))
    assert bench.kinds() == ["Samples", "Finished"]


@pytest.mark.parametrize(
    "event", [Failed(1, "memory", "too big", "smaller"), WorkerLost("killed", "why?", True)]
)
def test_one_that_fails_stops_all_and_is_named(event: Failed | WorkerLost) -> None:
    bench = Bench(wish(Trial(processes=3)))
    bench.hear(0, Hello(2, 11), Ready(build=None))  # type: ignore[arg-type]
    bench.hear(2, event)
    bench.hear(1, event)
    assert bench.told[-1] == replace(event, reason=f"worker 3 of 3: {event.reason}")
    assert bench.kinds().count(type(event).__name__) == 1
    assert bench.stops == 1


def test_what_belongs_to_another_run_is_ignored() -> None:
    bench = going(wish())
    for event in (Starting(9), Step(9, "x"), Failed(9, "error", "x"), Finished(9)):
        bench.hear(0, event)
    bench.hear(1, replace(report(10, 99, 990), run_id=9))
    assert (bench.told, bench.stops) == ([], 0)
