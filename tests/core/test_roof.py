from dataclasses import replace

import pytest
from core_samples import result_of

from resnettui.core.board import Cache
from resnettui.core.flags import flags_of, roof_flags
from resnettui.core.kernels import NO_EFFECT
from resnettui.core.machine import Machine
from resnettui.core.outcome import outcome_of
from resnettui.core.roof import (
    ARRAY_BYTES,
    LARGEST_ARRAY_BYTES,
    MEMORY,
    Peak,
    array_bytes,
    kinds_of,
    missing_kinds,
    peak_of,
    reached,
    roof_of,
    roofs_of,
)
from resnettui.core.trial import Trial, TrialResult

FP32 = Peak("fp32", 2, 400e9, "convolution")
TRIAD = Peak(MEMORY, 2, 40e9, "triad")
PEAKS = (FP32, TRIAD, Peak("fp32", 1, 200e9, "mm"), Peak("int8", 2, 900e9, "convolution"))
TRIAL = Trial(threads=2)


def worked(flop: int, trial: Trial = TRIAL, latency_ms: float = 10.0) -> TrialResult:
    """Return a result of so many operations a pass, and a hundredth of that in bytes."""
    return replace(result_of(trial, latency_ms), flop=flop, moved_bytes=flop // 100)


def test_the_highest_peak_of_a_kind_and_a_number_of_threads_counts() -> None:
    higher = replace(FP32, per_s=500e9)
    assert peak_of((FP32, higher, TRIAD), "fp32", 2) == higher
    assert peak_of(PEAKS, "fp32", 4) is None


def test_a_roof_is_that_of_all_cores_of_a_configuration() -> None:
    roof = roof_of(PEAKS, Trial(threads=1, processes=2))
    assert roof is not None
    assert (roof.compute, roof.memory, roof.ridge) == (FP32, TRIAD, 10.0)
    assert (roof.compute_ns(400), roof.memory_ns(40)) == (1.0, 1.0)
    assert roof_of(PEAKS, Trial(threads=1)) is None
    assert roof_of(PEAKS, Trial(precision="bf16", threads=2)) is None


def test_a_plan_needs_the_peaks_of_its_precisions_on_its_cores() -> None:
    trials = [
        *(Trial(threads=2), Trial(processes=2), Trial()),
        *(Trial(precision="int8", threads=2, engine="x86"), Trial(precision="int8", threads=2)),
    ]
    assert roofs_of(trials) == {1: ("fp32", MEMORY), 2: ("fp32", MEMORY, "int8")}
    assert missing_kinds(PEAKS, 2, ("fp32", "bf16", MEMORY)) == ("bf16",)
    assert missing_kinds((), 1, kinds_of(TRIAL)) == ("fp32", MEMORY)


def test_a_result_reaches_a_share_of_both_roofs() -> None:
    found = reached(worked(1_000_000_000), PEAKS)
    assert found is not None
    assert (found.flop_per_s, found.moved_bytes_per_s) == pytest.approx((100e9, 1e9))
    assert (found.compute_share, found.memory_share) == pytest.approx((0.25, 0.025))
    assert reached(outcome_of(worked(1_000_000_000)), PEAKS) == found


def test_a_batch_is_one_pass() -> None:
    one, eight = worked(8), worked(8, replace(TRIAL, batch_size=8))
    assert one.passes_per_s == pytest.approx(eight.passes_per_s)


@pytest.mark.parametrize(
    ("result", "peaks"),
    [(worked(1), ()), (result_of(TRIAL), PEAKS), (worked(1, Trial(threads=4)), PEAKS)],
)
def test_without_a_roof_or_without_work_nothing_is_known(
    result: TrialResult, peaks: tuple[Peak, ...]
) -> None:
    assert reached(result, peaks) is None
    assert roof_flags(result, peaks) == {}


def test_computing_faster_than_the_peak_is_a_flag_and_is_not_cut_off() -> None:
    result = worked(5_000_000_000)
    assert roof_flags(worked(4_000_000_000), PEAKS) == {}
    reason = roof_flags(result, PEAKS)["over the roof"]
    assert reason.startswith("500 GFLOP/s, where the peak of fp32 on 2 threads was measured as 400")
    found = reached(result, PEAKS)
    assert found is not None
    assert found.compute_share == pytest.approx(1.25)


MIB = 1 << 20
CORES = ((0, 1), (2, 3))


@pytest.mark.parametrize(
    ("caches", "free_bytes", "wanted"),
    [
        ((), None, ARRAY_BYTES),
        ((), 80 * MIB, 10 * MIB),
        ((Cache(2, "Unified", MIB, CORES), Cache(3, "Unified", 32 * MIB, CORES)), None, 256 * MIB),
        ((Cache(3, "Unified", 32 * MIB, CORES),), 800 * MIB, 100 * MIB),
        ((Cache(3, "Unified", 1 << 30, CORES),), None, LARGEST_ARRAY_BYTES),
        ((), 0, 0),
    ],
    ids=["nothing told", "little memory", "last level only", "both", "huge caches", "no memory"],
)
def test_arrays_lie_beyond_all_last_caches_and_leave_most_memory_alone(
    caches: tuple[Cache, ...], free_bytes: int | None, wanted: int
) -> None:
    assert array_bytes(caches, free_bytes) == wanted


def test_a_peak_of_an_emulated_precision_is_not_missing() -> None:
    kinds = ("fp32", "fp16", MEMORY)
    assert missing_kinds((), 1, kinds, ("asimd",)) == ("fp32", MEMORY)
    assert missing_kinds((), 1, kinds, ("asimd", "asimdhp")) == kinds


def test_work_of_nothing_reaches_no_share_of_a_roof() -> None:
    assert reached(worked(flop=0), PEAKS) is None


def test_a_math_mode_computes_under_the_roof_of_its_own_precision() -> None:
    peaks = (*PEAKS, Peak("bf16", 2, 9e11, "convolution"))
    strict = roof_of(peaks, Trial(threads=2))
    bf16 = roof_of(peaks, Trial(threads=2, math_mode="bf16"))
    assert strict is not None
    assert bf16 is not None
    assert (strict.compute.kind, bf16.compute.kind) == ("fp32", "bf16")
    assert strict.memory == bf16.memory
    assert roof_of(PEAKS, Trial(threads=2, math_mode="bf16")) is None


BF16_MODE = replace(TRIAL, math_mode="bf16")


def test_a_math_mode_without_effect_is_held_against_the_roof_of_fp32() -> None:
    peaks = (*PEAKS, Peak("bf16", 2, 900e9, "convolution"))
    result = worked(int(2e9), BF16_MODE)
    with_effect, without = (
        reached(outcome_of(result.flagged(flags)), peaks) for flags in ({}, {NO_EFFECT: "why"})
    )
    assert with_effect is not None
    assert without is not None
    assert (with_effect.roof.compute.kind, without.roof.compute.kind) == ("bf16", "fp32")


def test_a_math_mode_without_effect_is_told_to_be_over_the_roof_of_fp32() -> None:
    peaks = (*PEAKS, Peak("bf16", 2, 900e9, "convolution"))
    result = worked(int(6e9), BF16_MODE)
    strict_outputs = replace(result, check=replace(result.check, sqnr_db=127.0))
    flags = flags_of(strict_outputs, Machine(), peaks=peaks)
    assert flags[NO_EFFECT]
    assert "the peak of fp32 on 2 threads" in flags["over the roof"]


def test_the_peaks_of_both_precisions_of_a_math_mode_are_asked_for() -> None:
    assert kinds_of(BF16_MODE) == ("bf16", "fp32", MEMORY)
