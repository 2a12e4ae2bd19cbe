import asyncio
from dataclasses import dataclass, field, replace

import pytest

from resnettui.bench import Enough, Watch
from resnettui.core.ops import OpLedger
from resnettui.core.plan import Plan
from resnettui.core.protocol import CHECK_S, Measure, Step
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.sweep import SweepOrder, SweepState
from resnettui.core.trial import Check, Trial, TrialResult, WarmUp
from resnettui.errors import NoWeightsError, TrialError, UsageError
from resnettui.sweeping import COOLDOWN_LIMIT_S, Sweeping, measuring

MS = 1_000_000
ONE, TWO, FOUR = Trial(), Trial(threads=2), Trial(threads=4)
ORDER = SweepOrder(Plan((ONE, TWO, FOUR, ONE), repeats=True), data="photos", weights="imagenet")


def result_of(trial: Trial, latency_ms: int = 10) -> TrialResult:
    return TrialResult(
        *(trial, (latency_ms * MS,), latency_ms * MS, WarmUp(10, True)),
        check=Check(0.0, 1.0),
        ops=OpLedger(),
        unfused=OpLedger(),
        kernels={},
        passes=1,
    )


@dataclass
class Scripted:
    """Measures by the script, and notes what it was asked and what was kept."""

    failing: dict[Trial, Exception] = field(default_factory=dict)
    wishes: list[Measure] = field(default_factory=list)
    kept: list[tuple[int, Trial, bool, str]] = field(default_factory=list)
    states: list[SweepState] = field(default_factory=list)

    async def measure(self, wish: Measure, _enough: Enough, watch: Watch) -> TrialResult:
        self.wishes.append(wish)
        watch(Step(wish.run_id, "building"))
        if wish.trial in self.failing:
            raise self.failing[wish.trial]
        return result_of(wish.trial, 10 * wish.trial.threads)

    async def keep(
        self, position: int, trial: Trial, result: TrialResult | None, failure: str
    ) -> None:
        self.kept.append((position, trial, result is not None, failure))

    def sweeping(self, state: SweepState) -> Sweeping:
        return Sweeping(state, self.measure, self.keep, self.states.append)


async def test_every_trial_is_measured_in_order_and_kept_at_once() -> None:
    script = Scripted()
    state = await script.sweeping(SweepState(ORDER)).run()
    assert [wish.trial for wish in script.wishes] == list(ORDER.plan.trials)
    assert [wish.run_id for wish in script.wishes] == [1, 2, 3, 4]
    assert {(wish.data, wish.weights) for wish in script.wishes} == {("photos", "imagenet")}
    assert {wish.check_s for wish in script.wishes} == {CHECK_S}
    assert script.kept == [(i, t, True, "") for i, t in enumerate(ORDER.plan.trials)]
    assert {at: o.latency_ns for at, o in state.outcomes.items()} == {
        0: 10 * MS,
        1: 20 * MS,
        2: 40 * MS,
        3: 10 * MS,
    }
    assert state.trial is None


async def test_a_trial_that_fails_is_kept_with_its_reason_and_the_next_goes_on() -> None:
    script = Scripted({TWO: TrialError("does not fit")})
    state = await script.sweeping(SweepState(ORDER)).run()
    assert (1, TWO, False, "does not fit") in script.kept
    assert state.failures == {1: "does not fit"}
    assert sorted(state.outcomes) == [0, 2, 3]


async def test_weights_that_do_not_fit_one_model_are_a_failed_trial_of_it() -> None:
    script = Scripted({TWO: NoWeightsError("of another depth")})
    state = await script.sweeping(SweepState(ORDER)).run()
    assert (1, TWO, False, "of another depth") in script.kept
    assert sorted(state.outcomes) == [0, 2, 3]


async def test_data_that_cannot_be_used_ends_the_sweep() -> None:
    script = Scripted({ONE: UsageError("no image")})
    with pytest.raises(UsageError):
        await script.sweeping(SweepState(ORDER)).run()
    assert script.kept == []


async def test_a_resumed_sweep_measures_what_is_missing_and_nothing_twice() -> None:
    whole = await Scripted().sweeping(SweepState(ORDER)).run()
    half = SweepState(ORDER, outcomes={0: whole.outcomes[0]}, failures={2: "refused"})
    script = Scripted()
    state = await script.sweeping(half).run()
    assert [at for at, *_ in script.kept] == [1, 3]
    assert state.measured_before == {0, 2}
    assert state.done == state.total


async def test_the_state_says_what_is_done_with_which_trial() -> None:
    script = Scripted()
    await script.sweeping(SweepState(ORDER)).run()
    assert (1, "building") in [(state.position, state.doing) for state in script.states]


async def test_a_tick_tells_the_time_and_the_end_of_a_trial_is_noted() -> None:
    script, now_s = Scripted(), 0.0
    order = replace(ORDER, plan=Plan((ONE,)))
    sweeping = Sweeping(
        *(SweepState(order), script.measure, script.keep, script.states.append),
        clock=lambda: now_s,
    )
    now_s = 5.0
    await sweeping.run()
    now_s = 7.0
    sweeping.tick()
    assert script.states[-1] is sweeping.state
    assert (sweeping.state.finished_s, sweeping.state.elapsed_s) == (5.0, 7.0)


