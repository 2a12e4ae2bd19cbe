from dataclasses import replace
from itertools import product

import pytest
from claim_samples import evidence, machine_of, outcome, peaks_of, whole_study
from core_samples import BUILD

from resnettui.core.claims import (
    Case,
    Evidence,
    Finding,
    Verdict,
    above,
    agreed,
    evidence_of,
)
from resnettui.core.history import Listed
from resnettui.core.outcome import Outcome
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.statements import STATEMENTS, answers
from resnettui.core.studies import STUDIES
from resnettui.core.trial import Trial

FUSIONS = ("none", "full")
HALF, INT8 = Trial(precision="fp16"), Trial(precision="int8", engine="x86")


def finding(name: str, known: Evidence) -> Finding:
    (found,) = (a.finding for a in answers(known) if a.statement.name == name)
    return found


def verdict(name: str, known: Evidence) -> Verdict:
    return finding(name, known).verdict


def figures(found: Finding) -> list[tuple[float, ...]]:
    return [tuple(round(f.value, 2) for f in case.figures) for case in found.cases]


def test_a_ratio_within_the_noise_decides_nothing() -> None:
    assert [above(v, 1.0) for v in (0.97, 0.981, 1.019, 1.03)] == [False, None, None, True]
    assert (agreed(True, True), agreed(True, None), agreed(False)) == (True, None, False)


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ((), Verdict.MISSING),
        ((None,), Verdict.UNDECIDED),
        ((True, None), Verdict.HOLDS),
        ((False, False), Verdict.FAILS),
        ((True, False, None), Verdict.PARTLY),
    ],
)
def test_the_verdict_is_what_the_deciding_cases_agree_on(
    holds: tuple[bool | None, ...], expected: Verdict
) -> None:
    cases = tuple(Case(Trial(), one, ()) for one in holds)
    assert Finding(cases).verdict is expected
    assert Finding(cases, "no such cores").verdict is Verdict.IMPOSSIBLE


def test_every_statement_names_a_study_that_measures_it() -> None:
    assert {statement.study for statement in STATEMENTS} <= set(STUDIES)
    assert len({statement.name for statement in STATEMENTS}) == len(STATEMENTS)


@pytest.mark.parametrize("cores", [1, 2, 3, 4, 6, 64])
def test_after_the_whole_study_every_statement_has_an_answer(cores: int) -> None:
    found = {a.statement.name: a.finding.verdict for a in answers(whole_study(cores))}
    assert Verdict.MISSING not in found.values(), found
    impossible = {name for name in found if found[name] is Verdict.IMPOSSIBLE}
    of_one = {"threads-efficiency", "processes-moderate", "fusion-cores"}
    assert impossible == {1: of_one, 2: {"processes-moderate"}}.get(cores, set())


def test_on_a_machine_as_the_study_describes_it_every_statement_holds() -> None:
    found = {a.statement.name: a.finding.verdict for a in answers(whole_study(8))}
    assert found == dict.fromkeys(found, Verdict.HOLDS)


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_a_machine_that_has_tried_nothing_has_measured_nothing_yet(cores: int) -> None:
    found = answers(Evidence(machine_of(cores)))
    assert {answer.finding.verdict for answer in found} == {Verdict.MISSING}


def batches(*throughputs: float) -> Evidence:
    """Return a curve of throughput, img/s, over batches of 1, 2, 4, ..."""
    trials = [Trial(batch_size=1 << n, threads=4) for n in range(len(throughputs))]
    known = dict(zip(trials, throughputs, strict=True))
    return evidence(trials, latency_ms=lambda t: 1000 * t.batch_size / known[t])


@pytest.mark.parametrize(
    ("throughputs", "expected"),
    [
        ((10, 20, 30, 40, 50, 60, 61, 60), Verdict.HOLDS),
        ((10, 20, 30, 40, 50, 55, 61, 60), Verdict.HOLDS),
        ((10, 20, 60, 60, 60, 60, 61, 60), Verdict.FAILS),
        ((10, 20, 30, 40, 58, 60, 61, 60), Verdict.UNDECIDED),
        ((10, 20, 30, 40, 50, 60, 70), Verdict.UNDECIDED),
        ((10, 20, 30, 40, 50, 60, 70, 80), Verdict.FAILS),
        ((10, 20, 30), Verdict.MISSING),
    ],
    ids=["32", "64", "4", "16 or 32", "64 or more", "beyond 64", "too few"],
)
def test_throughput_flattens_where_its_knee_is(
    throughputs: tuple[float, ...], expected: Verdict
) -> None:
    assert verdict("batch-knee", batches(*throughputs)) is expected


