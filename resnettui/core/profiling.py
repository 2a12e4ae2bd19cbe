"""Profiling beside a live measurement: what belongs to a configuration, and how far it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from resnettui.core.kernels import computed_in_mode
from resnettui.core.live import Snapshot
from resnettui.core.operators import OpProfile
from resnettui.core.protocol import FindPeaks, Job, Profile
from resnettui.core.roof import (
    ARRAY_BYTES,
    Peak,
    Roof,
    array_bytes,
    kinds_of,
    missing_kinds,
    roof_of,
)
from resnettui.core.trial import STRICT, Trial

if TYPE_CHECKING:
    from resnettui.core.board import Board

PeakKey = tuple[str, int]
"""Kind and threads of a peak."""


@dataclass(frozen=True)
class Profiling:
    """How far the workers are with what the screen of operators waits for."""

    jobs: tuple[Job, ...] = ()
    """What they are asked for, one after the other; () while they are not."""
    position: int = 0
    """The job under way."""
    failures: Mapping[Trial, str] = field(default_factory=dict)
    """Why a configuration could not be profiled, by what was to be."""
    no_peaks: Mapping[PeakKey, str] = field(default_factory=dict)
    """Why a peak is not known though it was asked for."""

    @property
    def job(self) -> Job | None:
        """What the workers are asked for now."""
        return self.jobs[self.position] if self.position < len(self.jobs) else None


def profiled(trial: Trial) -> Trial:
    """Return the configuration as it is profiled: in one process."""
    return replace(trial, processes=1)


def unfused(trial: Trial) -> Trial | None:
    """Return what stands beside a fused configuration; None where it is not fused."""
    return None if trial.fusion == "none" else replace(profiled(trial), fusion="none")


def profiled_trials(trial: Trial) -> tuple[Trial, ...]:
    """Return what is profiled to show the operators of a configuration."""
    beside = unfused(trial)
    return (profiled(trial), *([beside] if beside else []))


def profiled_roof(
    peaks: Iterable[Peak], trial: Trial, profile: OpProfile | None, *, idle: bool = False
) -> Roof | None:
    """Return the roof of what was computed: `idle` says that the math mode is known to do nothing.

    Otherwise the kernels of the profile tell, where there is one.
    """
    kernels = [call.kernel for call in profile.calls] if profile else []
    strict = trial.math_mode == STRICT or profile is None
    in_mode = not idle and (strict or computed_in_mode(kernels, trial.math_mode))
    return roof_of(peaks, trial, in_mode=in_mode)


def missing_profiles(snapshot: Snapshot, failed: Collection[Trial] = ()) -> tuple[Trial, ...]:
    """Return what the operators of the current configuration lack."""
    known = {*snapshot.profiles, *failed}
    return tuple(trial for trial in profiled_trials(snapshot.trial) if trial not in known)


def missing_peaks(snapshot: Snapshot, asked: Collection[PeakKey] = ()) -> tuple[PeakKey, ...]:
    """Return the peaks that the roof of the current configuration lacks."""
    trial = profiled(snapshot.trial)
    kinds = missing_kinds(snapshot.peaks, trial.cores, kinds_of(trial), snapshot.machine.isa)
    return tuple((kind, trial.cores) for kind in kinds if (kind, trial.cores) not in asked)


def jobs_for(
    trials: Collection[Trial],
    peaks: Collection[PeakKey],
    data: str | None,
    weights: str,
    board: "Board | None" = None,
) -> tuple[Job, ...]:
    """Return the jobs that bring profiles and peaks, without run ids; peaks are of one count.

    The board, where it was looked at, tells how large arrays have to be.
    """
    threads = {threads for _, threads in peaks}
    kinds = tuple(kind for kind, _ in peaks)
    size = array_bytes(board.caches, board.memory.available_bytes) if board else ARRAY_BYTES
    return (
        *(FindPeaks(0, count, kinds, size) for count in threads),
        *(Profile(0, trial, data, weights) for trial in trials),
    )
