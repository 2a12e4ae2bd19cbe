"""The studies: sweeps over one question each, fitted to the machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from resnettui.core.machine import Machine
from resnettui.core.plan import Grid, grid_trials, memory_needed_bytes
from resnettui.core.trial import Trial

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)
"""The study sees the throughput flatten between 32 and 64; whether it does shows beyond."""

MEMORY_SHARE = 0.8
"""Batches grow while a worker stays below this share of the memory."""

FUSIONS = ("none", "full")


def cores_ladder(cores: int) -> tuple[int, ...]:
    """Return 1, 2, 4, ... up to the allowed cores, and the cores themselves."""
    doubled = [1 << n for n in range(cores.bit_length()) if 1 << n <= cores]
    return tuple(dict.fromkeys((*doubled, cores)))


def fitting_batches(base: Trial, machine: Machine) -> list[int]:
    """Return the batch sizes of the study that the memory has room for."""
    room = None if machine.memory_bytes is None else machine.memory_bytes * MEMORY_SHARE
    fitting = [
        batch
        for batch in BATCHES
        if room is None or memory_needed_bytes(replace(base, batch_size=batch)) <= room
    ]
    return fitting or [1]


def _batch(base: Trial, machine: Machine) -> list[Grid]:
    threads = (machine.cores_allowed,)
    batches = fitting_batches(base, machine)
    return [{"batch_size": batches, "fusion": FUSIONS, "threads": threads}]


def _precision(base: Trial, machine: Machine) -> list[Grid]:
    threads = tuple(dict.fromkeys((1, machine.cores_allowed)))
    return [
        {"precision": ("fp32", "bf16", "int8"), "fusion": FUSIONS, "threads": threads},
        # Emulated fp16 takes seconds a pass: once is enough to see it.
        {"precision": ("fp16",), "fusion": FUSIONS, "threads": (machine.cores_allowed,)},
    ]


def _threads(base: Trial, machine: Machine) -> list[Grid]:
    ladder = cores_ladder(machine.cores_allowed)
    return [{"threads": ladder, "precision": ("fp32", "int8"), "fusion": FUSIONS}]


def _processes(base: Trial, machine: Machine) -> list[Grid]:
    ladder = cores_ladder(machine.cores_allowed)
    return [
        {"processes": ladder, "threads": (1,), "precision": ("fp32", "int8"), "fusion": FUSIONS}
    ]


def _memory_format(base: Trial, machine: Machine) -> list[Grid]:
    threads = tuple(dict.fromkeys((1, machine.cores_allowed)))
    formats = ("contiguous", "channels_last")
    return [{"memory_format": formats, "fusion": FUSIONS, "threads": threads}]


def _fusion(base: Trial, machine: Machine) -> list[Grid]:
    ladder = cores_ladder(machine.cores_allowed)
    return [{"fusion": FUSIONS, "precision": ("fp32", "bf16", "int8"), "threads": ladder}]


def _roof(base: Trial, machine: Machine) -> list[Grid]:
    threads = tuple(dict.fromkeys((1, machine.cores_allowed)))
    return [{"fusion": FUSIONS, "threads": threads}]


@dataclass(frozen=True)
class Study:
    """One question, and what answers it."""

    question: str
    """In a few words, as a list of studies has them."""
    grids: Callable[[Trial, Machine], list[Grid]]


_STUDIES: Mapping[str, Study] = {
    "batch": Study("how large a batch pays", _batch),
    "precision": Study("what fp32, bf16, fp16, int8 cost", _precision),
    "threads": Study("how far threads scale", _threads),
    "processes": Study("whether processes scale better", _processes),
    "memory-format": Study("whether NHWC pays", _memory_format),
    "fusion": Study("what fusion gains", _fusion),
    "roof": Study("how near the roof", _roof),
}

ALL = "all"
STUDIES = (*_STUDIES, ALL)
"""What `sweep --study` takes."""

QUESTIONS = {**{name: study.question for name, study in _STUDIES.items()}, ALL: "the whole study"}
"""What each study answers."""


def measures_roof(name: str) -> bool:
    """Tell whether a study also measures the peaks of the machine."""
    return name in ("roof", ALL)


def study_trials(name: str, base: Trial, machine: Machine, given: Grid) -> list[Trial]:
    """Return the trials of a study; KeyError where it does not exist.

    Values that were `given` for an axis replace the study's own; what neither names is the base's.
    """
    grids = [
        grid
        for one, study in _STUDIES.items()
        if name in (one, ALL)
        for grid in study.grids(base, machine)
    ]
    if not grids:
        raise KeyError(name)
    trials = [trial for grid in grids for trial in grid_trials(base, {**grid, **given})]
    return list(dict.fromkeys(trials))