def test_a_memory_too_small_for_large_batches_still_shows_an_early_knee() -> None:
    small = replace(machine_of(4), memory_bytes=1_100_000_000)
    rising = replace(batches(10, 20, 30, 40, 50), machine=small)
    found = finding("batch-knee", rising)
    assert (found.verdict, found.impossible) == (
        Verdict.IMPOSSIBLE,
        "a batch of 32 does not fit into the memory",
    )
    flat = replace(batches(10, 20, 20, 20, 20), machine=small)
    assert verdict("batch-knee", flat) is Verdict.FAILS


def test_a_batch_that_failed_ends_the_curve() -> None:
    known = batches(10, 20, 20, 20, 20, 20)
    failed = {Trial(batch_size=batch, threads=4): "does not fit" for batch in (64, 128)}
    assert verdict("batch-knee", replace(known, failures=failed)) is Verdict.FAILS


def test_a_batch_that_failed_in_another_precision_ends_no_curve() -> None:
    known = batches(10, 20, 30, 40, 58, 60, 60, 60)
    failed = {Trial(precision="fp16", batch_size=batch): "no support" for batch in (16, 32)}
    assert finding("batch-knee", replace(known, failures=failed)) == finding("batch-knee", known)
    rising = batches(10, 20, 30, 40)
    assert finding("batch-knee", replace(rising, failures=failed)).impossible == ""


def test_pinned_trials_are_not_set_beside_free_ones() -> None:
    pinned = [replace(trial, pin="compact") for trial in (Trial(), Trial(threads=4))]
    assert verdict("threads-efficiency", evidence([Trial(), *pinned])) is Verdict.MISSING
    both = evidence([Trial(), Trial(threads=4), *pinned])
    assert {case.trial.pin for case in finding("threads-efficiency", both).cases} == {None}
    other = evidence([Trial(), replace(Trial(memory_format="contiguous"), pin="compact")])
    assert verdict("channels-last", other) is Verdict.MISSING


@pytest.mark.parametrize(
    ("gain", "expected"),
    [(1.2, Verdict.HOLDS), (0.9, Verdict.HOLDS), (1.8, Verdict.FAILS), (1.51, Verdict.UNDECIDED)],
)
def test_fp16_gives_little_below_half_of_what_it_promises(gain: float, expected: Verdict) -> None:
    known = evidence([Trial(), HALF], latency_ms=lambda t: 10 if t == Trial() else 10 / gain)
    found = finding("fp16-little", known)
    assert (found.verdict, figures(found)) == (expected, [(gain,)])


def test_emulated_fp16_is_no_answer_but_its_figure_is_shown() -> None:
    known = {Trial(): outcome(Trial(), 10), HALF: outcome(HALF, 100, ["emulated"])}
    found = finding("fp16-little", Evidence(machine_of(4), BUILD, known))
    assert (found.verdict, figures(found)) == (Verdict.IMPOSSIBLE, [(0.1,)])
    assert found.impossible.startswith("fp16 is emulated here")


def test_fp16_that_failed_does_not_run_here() -> None:
    known = evidence([Trial(), INT8], failures={HALF: "no support"})
    assert finding("fp16-little", known).impossible == "fp16 does not run here: no support"
    assert verdict("int8-more", known) is Verdict.HOLDS


def test_int8_is_compared_with_fp16_on_its_fastest_engine() -> None:
    slow = replace(INT8, engine="qnnpack")
    times = {Trial(): 10.0, HALF: 8.0, INT8: 4.0, slow: 20.0}
    found = finding("int8-more", evidence(times, latency_ms=lambda t: times[t]))
    assert (found.verdict, figures(found)) == (Verdict.HOLDS, [(2.5, 1.25)])
    times[INT8] = 9.0
    assert verdict("int8-more", evidence(times, latency_ms=lambda t: times[t])) is Verdict.FAILS


def test_int8_waits_for_fp16_and_says_what_does_not_run() -> None:
    assert verdict("int8-more", evidence([Trial(), INT8])) is Verdict.MISSING
    failed = {HALF: "no support", INT8: "no engine"}
    found = finding("int8-more", evidence([Trial()], failures=failed))
    assert found.impossible == "int8 does not run here: no engine"
    none = evidence([Trial()], failures={HALF: "no"}, build=replace(BUILD, engines=()))
    assert finding("int8-more", none).impossible == "no quantized engine of this torch runs here"


def test_efficiency_is_that_of_the_most_threads_within_the_cores() -> None:
    times = {1: 100.0, 2: 50.0, 4: 30.0, 8: 40.0}
    trials = [Trial(threads=threads) for threads in times]
    found = finding("threads-efficiency", evidence(trials, 4, lambda t: times[t.threads]))
    assert (found.verdict, figures(found)) == (Verdict.HOLDS, [(0.83,)])
    assert verdict("threads-efficiency", evidence(trials[:2], 2, lambda t: times[t.threads])) is (
        Verdict.UNDECIDED
    )
    assert verdict("threads-efficiency", evidence(trials[1:], 4)) is Verdict.MISSING


