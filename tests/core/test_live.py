import copy
import tracemalloc
from dataclasses import replace

import pytest
from core_samples import (
    BUILD,
    KERNELS,
    MS,
    SECOND,
    W8A8_FUSED,
    W8A8_UNFUSED,
    folded,
    prepared,
    samples,
    whole_run,
)

from resnettui.core.frame import frame_of
from resnettui.core.live import READINGS_S, WINDOW, Phase, Snapshot, fold
from resnettui.core.live_events import Chosen, LiveEvent, Looked, Probed, Reset
from resnettui.core.machine import Machine, Reading
from resnettui.core.outcome import outcome_of
from resnettui.core.protocol import (
    Failed,
    Finished,
    Hello,
    PeaksFound,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Member, Trial, WarmUp

INT8 = Trial(precision="int8", fusion="full", engine="x86")
ONE = whole_run(1, INT8, range(10 * MS, 10 * MS + 50))
TWO = replace(INT8, threads=2)


def measuring(run_id: int = 1, trial: Trial = INT8) -> Snapshot:
    """Return the state in the middle of a run's sample."""
    return folded(whole_run(run_id, trial, range(10 * MS, 10 * MS + 50))[:-1])


def test_a_run_goes_through_its_phases() -> None:
    phases, snapshot = [], Snapshot()
    for event in [Chosen(1, INT8), Starting(1), *ONE[1:]]:
        snapshot = fold(snapshot, event)
        phases.append(snapshot.phase)
    assert phases == [
        *(Phase.STARTING,) * 4,
        *(Phase.BUILDING,) * 2,
        Phase.WARMING_UP,
        *(Phase.MEASURING,) * 2,
        Phase.FINISHED,
    ]


def test_a_run_leaves_its_result() -> None:
    snapshot = folded(ONE)
    result = snapshot.result()
    assert result is not None
    assert result.trial == INT8
    assert result.latencies_ns == tuple(range(10 * MS, 10 * MS + 50))
    assert (result.passes, result.wall_ns) == (50, sum(result.latencies_ns))
    assert (result.warmup, result.kernels) == (WarmUp(10, True), KERNELS)
    assert (result.ops, result.unfused) == (W8A8_FUSED, W8A8_UNFUSED)
    assert snapshot.all_outcomes() == {INT8: outcome_of(result)}
    assert (snapshot.worker_pids, snapshot.build) == ((4711,), BUILD)


@pytest.mark.parametrize("heard", range(len(ONE) + 1))
def test_before_the_first_pass_there_is_no_result(heard: int) -> None:
    snapshot = folded(ONE[:heard])
    assert (snapshot.result() is None) == (heard <= 7)


def test_the_warm_up_is_followed_and_stays_out_of_the_sample() -> None:
    snapshot = folded([*ONE[:5], WarmingUp(1, WarmUp(4, False), 12 * MS)])
    assert (snapshot.warmup, snapshot.last_ns) == (WarmUp(4, False), 12 * MS)
    assert (snapshot.latencies_ns, snapshot.passes) == ((), 0)


def test_the_worker_tells_the_engine_it_chose() -> None:
    chosen = replace(INT8, engine=None)
    snapshot = folded([Chosen(1, chosen), prepared(1, INT8)])
    assert snapshot.trial == INT8


LATE: list[LiveEvent] = [
    Starting(1),
    Step(1, "late"),
    prepared(1, INT8),
    WarmingUp(1, WarmUp(99, False), 1),
    samples(1, [1, 2, 3]),
    Finished(1),
    Failed(1, "error", "late"),
]


@pytest.mark.parametrize("event", LATE, ids=lambda event: type(event).__name__)
def test_late_events_of_an_earlier_run_change_nothing(event: LiveEvent) -> None:
    snapshot = fold(folded(ONE), Chosen(2, TWO))
    assert fold(snapshot, event) is snapshot


def test_events_of_the_worker_itself_belong_to_every_run() -> None:
    snapshot = folded([Chosen(5, INT8), Hello(1, 99), Ready(BUILD)])
    assert (snapshot.worker_pids, snapshot.build) == ((99,), BUILD)


def test_peaks_are_added_to_those_that_are_known() -> None:
    compute, memory = Peak("fp32", 2, 1e11, "conv"), Peak(MEMORY, 2, 1e10, "triad")
    snapshot = folded([*ONE, PeaksFound(1, (compute,)), PeaksFound(1, (memory,))])
    assert snapshot.peaks == (compute, memory)


def test_choosing_keeps_the_figures_of_the_configuration_before() -> None:
    before = measuring()
    snapshot = fold(before, Chosen(2, TWO))
    assert snapshot.outcomes == before.all_outcomes()
    assert snapshot.outcomes[INT8].passes == before.passes > 0
    assert snapshot.trial == TWO
    assert snapshot.result() is None
    assert (snapshot.latencies_ns, snapshot.passes, snapshot.wall_ns) == ((), 0, 0)
    assert (snapshot.prepared, snapshot.step, snapshot.warmup) == (None, None, WarmUp())


def test_a_configuration_that_was_left_takes_less_than_its_latencies() -> None:
    visits = 20
    runs = [
        event
        for run in range(1, visits + 2)
        for event in whole_run(run, Trial(batch_size=run), range(run * MS, run * MS + WINDOW))
    ]
    each = len(runs) // (visits + 1)
    snapshot = folded(runs[:each])
    tracemalloc.start()
    try:
        snapshot = folded(runs[each:], snapshot)
        grown_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(snapshot.outcomes) == visits
    assert grown_bytes / visits < 8 * WINDOW


def test_choosing_before_anything_was_measured_keeps_nothing() -> None:
    assert folded([*ONE[:7], Chosen(2, TWO)]).outcomes == {}


def test_flags_are_kept_with_the_result() -> None:
    machine = Machine(arch="aarch64", cores_allowed=1)
    hot = Looked(Reading(throttled="hot"))
    snapshot = folded([Probed(machine), *whole_run(1, TWO, [MS] * 9), hot, Chosen(2, INT8)])
    assert dict(snapshot.outcomes[TWO].flags) == {
        "oversubscribed": "2 threads on 1 core",
        "throttled": "hot",
    }


def test_a_configuration_visited_again_refreshes_its_row() -> None:
    snapshot = folded([*ONE, *whole_run(2, TWO, [5 * MS] * 9), Chosen(3, INT8)])
    assert [row.latency_ns for row in frame_of(snapshot).scaling] == [10 * MS + 24.5, 5 * MS]
    again = folded(whole_run(3, INT8, [8 * MS] * 9), snapshot)
    assert [row.latency_ns for row in frame_of(again).scaling] == [8 * MS, 5 * MS]
    assert len(again.all_outcomes()) == 2


@pytest.mark.parametrize(
    ("worker", "phase"), [((), Phase.STARTING), ((Hello(1, 4711), Ready(BUILD)), Phase.BUILDING)]
)
def test_choosing_waits_for_a_worker_or_for_its_building(
    worker: tuple[LiveEvent, ...], phase: Phase
) -> None:
    assert folded([Chosen(1, INT8), *worker, Chosen(2, TWO)]).phase is phase


def test_choosing_while_torch_is_imported_waits_for_the_import() -> None:
    assert folded([Chosen(1, INT8), Hello(1, 4711), Chosen(2, TWO)]).phase is Phase.STARTING


def test_the_window_is_bounded_while_the_passes_go_on() -> None:
    snapshot, batch = measuring(), 1000
    for n in range(10):
        latencies = range(n * batch, (n + 1) * batch)
        snapshot = fold(snapshot, Samples(1, tuple(latencies), SECOND, n * SECOND))
    assert snapshot.latencies_ns == tuple(range(10 * batch - WINDOW, 10 * batch))
    assert snapshot.passes == 50 + 10 * batch
    result = snapshot.result()
    assert result is not None
    assert (result.summary.n, result.passes) == (WINDOW, snapshot.passes)
    assert result.throughput_img_s == pytest.approx(1000, rel=0.06)


def test_more_passes_at_once_than_the_window_holds_leave_the_latest() -> None:
    snapshot = fold(measuring(), samples(1, range(2 * WINDOW)))
    assert snapshot.latencies_ns == tuple(range(WINDOW, 2 * WINDOW))


def test_samples_without_a_pass_change_nothing() -> None:
    snapshot = measuring()
    assert fold(snapshot, Samples(1, (), SECOND, SECOND)) == snapshot


def test_every_report_is_a_point_of_the_timeline() -> None:
    snapshot = fold(measuring(), samples(1, [3, 1, 2], end_ns=2 * SECOND))
    assert [(p.end_ns, p.median_ns) for p in snapshot.timeline] == [
        (SECOND, 10 * MS + 24.5),
        (2 * SECOND, 2),
    ]
    assert snapshot.last_ns == 2


def test_the_timeline_goes_on_over_a_choice() -> None:
    snapshot = measuring()
    assert fold(snapshot, Chosen(2, TWO)).timeline == snapshot.timeline != ()


def test_reset_forgets_what_was_measured_and_goes_on() -> None:
    before = folded([*ONE, *whole_run(2, TWO, [5 * MS] * 9)[:-1], Looked(Reading(at_s=1.0))])
    snapshot = fold(before, Reset())
    assert snapshot.all_outcomes() == {}
    assert (snapshot.latencies_ns, snapshot.passes, snapshot.wall_ns) == ((), 0, 0)
    assert (snapshot.timeline, snapshot.readings) == ((), ())
    assert (snapshot.phase, snapshot.run_id) == (Phase.MEASURING, 2)
    assert (snapshot.prepared, snapshot.warmup) == (before.prepared, before.warmup)
    assert list(fold(snapshot, samples(2, [6 * MS])).all_outcomes()) == [TWO]


FAILED = Failed(1, "memory", "too big", "smaller")
LOST = WorkerLost("killed", "why?", final=True)


@pytest.mark.parametrize("failure", [FAILED, LOST], ids=["failed", "lost"])
def test_a_failure_is_kept_until_another_choice(failure: Failed | WorkerLost) -> None:
    snapshot = fold(measuring(), failure)
    assert (snapshot.phase, snapshot.failure) == (Phase.FAILED, failure)
    chosen = fold(snapshot, Chosen(2, TWO))
    assert chosen.failure is None
    assert chosen.phase is not Phase.FAILED
    assert list(chosen.outcomes) == [INT8], "what was measured before it failed stays"


def test_a_lost_worker_has_no_process() -> None:
    assert folded([*ONE, FAILED]).worker_pids == (4711,)
    snapshot = folded([*ONE, LOST])
    assert snapshot.worker_pids == ()
    assert fold(snapshot, Chosen(2, TWO)).phase is Phase.STARTING


def test_a_worker_that_starts_again_ends_the_failure() -> None:
    snapshot = folded([*ONE[:4], WorkerLost("gone"), Starting(1)])
    assert (snapshot.phase, snapshot.failure, snapshot.worker_pids) == (Phase.STARTING, None, ())


CREW = replace(INT8, processes=2)
PAIR = (Member(11, (0,), memory_bytes=1 << 20), Member(12, (1,)))


def crewed() -> Snapshot:
    """Return the state in the middle of the sample of two processes."""
    return folded(
        [
            *(Chosen(1, CREW), Starting(1), Hello(1, 11), Hello(1, 12), Ready(BUILD)),
            prepared(1, CREW),
            WarmingUp(1, WarmUp(12, True), 9 * MS, True, PAIR),
            Samples(1, (10 * MS, 12 * MS, 10 * MS), 20 * MS, SECOND, (0, 1, 0), (20 * MS, 12 * MS)),
        ]
    )


def test_every_worker_of_a_crew_is_known() -> None:
    assert folded([Hello(1, 11), Hello(1, 12)]).worker_pids == (11, 12)
    late = WarmingUp(0, WarmUp(12, True), 9 * MS, True, PAIR)
    assert folded([Hello(1, 10), Hello(1, 11), late]).worker_pids == (11, 12)


def test_the_processes_of_a_crew_have_figures_of_their_own() -> None:
    result = crewed().result()
    assert result is not None
    assert [(m.pid, m.cores, m.passes, m.median_ns) for m in result.members] == [
        (11, (0,), 2, 10.0 * MS),
        (12, (1,), 1, 12.0 * MS),
    ]
    assert [m.throughput_img_s for m in result.members] == [100.0, pytest.approx(1000 / 12)]
    assert result.throughput_img_s == sum(m.throughput_img_s for m in result.members)
    assert "uneven" in result.flags


def test_reset_forgets_the_share_of_each_process_too() -> None:
    snapshot = fold(crewed(), Reset())
    again = Samples(1, (8 * MS, 8 * MS), 10 * MS, 2 * SECOND, (1, 0), (8 * MS, 8 * MS))
    result = fold(snapshot, again).result()
    assert result is not None
    assert [(m.pid, m.passes, m.median_ns) for m in result.members] == [
        (11, 1, 8.0 * MS),
        (12, 1, 8.0 * MS),
    ]


def test_a_choice_forgets_the_processes_before() -> None:
    snapshot = fold(crewed(), Chosen(2, TWO))
    assert (snapshot.members, snapshot.tallies) == ((), ())
    assert snapshot.outcomes[CREW].memory_bytes == 1 << 20


def test_a_single_process_is_told_with_its_memory() -> None:
    warmed = WarmingUp(1, WarmUp(12, True), 9 * MS, True, PAIR[:1])
    result = folded([*ONE[:6], warmed, samples(1, [10 * MS] * 4)]).result()
    assert result is not None
    assert [(m.pid, m.passes, m.memory_bytes) for m in result.members] == [(11, 4, 1 << 20)]


def test_readings_are_bounded_and_the_last_one_stands_apart() -> None:
    readings = [Reading(at_s=float(second)) for second in range(READINGS_S + 5)]
    snapshot = folded(Looked(reading) for reading in readings)
    assert snapshot.readings == tuple(readings[5:])
    assert snapshot.reading == readings[-1]


def test_readings_are_those_of_a_minute_however_often_one_looks() -> None:
    readings = [Reading(at_s=n / 4) for n in range(4 * READINGS_S + 5)]
    assert folded(Looked(reading) for reading in readings).readings == tuple(readings[5:])
    seldom = [Reading(at_s=40.0 * n) for n in range(5)]
    assert folded(Looked(reading) for reading in seldom).readings == tuple(seldom[3:])


def test_a_sample_begins_with_no_reading_of_the_warm_up() -> None:
    hot = Looked(Reading(throttled="hot"))
    snapshot = folded([*ONE[:5], hot, WarmingUp(1, WarmUp(3, False), 1), hot, *ONE[6:8]])
    result = snapshot.result()
    assert result is not None
    assert result.flags == {}
    assert snapshot.reading == hot.reading
    assert snapshot.readings == ()


def test_what_the_machine_is_comes_when_it_is_known() -> None:
    machine = Machine(cpu="Cortex-A72", cores_allowed=4)
    assert fold(measuring(), Probed(machine)).machine == machine


def test_a_frame_holds_the_figures_of_its_snapshot() -> None:
    snapshot = measuring()
    frame = frame_of(snapshot, selected="threads")
    assert frame.result == snapshot.result()
    assert frame.result is not None
    assert frame.summary == frame.result.summary
    assert [row.trial for row in frame.scaling] == [INT8]
    assert (frame.snapshot, frame.selected, frame.paused) == (snapshot, "threads", False)


def test_a_frame_of_nothing_has_no_figures() -> None:
    frame = frame_of(Snapshot())
    assert (frame.result, frame.summary, frame.scaling) == (None, None, ())


EVERY: list[LiveEvent] = [
    *ONE,
    Starting(1),
    FAILED,
    LOST,
    Reset(),
    Looked(Reading(at_s=3.0)),
    Probed(Machine(cpu="x")),
    Chosen(2, TWO),
]


@pytest.mark.parametrize("event", EVERY, ids=lambda event: type(event).__name__)
def test_fold_never_changes_its_input(event: LiveEvent) -> None:
    snapshot = folded([*whole_run(0, TWO, [MS] * 3), *ONE[:8], Looked(Reading(at_s=1.0))])
    before = copy.deepcopy(snapshot)
    fold(snapshot, event)
    assert snapshot == before
