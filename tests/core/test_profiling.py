import pytest
from operator_samples import FUSED_PROFILE, UNFUSED

from resnettui.core.board import Board, Cache
from resnettui.core.live import Snapshot
from resnettui.core.machine import Machine
from resnettui.core.profiling import (
    Profiling,
    jobs_for,
    missing_peaks,
    missing_profiles,
    profiled,
    profiled_trials,
    unfused,
)
from resnettui.core.protocol import FindPeaks, Profile
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Trial

PLAIN = Trial(threads=2)
FUSED = Trial(threads=2, fusion="full")


def test_a_configuration_is_profiled_in_one_process() -> None:
    assert profiled(Trial(threads=2, processes=4, fusion="full")) == FUSED
    assert unfused(Trial(threads=2, processes=4, fusion="full")) == PLAIN


def test_only_a_fused_one_has_the_unfused_beside_it() -> None:
    assert unfused(PLAIN) is None
    assert profiled_trials(PLAIN) == (PLAIN,)
    assert profiled_trials(FUSED) == (FUSED, PLAIN)


@pytest.mark.parametrize(
    ("known", "failed", "missing"),
    [
        ({}, (), (FUSED, PLAIN)),
        ({PLAIN: UNFUSED}, (), (FUSED,)),
        ({PLAIN: UNFUSED, FUSED: FUSED_PROFILE}, (), ()),
        ({PLAIN: UNFUSED}, (FUSED,), ()),
    ],
)
def test_what_is_known_or_has_failed_is_not_missing(
    known: dict[Trial, object], failed: tuple[Trial, ...], missing: tuple[Trial, ...]
) -> None:
    snapshot = Snapshot(trial=FUSED, profiles=known)  # type: ignore[arg-type]
    assert missing_profiles(snapshot, failed) == missing


def test_peaks_are_those_of_the_threads_of_one_process() -> None:
    peaks = (Peak(MEMORY, 2, 1e10, "triad"), Peak("fp32", 4, 1e11, "convolution"))
    snapshot = Snapshot(trial=Trial(threads=2, processes=2), peaks=peaks)
    assert missing_peaks(snapshot) == (("fp32", 2),)
    assert missing_peaks(snapshot, {("fp32", 2): "refused"}) == ()


def test_no_peak_of_an_emulated_precision_is_asked_for() -> None:
    machine = Machine(isa=("asimd",))
    assert missing_peaks(Snapshot(trial=Trial(precision="fp16"), machine=machine)) == ((MEMORY, 1),)


def test_peaks_come_before_the_profiles_that_they_judge() -> None:
    jobs = jobs_for(profiled_trials(FUSED), (("fp32", 2), (MEMORY, 2)), "photos", "imagenet")
    assert jobs == (
        FindPeaks(0, 2, ("fp32", MEMORY)),
        Profile(0, FUSED, "photos", "imagenet"),
        Profile(0, PLAIN, "photos", "imagenet"),
    )
    assert jobs_for((), (), None, "random") == ()


def test_arrays_are_as_large_as_the_board_asks_for() -> None:
    board = Board(caches=(Cache(3, "Unified", 32 << 20, ((0, 1), (2, 3))),))
    (job,) = jobs_for((), ((MEMORY, 2),), None, "random", board)
    assert job == FindPeaks(0, 2, (MEMORY,), 4 * 64 << 20)


def test_the_job_under_way_is_the_one_at_the_position() -> None:
    jobs = jobs_for((FUSED, PLAIN), (), None, "random")
    assert Profiling(jobs, 1).job == jobs[1]
    assert Profiling().job is None
