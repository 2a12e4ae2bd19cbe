from dataclasses import replace

import pytest
from core_samples import BUILD, MS, result_of

from resnettui.core.flags import flags_of
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.surroundings import Surroundings, surroundings_of
from resnettui.core.trial import Member, ThreadCounts, Trial, TrialResult, WarmUp

QUIET = Machine(arch="aarch64", cores_allowed=4, isa=("asimd", "asimdhp", "bf16"))


def readings_at(*clocks_ghz: float) -> list[Reading]:
    return [Reading(clock_hz={0: int(clock * 1e9), 1: 10**9}) for clock in clocks_ghz]


def beside(*readings: Reading, trial: Trial = Trial()) -> TrialResult:  # noqa: B008 - frozen
    return result_of(trial).beside(surroundings_of(readings))


def test_a_quiet_run_has_no_flag() -> None:
    quiet = Reading(
        *(1.0, {0: 1.0}, {0: 10**9}, 51.0),
        interval_s=1.0,
        ran_s=3.96,
        waited_s=0.02,
        switches=12,
        quota_stops=0,
        quota_stopped_s=0.0,
        headroom_celsius=34.0,
    )
    members = (Member(1, threads=ThreadCounts(4, 4, 4)),)
    result = replace(beside(quiet, trial=Trial(threads=4)), members=members)
    assert flags_of(result, QUIET, BUILD) == {}


@pytest.mark.parametrize(
    ("quarter_ms", "noisy"),
    [(0.0, False), (0.5, False), (0.51, True), (5.0, True)],
)
def test_more_than_a_tenth_of_spread_is_noise(quarter_ms: float, noisy: bool) -> None:
    latencies = tuple(round((10 + step * quarter_ms) * MS) for step in (-2, -1, 0, 1, 2))
    result = replace(result_of(Trial()), latencies_ns=latencies)
    flags = flags_of(result, QUIET)
    assert ("noisy" in flags) is noisy


def test_noise_is_told_in_percent() -> None:
    result = replace(result_of(Trial()), latencies_ns=(8 * MS, 9 * MS, 10 * MS, 11 * MS, 12 * MS))
    assert flags_of(result, QUIET) == {"noisy": "the middle half spreads over 20% of the median"}


def test_a_warm_up_that_did_not_settle_is_told() -> None:
    result = result_of(Trial(), warmup=WarmUp(100, False))
    assert flags_of(result, QUIET) == {"not settled": "still moving after 100 warm-up passes"}


@pytest.mark.parametrize(
    ("trial", "reason"),
    [
        (Trial(threads=4), None),
        (Trial(threads=5), "5 threads on 4 cores"),
        (Trial(threads=2, processes=2), None),
        (Trial(threads=2, processes=3), "6 threads on 4 cores"),
    ],
)
def test_more_threads_than_cores_are_told(trial: Trial, reason: str | None) -> None:
    assert flags_of(result_of(trial), QUIET).get("oversubscribed") == reason


def test_more_threads_than_the_cores_they_are_pinned_to_are_told() -> None:
    members = (Member(1, (0, 1)),)
    result = replace(result_of(Trial(threads=3, pin="0-1")), members=members)
    assert flags_of(result, QUIET) == {"oversubscribed": "3 threads on 2 cores"}
    assert flags_of(replace(result, trial=Trial(threads=2, pin="0-1")), QUIET) == {}


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([ThreadCounts(4, 4, 4)], None),
        ([ThreadCounts(4, 4, 5)], None),
        ([ThreadCounts(4, 4, None)], None),
        ([ThreadCounts(4, 4, 1)], "1 of 4 threads computed (torch says 4, OpenMP says 4)"),
        (
            [ThreadCounts(4, 4, 4), ThreadCounts(4, None, 2)],
            "2 of 4 threads computed (torch says 4)",
        ),
        ([ThreadCounts(busy=3)], "3 of 4 threads computed"),
    ],
)
def test_threads_that_did_not_compute_are_told(
    counts: list[ThreadCounts], reason: str | None
) -> None:
    members = tuple(Member(pid, threads=some) for pid, some in enumerate(counts))
    flags = flags_of(replace(result_of(Trial(threads=4)), members=members), QUIET)
    assert flags.get("threads unused") == reason


def test_processes_that_could_not_be_pinned_are_told_with_the_reason() -> None:
    members = (Member(1, (0,)), Member(2, not_pinned="cores 1 were refused"))
    flags = flags_of(replace(result_of(Trial(processes=2)), members=members), QUIET)
    assert flags == {"not pinned": "cores 1 were refused"}