@pytest.mark.parametrize(
    ("latencies_ns", "wall_ns", "enough"),
    [
        ([MS] * 100, 100 * MS, True),
        ([MS, 3 * MS] * 50, 200 * MS, False),
        ([MS, 3 * MS] * 50, 2_000 * MS, True),
        ([MS], 1 * MS, False),
    ],
    ids=["known", "not known", "out of time", "too few"],
)
async def test_a_trial_ends_when_its_median_is_known_or_its_time_is_up(
    latencies_ns: list[int], wall_ns: int, enough: bool
) -> None:
    asked: list[bool] = []

    @dataclass
    class Collected:
        latencies_ns: list[int]
        wall_ns: int

    async def measure(wish: Measure, is_enough: Enough, _watch: Watch) -> TrialResult:
        asked.append(is_enough(Collected(latencies_ns, wall_ns)))  # type: ignore[arg-type]
        return result_of(wish.trial)

    order = replace(ORDER, plan=Plan((ONE,)), max_s=2.0)
    script = Scripted()
    await Sweeping(SweepState(order), measure, script.keep, script.states.append).run()
    assert asked == [enough]


class Clock:
    """Advances by the sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


async def cooled(monkeypatch: pytest.MonkeyPatch, temperatures: list[float | None]) -> list[str]:
    """Return what a sweep of one trial said of it, with the last temperature staying."""
    clock = Clock(monkeypatch)
    left = iter(temperatures)
    last = temperatures[-1]
    script = Scripted()
    order = replace(ORDER, plan=Plan((ONE,)), cooldown_celsius=50.0)
    sweeping = Sweeping(
        *(SweepState(order), script.measure, script.keep, script.states.append),
        temperature_celsius=lambda: next(left, last),
        clock=lambda: clock.now_s,
    )
    await sweeping.run()
    assert len(script.kept) == 1
    said = [state.doing for state in script.states if "cooling" in state.doing]
    flags = sweeping.state.outcomes[0].flags
    return [*said, f"{clock.now_s:.0f} s", *flags.values()]


async def test_it_waits_until_the_processor_is_cool(monkeypatch: pytest.MonkeyPatch) -> None:
    said = await cooled(monkeypatch, [70.0, 60.0, 50.0])
    assert said == [
        "cooling down from 70 to 50 °C",
        "cooling down from 60 to 50 °C",
        "4 s",
    ]


async def test_a_machine_without_a_thermometer_is_not_waited_for_but_flagged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await cooled(monkeypatch, [None]) == ["0 s", "this machine tells no temperature"]


async def test_a_board_that_stays_hot_is_measured_and_flagged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    *_, seconds, flag = await cooled(monkeypatch, [90.0])
    assert seconds == f"{COOLDOWN_LIMIT_S:.0f} s"
    assert flag == f"still at 90 °C after {COOLDOWN_LIMIT_S:.0f} s"


ROOFED = replace(ORDER, roof=True)
PEAKS = (Peak("fp32", 1, 2e11, "convolution"), Peak(MEMORY, 1, 4e10, "triad"))


async def test_the_roof_is_found_before_the_first_trial() -> None:
    script = Scripted()
    asked: list[tuple[tuple[str, ...], int, int]] = []

    async def find(kinds: tuple[str, ...], threads: int, watch: Watch) -> tuple[Peak, ...]:
        asked.append((kinds, threads, len(script.wishes)))
        watch(Step(0, "finding the peak of fp32", 3, 12))
        if threads == 2:
            raise TrialError("killed")
        return PEAKS

    sweeping = Sweeping(
        SweepState(ROOFED), script.measure, script.keep, script.states.append, find_peaks=find
    )
    state = await sweeping.run()
    assert asked == [(("fp32", MEMORY), threads, 0) for threads in (1, 2, 4)]
    assert state.roofs == {1: PEAKS, 4: PEAKS}
    assert state.roof_failures == {2: "killed"}
    assert state.done == state.total
    said = [state.doing for state in script.states]
    assert {"first the roof of 1 thread", "first the roof of 4 threads"} <= set(said)
    assert "finding the peak of fp32 3/12" in said


async def test_an_order_without_a_roof_asks_for_none() -> None:
    script = Scripted()

    async def find(_kinds: tuple[str, ...], _threads: int, _watch: Watch) -> tuple[Peak, ...]:
        raise AssertionError("nobody asked for it")

    sweeping = Sweeping(
        SweepState(ORDER), script.measure, script.keep, script.states.append, find_peaks=find
    )
    assert (await sweeping.run()).roofs == {}


def test_how_far_a_sample_is_fits_into_a_line_of_the_sweep_screen() -> None:
    latencies_ns = [round(MS * (17.1 + number % 7)) for number in range(1553)]
    said = measuring(latencies_ns, 0.01)
    assert said == "measuring, 1553 passes, 20.1 ms, interval 0.0 %, wanted 1.0 %"
    assert len(said) <= 62
