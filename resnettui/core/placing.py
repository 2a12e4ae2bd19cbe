"""Where the threads of a trial are kept: from the `pin` axis and the cores there are to places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from resnettui.core.cpu_list import format_cpu_list, parse_cpu_list
from resnettui.core.trial import Trial

NONE, COMPACT, SPREAD = "none", "compact", "spread"
CLUSTERS = ("big", "little")


@dataclass(frozen=True)
class Core:
    """A usable core, as the kernel numbers them: a hardware thread."""

    id: int
    physical: int
    """The lowest id among the hardware threads of its physical core."""
    near: tuple[int, ...] = ()
    """What it shares with its neighbours, from wide to narrow: NUMA node, L3, L2 or cluster. Each
    by a number that its sharers have alike."""
    strength: int = 0
    """0 for the strongest cluster."""
    cluster: str = ""
    """"big", "mid" or "little" where the cores differ."""


Places = tuple[tuple[int, ...], ...]
"""Sorted cores for each process; () where nothing is pinned."""


@dataclass(frozen=True)
class Placement:
    """Where the processes of a trial are to be kept."""

    places: Places = ()
    refused: str = ""
    """Why nothing is pinned although it should be; "" where it is, or need not."""


def impossible(trial: Trial, usable: Sequence[int]) -> str:
    """Return why a list of cores cannot be had: one is not there, or not allowed; "" if it can.

    Nothing is claimed where the usable cores are not known.
    """
    missing = [core for core in listed_cores(trial) if core not in usable]
    if not usable or not missing:
        return ""
    word, does = ("core", "does") if len(missing) == 1 else ("cores", "do")
    return f"{word} {format_cpu_list(missing)} {does} not exist or may not be used"


def listed_cores(trial: Trial) -> tuple[int, ...]:
    """Return the cores that a trial names; () where it names none."""
    return parse_cpu_list(trial.pin)


def place(trial: Trial, layout: Sequence[Core]) -> Placement:
    """Return the cores of each process of a trial.

    As many for each process as it has threads, none of them twice. A list for one process is taken
    as it is, as taskset does, however many threads there are.
    """
    pin = trial.pin or (SPREAD if trial.processes > 1 else NONE)
    if pin == NONE:
        return Placement()
    if not layout:
        return Placement(refused="the cores of this machine are not known")
    cores = [core for core in layout if _is_meant(core, pin, trial)]
    if pin in CLUSTERS and not cores:
        names = sorted({core.cluster for core in layout if core.cluster})
        there = f"there are only {' and '.join(names)} cores" if names else "all cores are alike"
        return Placement(refused=f"no {pin} cores: {there}")
    if listed_cores(trial) and trial.processes == 1:
        return Placement((listed_cores(trial),))
    if trial.cores > len(cores):
        return Placement(refused=_too_few(trial, len(cores), pin))
    chosen = compact(cores) if pin == COMPACT else spread(cores)
    return Placement(_sliced(chosen[: trial.cores], trial))


def _is_meant(core: Core, pin: str, trial: Trial) -> bool:
    if pin in CLUSTERS:
        return core.cluster == pin
    return pin in (COMPACT, SPREAD) or core.id in listed_cores(trial)


def _too_few(trial: Trial, cores: int, pin: str) -> str:
    threads = f"{trial.threads} threads"
    if trial.processes > 1:
        threads = f"{trial.processes} x {threads}"
    kind = f"{pin} " if pin in CLUSTERS else ""
    return f"{threads} do not fit onto {cores} {kind}core{'' if cores == 1 else 's'}"


def _sliced(cores: Sequence[Core], trial: Trial) -> Places:
    """Give each process neighbours."""
    ids = [core.id for core in compact(cores)]
    starts = range(0, trial.cores, trial.threads)
    return tuple(tuple(sorted(ids[start : start + trial.threads])) for start in starts)


def compact(cores: Iterable[Core]) -> list[Core]:
    """Return the cores with neighbours together, hardware threads first, the strongest in front."""
    return sorted(cores, key=lambda core: (core.strength, core.near, core.physical, core.id))


def spread(cores: Iterable[Core]) -> list[Core]:
    """Return the cores so that those in front share as little as they can, the strongest first.

    Second hardware threads come after all physical cores.
    """
    rest = compact(cores)
    firsts = list({core.physical: core for core in reversed(rest)}.values())[::-1]
    seconds = [core for core in rest if core not in firsts]
    return [*_by_strength(firsts), *(spread(seconds) if seconds else [])]


def _by_strength(cores: Sequence[Core]) -> Iterable[Core]:
    strengths = sorted({core.strength for core in cores})
    alike = ([core for core in cores if core.strength == strength] for strength in strengths)
    return chain.from_iterable(_in_turn(group, 0) for group in alike)


def _in_turn(cores: Sequence[Core], depth: int) -> list[Core]:
    """Take one core of each neighbourhood in turn, and within them of each narrower one."""
    if depth >= len(cores[0].near):
        return list(cores)
    groups: dict[int, list[Core]] = {}
    for core in cores:
        groups.setdefault(core.near[depth], []).append(core)
    turns = zip_longest(*(_in_turn(group, depth + 1) for group in groups.values()))
    return [core for turn in turns for core in turn if core is not None]