@pytest.mark.parametrize(
    ("medians_ms", "reason"),
    [
        ((10.0, 11.0), None),
        ((10.0, 11.2, 10.5), "the processes' medians lie between 10 and 11.2 ms"),
        ((10.0,), None),
        ((), None),
    ],
)
def test_processes_whose_medians_differ_by_a_tenth_are_told(
    medians_ms: tuple[float, ...], reason: str | None
) -> None:
    members = tuple(Member(n, passes=9, median_ns=ms * MS) for n, ms in enumerate(medians_ms))
    result = replace(result_of(Trial(processes=3)), members=members)
    assert flags_of(result, QUIET).get("uneven") == reason


def test_a_process_without_a_pass_makes_no_spread() -> None:
    members = (Member(1, passes=9, median_ns=10.0 * MS), Member(2))
    assert flags_of(replace(result_of(Trial()), members=members), QUIET) == {}


@pytest.mark.parametrize(
    ("precision", "isa", "emulated"),
    [
        ("fp32", ("avx2",), False),
        ("int8", ("avx2",), False),
        ("bf16", ("avx512f", "avx512_vnni"), True),
        ("bf16", ("avx512_bf16",), False),
        ("bf16", ("amx_bf16",), False),
        ("bf16", ("asimd", "bf16"), False),
        ("fp16", ("avx512_bf16",), True),
        ("fp16", ("avx512_fp16",), False),
        ("fp16", ("asimd",), True),
        ("fp16", ("asimd", "asimdhp"), False),
        ("fp16", (), False),  # Nothing is known, so nothing is claimed.
    ],
)
def test_arithmetic_that_the_processor_lacks_is_told(
    precision: str, isa: tuple[str, ...], emulated: bool
) -> None:
    flags = flags_of(result_of(Trial(precision=precision)), replace(QUIET, isa=isa))
    assert ("emulated" in flags) is emulated
    assert flags.get("emulated", precision).count(precision) == 1


@pytest.mark.parametrize(
    ("engine", "build", "reason"),
    [
        ("qnnpack", BUILD, None),
        (None, replace(BUILD, default_engine="fbgemm"), None),
        ("qnnpack", None, None),
        (
            "qnnpack",
            replace(BUILD, default_engine="fbgemm"),
            "fbgemm, torch's default, does not run here",
        ),
    ],
)
def test_a_default_engine_that_does_not_run_is_told(
    engine: str | None, build: Build | None, reason: str | None
) -> None:
    result = result_of(Trial(precision="int8", engine=engine))
    assert flags_of(result, QUIET, build).get("engine fell back") == reason


def test_reference_kernels_are_told_with_their_calls() -> None:
    kernels = {"convolution gemm:ref": 53, "matmul ref:any": 1, "convolution fbgemm": 7}
    assert flags_of(result_of(Trial(), kernels=kernels), QUIET) == {
        "reference kernel": "54 calls ran a plain loop: convolution gemm:ref, matmul ref:any"
    }


@pytest.mark.parametrize(
    ("ran_s", "waited_s", "reason"),
    [
        (1.5, 0.5, "its threads waited 25 % of the time for a core: another program had it"),
        (1.9, 0.1, None),
        (None, None, None),
        (0.0, 0.0, None),
    ],
)
def test_waiting_for_a_core_is_told_with_its_share(
    ran_s: float | None, waited_s: float | None, reason: str | None
) -> None:
    reading = Reading(ran_s=ran_s, waited_s=waited_s)
    assert flags_of(beside(Reading(), reading), QUIET).get("waiting") == reason


def test_more_threads_than_cores_wait_for_each_other() -> None:
    result = beside(Reading(ran_s=1.0, waited_s=1.0), trial=Trial(threads=8))
    assert flags_of(result, QUIET)["waiting"].endswith("for a core: they share too few")


def test_waiting_may_be_the_quotas_doing() -> None:
    result = beside(Reading(ran_s=1.0, waited_s=1.0, quota_stops=3, quota_stopped_s=0.5))
    flags = flags_of(result, QUIET)
    assert flags["waiting"].endswith("for a core: the CPU quota or another program kept it")
    assert "3 times" in flags["throttled"]


