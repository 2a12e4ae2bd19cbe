"""What is known of a live measurement without a screen."""

from collections.abc import Sequence

from resnettui.core.live import Phase
from resnettui.core.live_events import LiveEvent
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Hello,
    Measure,
    Prepared,
    Ready,
    Samples,
    WarmingUp,
)
from resnettui.core.trial import Check, Trial, WarmUp
from resnettui.live_run import LiveRun

MACHINE = Machine(cpu="Neoverse-N1", cores_allowed=4)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
OPS = OpLedger({"quantized::conv2d": 53})


class Sensors:
    def __init__(self) -> None:
        self.asked: list[Sequence[int]] = []

    def read(self, worker_pids: tuple[int, ...] = ()) -> Reading:
        self.asked.append(worker_pids)
        return Reading(at_s=float(len(self.asked)))


def told(run_id: int, trial: Trial) -> list[Event]:
    return [
        *(Hello(1, 4711), Ready(BUILD)),
        Prepared(run_id, trial, Check(0.1, 0.99), OPS, OPS, {}),
        WarmingUp(run_id, WarmUp(10, True), 0, done=True),
        Samples(run_id, (5_000_000,) * 3, 15_000_000, 1),
    ]


async def test_a_choice_is_folded_and_asked_for_as_a_run_of_its_own() -> None:
    run = LiveRun(MACHINE, Sensors().read)
    trial = Trial(precision="int8")
    first = run.chosen(Measure(0, trial, duration_s=2.0))
    for event in told(1, trial.resolved(("qnnpack",))):
        run.receive(event)
    second = run.chosen(Measure(0, trial))
    assert first == Measure(1, trial, duration_s=2.0)
    assert second == Measure(2, Trial(precision="int8", engine="qnnpack"))
    assert run.snapshot.machine == MACHINE
    assert len(run.snapshot.outcomes) == 1


async def test_what_was_read_before_the_sample_is_no_part_of_it() -> None:
    sensors = Sensors()
    run = LiveRun(MACHINE, sensors.read)
    run.chosen(Measure(0, Trial()))
    for event in told(1, Trial()):
        run.receive(event)
    assert sensors.asked == [(4711,)]
    begun = run.snapshot
    assert begun.readings == ()
    assert await run.go_on(0.001)
    (reading,) = run.snapshot.readings
    assert reading.at_s == 2.0


async def test_it_is_over_with_the_sample_or_without_one() -> None:
    for end in (Finished(1), Failed(1, "memory", "too large")):
        run = LiveRun(MACHINE, Sensors().read)
        run.chosen(Measure(0, Trial()))
        run.receive(end)
        assert not await run.go_on(600)
        assert run.over
        run.chosen(Measure(0, Trial()))
        assert run.snapshot.phase is Phase.STARTING
        assert await run.go_on(0.001)


async def test_everything_that_is_folded_is_heard() -> None:
    heard: list[LiveEvent] = []
    run = LiveRun(MACHINE, Sensors().read, heard.append)
    run.chosen(Measure(0, Trial()))
    run.receive(Finished(1))
    await run.go_on()
    kinds = [type(event).__name__ for event in heard]
    assert kinds == ["Probed", "Chosen", "Finished"]
