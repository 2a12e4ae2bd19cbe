"""From the values of a sweep to an ordered plan of trials, and what was left out and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from resnettui.core.axes import AXES, Value
from resnettui.core.machine import Build, Machine
from resnettui.core.placing import impossible
from resnettui.core.trial import STRICT, Trial

Grid = Mapping[str, Sequence[Value | None]]
"""Axis -> values; the trials are their product."""

DRIFT_SHARE = 0.03
"""A baseline that moved by more than this share between start and end is a flag on the table."""

PROCESS_BYTES = 700_000_000
"""Resident memory of a worker at batch 1: 590 to 690 MB measured for resnet50, torch 2.13."""
IMAGE_BYTES = 14_000_000
"""What each image of a batch adds: 13.6 MB measured for resnet50 in fp32, unfused, at 224 x 224."""

_SEED = 50


@dataclass(frozen=True)
class Skipped:
    """A trial of the product that cannot run, and why."""

    trial: Trial
    reason: str


@dataclass(frozen=True)
class Plan:
    """What a sweep measures, in order."""

    trials: tuple[Trial, ...] = ()
    """The baseline first and again last; the others in between, none of them twice."""
    skipped: tuple[Skipped, ...] = ()
    repeats: bool = False
    """The last trial is the first once more, to tell drift."""


def grid_trials(base: Trial, grid: Grid) -> list[Trial]:
    """Return the product of the grid over a base trial, in the order of AXES.

    What the base says on an axis that is idle in a trial, and not in the grid, is reset there.
    """
    names = [axis.name for axis in AXES if axis.name in grid]
    trials = [
        replace(base, **dict(zip(names, values, strict=True)))  # type: ignore[arg-type]
        for values in product(*(grid[name] for name in names))
    ]
    return [replace(trial.with_idle_reset(), **_asked(trial, names)) for trial in trials]


def _asked(trial: Trial, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(trial, name) for name in names}


def plan_sweep(trials: Iterable[Trial], machine: Machine, build: Build) -> Plan:
    """Return the plan of these trials on this machine.

    Float trials lose their engine and int8 ones without any get the first that runs, so that no
    configuration stands in the plan twice. The baseline is measured first and again at the end; the
    rest is shuffled, always alike, so that neither heat nor drift runs along an axis.
    """
    asked = dict.fromkeys(_with_engine(trial, build) for trial in trials)
    reasons = {t: why_senseless(t) or why_not(t, machine, build) for t in asked}
    skipped = tuple(Skipped(trial, reason) for trial, reason in reasons.items() if reason)
    runnable = [trial for trial, reason in reasons.items() if not reason]
    if len(runnable) < 2:
        return Plan(tuple(runnable), skipped)
    # It takes longer to import than the rest of the core, and only sweeps need it.
    import random

    first = baseline(runnable)
    rest = [trial for trial in runnable if trial != first]
    random.Random(_SEED).shuffle(rest)
    return Plan((first, *rest, first), skipped, repeats=True)


def _with_engine(trial: Trial, build: Build) -> Trial:
    """Return the trial with the engine it will have, its math mode as asked."""
    return replace(trial.resolved(build.engines), math_mode=trial.math_mode)


def baseline(trials: Sequence[Trial]) -> Trial:
    """Return the first trial on one core, or the first of all where each uses several."""
    return next((trial for trial in trials if trial.cores == 1), trials[0])


def why_senseless(trial: Trial) -> str:
    """Return why no machine measures such a trial; "" where one may."""
    if trial.math_mode == STRICT or "math_mode" not in trial.idle:
        return ""
    return f"math mode {trial.math_mode} is for fp32 tensors, not for {trial.precision}"


def why_not(trial: Trial, machine: Machine, build: Build) -> str:
    """Return why a trial cannot run here; "" where it can."""
    if refusal := impossible(trial, machine.cores_usable):
        return f"pin {trial.pin}: {refusal}"
    if trial.precision == "int8":
        if trial.engine is None:
            return "no quantized engine of this torch runs here"
        if trial.engine not in build.engines:
            reason = build.unavailable_engines.get(trial.engine, "unknown to this torch")
            return f"engine {trial.engine}: {reason}"
    needed, there = memory_needed_bytes(trial), machine.memory_bytes
    if there is not None and needed > there:
        return f"needs about {needed / 1e9:.1f} of {there / 1e9:.1f} GB of memory"
    return ""


def memory_needed_bytes(trial: Trial) -> int:
    """Return an estimate of the memory all processes of a trial need together."""
    pixels = trial.image_size**2 / 224**2
    each = PROCESS_BYTES + trial.batch_size * IMAGE_BYTES * pixels
    return int(trial.processes * each)