def test_throttling_at_any_moment_is_told() -> None:
    result = beside(Reading(), Reading(throttled="too hot"), Reading(throttled="later"), Reading())
    assert flags_of(result, QUIET) == {"throttled": "too hot"}


@pytest.mark.parametrize(
    ("throttled", "stops", "stopped_s", "reason"),
    [
        ("", 0, 0.0, None),
        ("", None, None, None),
        ("", 1, 0.81, "the cgroup's CPU quota stopped it once, for 0.8 s"),
        ("hot", 12, 0.81, "hot; the cgroup's CPU quota stopped it 12 times, for 0.8 s"),
        ("", 12, None, "the cgroup's CPU quota stopped it 12 times"),
    ],
)
def test_a_quota_that_was_used_up_is_throttling(
    throttled: str, stops: int | None, stopped_s: float | None, reason: str | None
) -> None:
    found = Surroundings(throttled=throttled, quota_stops=stops, quota_stopped_s=stopped_s)
    result = result_of(Trial()).beside(found)
    assert flags_of(result, QUIET).get("throttled") == reason


@pytest.mark.parametrize(
    ("headroom", "reason"),
    [
        (5.0, None),
        (None, None),
        (2.4, "a sensor of the processor came to 2 °C below its limit"),
        (0.0, "a sensor of the processor came to 0 °C below its limit"),
        (-1.0, "a sensor of the processor came to 1 °C above its limit"),
    ],
)
def test_a_sensor_near_its_limit_is_hot(headroom: float | None, reason: str | None) -> None:
    result = beside(Reading(headroom_celsius=20.0), Reading(headroom_celsius=headroom))
    assert flags_of(result, QUIET).get("hot") == reason


@pytest.mark.parametrize(
    ("clocks_ghz", "reason"),
    [
        ((3.0, 2.86), None),
        ((3.0, 2.0, 3.0), "2.00 to 3.00 GHz"),
        ((3.0,), None),
        ((), None),
    ],
)
def test_a_clock_that_moved_by_a_twentieth_is_told(
    clocks_ghz: tuple[float, ...], reason: str | None
) -> None:
    result = beside(*readings_at(*clocks_ghz), Reading())
    assert flags_of(result, QUIET).get("clock moved") == reason


FPMATH = {"convolution gemm:acl fpmath:bf16": 53}
NO_BF16 = replace(QUIET, isa=("asimd",))
NEAR = ": the outputs are as near to fp32's as fp32 is"


@pytest.mark.parametrize(
    ("sqnr_db", "kernels", "machine", "reason"),
    [
        (48.0, FPMATH, QUIET, None),
        (48.0, FPMATH, NO_BF16, None),  # What the outputs show counts, not a list of processors.
        (127.0, FPMATH, QUIET, "oneDNN was allowed bf16 and has no kernel for it here"),
        (None, FPMATH, QUIET, "oneDNN was allowed bf16 and has no kernel for it here"),
        (127.0, {}, QUIET, "torch did not allow oneDNN bf16 here"),
        (127.0, FPMATH, NO_BF16, "this processor has no bf16 arithmetic"),
        (127.0, {}, Machine(), "torch did not allow oneDNN bf16 here"),
    ],
)
def test_a_math_mode_that_left_no_trace_in_the_outputs_is_told(
    sqnr_db: float | None, kernels: dict[str, int], machine: Machine, reason: str | None
) -> None:
    result = result_of(Trial(math_mode="bf16"), kernels=kernels)
    result = replace(result, check=replace(result.check, sqnr_db=sqnr_db))
    assert flags_of(result, machine) == (
        {"math mode had no effect": reason + NEAR} if reason else {}
    )


def test_a_strict_trial_may_well_be_as_near_to_fp32_as_that_is() -> None:
    result = result_of(Trial())
    assert flags_of(replace(result, check=replace(result.check, sqnr_db=127.0)), NO_BF16) == {}


def test_all_flags_stand_together() -> None:
    trial = Trial(precision="fp16", threads=8)
    result = result_of(trial, warmup=WarmUp(100, False), kernels={"convolution ref:any": 53})
    readings = [*readings_at(3.0, 2.0), Reading(throttled="hot", ran_s=1, waited_s=1)]
    machine = replace(QUIET, isa=("asimd",))
    flags = flags_of(result.beside(surroundings_of(readings)), machine, BUILD)
    assert list(flags) == [
        *("not settled", "oversubscribed", "emulated", "reference kernel"),
        *("waiting", "throttled", "clock moved"),
    ]