@pytest.mark.parametrize(
    ("latencies_ms", "expected", "best"),
    [((10, 11, 40), Verdict.HOLDS, 2), ((10, 10, 10), Verdict.FAILS, 4)],
)
def test_a_moderate_number_of_processes_is_best_where_its_power_is_highest(
    latencies_ms: tuple[float, ...], expected: Verdict, best: int
) -> None:
    times = dict(zip((1, 2, 4), latencies_ms, strict=True))
    known = evidence([Trial(processes=n) for n in times], 4, lambda t: times[t.processes])
    found = finding("processes-moderate", known)
    assert (found.verdict, figures(found)) == (expected, [(best, 4)])


def test_between_one_and_two_processes_none_is_moderate() -> None:
    found = finding("processes-moderate", evidence([Trial(), Trial(processes=2)], 2))
    assert "no moderate number" in found.impossible


@pytest.mark.parametrize(
    ("gain", "expected"),
    [
        (1.3, Verdict.HOLDS),
        (1.1, Verdict.FAILS),
        (1.6, Verdict.FAILS),
        (1.21, Verdict.UNDECIDED),
        (1.39, Verdict.UNDECIDED),
    ],
)
def test_channels_last_is_to_gain_20_to_40_percent(gain: float, expected: Verdict) -> None:
    trials = [Trial(), Trial(memory_format="contiguous")]
    known = evidence(trials, latency_ms=lambda t: 10 * gain if t == trials[1] else 10)
    assert verdict("channels-last", known) is expected


def test_fusion_is_compared_on_one_core_and_on_the_most() -> None:
    trials = [Trial(fusion=f, threads=t) for f, t in product(FUSIONS, (1, 4))]
    times = dict(zip(trials, (14.0, 6.0, 10.0, 3.0), strict=True))
    found = finding("fusion-cores", evidence(trials, latency_ms=lambda t: times[t]))
    assert (found.verdict, figures(found)) == (Verdict.HOLDS, [(1.4, 2.0)])
    without = evidence(trials[1:], latency_ms=lambda t: times[t])
    assert verdict("fusion-cores", without) is Verdict.MISSING


def test_memory_binds_where_moving_takes_longer_than_computing() -> None:
    # 8 GFLOP and 100 MB: 8 ms and 1 ms on the first roof, 8 ms and 10 ms on the second.
    fp32 = Peak("fp32", 1, 1e12, "c")
    fast, slow = (Peak(MEMORY, 1, per_s, "t") for per_s in (1e11, 1e10))
    found = finding("memory-bound", evidence([Trial()], peaks=(fp32, fast)))
    assert (found.verdict, figures(found)) == (Verdict.FAILS, [(0.04, 0.01)])
    assert verdict("memory-bound", evidence([Trial()], peaks=(fp32, slow))) is Verdict.HOLDS
    assert verdict("memory-bound", evidence([Trial()])) is Verdict.MISSING


def test_other_models_and_sizes_say_nothing_of_resnet50() -> None:
    others = [replace(t, model="resnet18") for t in whole_study(4).outcomes]
    known = evidence(others, peaks=peaks_of(others))
    assert {a.finding.verdict for a in answers(known)} == {Verdict.MISSING}


def test_of_one_configuration_the_last_outcome_counts_and_no_failure_beside_it() -> None:
    def listed(at: int, trial: Trial, ms: float | None) -> Listed:
        found = None if ms is None else outcome(trial, ms)
        why = "" if ms else "it failed"
        return Listed(str(at), "", "run", trial, "here", found, why)

    entries = [listed(1, Trial(), 5), listed(2, Trial(), 6), listed(3, Trial(), None)]
    known = evidence_of([*entries, listed(4, HALF, None)], machine_of(4), BUILD)
    assert {t: o.latency_ns for t, o in known.outcomes.items()} == {Trial(): 6e6}
    assert known.failures == {HALF: "it failed"}


@pytest.mark.parametrize("name", [one.name for one in STATEMENTS])
def test_every_figure_tells_which_of_its_trials_were_disturbed(name: str) -> None:
    known = whole_study(8)
    calm = finding(name, known)
    waited = {trial: flagged(o) for trial, o in known.outcomes.items()}
    found = finding(name, replace(known, outcomes=waited))
    assert calm.cases
    assert {case.disturbed for case in calm.cases} == {()}
    assert {case.disturbed for case in found.cases} == {("waiting", "noisy")}


def test_a_disturbed_unfused_trial_is_seen_behind_the_gain_of_fusion() -> None:
    known = whole_study(8)
    one = Trial()
    noisy = {**known.outcomes, one: flagged(known.outcomes[one])}
    cases = finding("fusion-cores", replace(known, outcomes=noisy)).cases
    assert [c.trial.precision for c in cases if c.disturbed] == ["fp32"]


def flagged(outcome: Outcome) -> Outcome:
    return replace(outcome, flags={"noisy": "", "waiting": "", "emulated": ""})
