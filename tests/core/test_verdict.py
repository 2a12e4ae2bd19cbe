from dataclasses import replace

import pytest
from operator_samples import CONV, FUSED_PROFILE, ROOF, UNFUSED, call, convolution, profile

from resnettui.core.op_rows import COMPUTE, MEMORY
from resnettui.core.operators import OpProfile
from resnettui.core.verdict import OVERHEAD, verdict_of

NORMS = [call("aten::batch_norm", 400, moved=3600), call("aten::relu_", 800, moved=7600)]
SLOW_NORMS = [call("aten::batch_norm", 400, moved=360), call("aten::relu_", 800, moved=760)]


def test_a_fused_pass_of_good_kernels_is_compute_bound() -> None:
    verdict = verdict_of(FUSED_PROFILE, ROOF)
    assert verdict.bound == COMPUTE
    assert verdict.share == pytest.approx(1000 / 1050)
    assert verdict.times_least == pytest.approx(1050 / 770)
    assert verdict.compute_share == pytest.approx(0.77)


def test_norms_that_run_at_the_bandwidth_make_a_pass_memory_bound() -> None:
    verdict = verdict_of(profile(convolution(1000), *NORMS), ROOF)
    assert verdict.bound == MEMORY
    assert verdict.share == pytest.approx(1200 / 2200)


def test_norms_that_run_far_below_the_bandwidth_do_not() -> None:
    verdict = verdict_of(profile(convolution(1000), *SLOW_NORMS), ROOF)
    assert verdict.bound == OVERHEAD
    assert (verdict.memory_ns, verdict.far_ns) == (0, 1200)


def test_tiny_operators_are_overhead() -> None:
    tiny = [call(CONV, 100, flop=100, moved=10) for _ in range(20)]
    verdict = verdict_of(profile(*tiny, between_ns=1000), ROOF)
    assert verdict.bound == OVERHEAD
    assert verdict.share == pytest.approx(1)
    assert verdict.between_ns == pytest.approx(1000)


def test_a_pass_between_operators_is_overhead() -> None:
    assert verdict_of(profile(convolution(1000), between_ns=1500), ROOF).bound == OVERHEAD


def test_convolutions_of_a_reference_kernel_are_overhead() -> None:
    assert verdict_of(profile(convolution(1000, share=0.02)), ROOF).bound == OVERHEAD


def test_data_in_a_cache_is_counted_and_not_cut_off() -> None:
    cached = call("aten::relu_", 100, moved=2500)
    verdict = verdict_of(profile(cached, convolution(50)), ROOF)
    assert verdict.bound == MEMORY
    assert verdict.memory_ns == 100
    assert (verdict.over_memory, verdict.over_compute) == (1, 0)
    assert verdict.times_least < 1
    assert verdict.memory_share > 1


def test_a_roof_that_was_measured_too_low_is_told() -> None:
    verdict = verdict_of(profile(convolution(1000, share=1.2)), ROOF)
    assert (verdict.bound, verdict.over_compute) == (COMPUTE, 1)
    assert verdict.compute_share == pytest.approx(1.2)


@pytest.mark.parametrize("found", [UNFUSED, FUSED_PROFILE])
def test_the_parts_add_up_to_the_profiled_pass(found: OpProfile) -> None:
    verdict = verdict_of(found, ROOF)
    shares = [verdict.share_of(bound) for bound in (COMPUTE, MEMORY, OVERHEAD)]
    assert sum(shares) == pytest.approx(1)
    assert verdict.pass_ns == found.profiled_ns


def test_the_whole_pass_is_told_without_the_profiler() -> None:
    slowed = profile(convolution(1000, share=0.5), inflation=2)
    assert verdict_of(slowed, ROOF).compute_share == pytest.approx(1)


def test_what_other_work_took_is_told_apart_and_decides_nothing() -> None:
    busy = replace(profile(convolution(1000), between_ns=100), profiled_ns=2400)
    verdict = verdict_of(busy, ROOF)
    assert (verdict.between_ns, verdict.uneven_ns) == (100, 1300)
    assert (verdict.bound, verdict.overhead_ns) == (COMPUTE, 100)
    assert verdict.share == pytest.approx(1000 / 1100)


def test_an_empty_profile_has_a_verdict_of_nothing() -> None:
    verdict = verdict_of(OpProfile((), 0, 0.0, 0.0), ROOF)
    assert (verdict.share, verdict.times_least, verdict.compute_share) == (0, 0, 0)
