"""What is claimed of machines, tested on one: evidence, cases, and the verdict they add up to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from resnettui.core.axes import AXIS
from resnettui.core.curves import Curve, curves_of
from resnettui.core.flags import disturbances
from resnettui.core.history import Listed
from resnettui.core.machine import Build, Machine
from resnettui.core.outcome import Outcome
from resnettui.core.roof import Peak
from resnettui.core.table import Kind
from resnettui.core.trial import Trial

ANY = object()
"""Any value of an axis: None is a value of some."""

NOISE = 0.02
"""Ratios nearer than this to where a statement turns from true to false decide nothing."""


class Verdict(Enum):
    """What the trials of a machine say to a statement."""

    HOLDS = "holds"
    PARTLY = "holds in part"
    """In some cases it does, in others it does not."""
    FAILS = "does not hold"
    UNDECIDED = "not decided"
    """Measured, but every case lies within the noise or at the end of what could be measured."""
    MISSING = "not measured yet"
    IMPOSSIBLE = "cannot be answered here"


@dataclass(frozen=True)
class Evidence:
    """What is known of one machine."""

    machine: Machine
    build: Build | None = None
    outcomes: Mapping[Trial, Outcome] = field(default_factory=dict)
    failures: Mapping[Trial, str] = field(default_factory=dict)
    """Of what was never measured: why not."""
    peaks: tuple[Peak, ...] = ()

    def having(self, **values: object) -> list[Outcome]:
        """Return the outcomes with these values, or ANY.

        Precision, fusion, threads and engine may have any where none is given, other axes have
        their defaults.
        """
        wanted = {**_PLAIN, **values}
        return [o for o in self.outcomes.values() if _has(o.trial, wanted)]

    def curves(self, axis: str, **values: object) -> tuple[Curve, ...]:
        """Return the curves along an axis, of outcomes `having` the values."""
        return curves_of(self.having(**{axis: ANY, **values}), axis)

    def other(self, outcome: Outcome, **values: object) -> Outcome | None:
        """Return the same configuration with other values, on its fastest engine."""
        wanted = {**outcome.trial.as_dict(), **values, "engine": ANY}
        found = [o for o in self.outcomes.values() if _has(o.trial, wanted)]
        return min(found, key=lambda o: o.latency_ns, default=None)


_PLAIN: Mapping[str, object] = {
    name: axis.default
    for name, axis in AXIS.items()
    if name not in ("precision", "fusion", "threads", "engine")
}


def _has(trial: Trial, wanted: Mapping[str, object]) -> bool:
    return all(v is ANY or getattr(trial, name) == v for name, v in wanted.items())


def evidence_of(
    listed: Iterable[Listed], machine: Machine, build: Build | None, peaks: Sequence[Peak] = ()
) -> Evidence:
    """Return what a machine's entries, oldest first, tell; of one configuration the last counts."""
    outcomes: dict[Trial, Outcome] = {}
    failures: dict[Trial, str] = {}
    for entry in listed:
        if entry.outcome is not None:
            outcomes[entry.trial] = replace(entry.outcome, trial=entry.trial)
        else:
            failures[entry.trial] = entry.failure
    never = {trial: why for trial, why in failures.items() if trial not in outcomes}
    return Evidence(machine, build, outcomes, never, tuple(peaks))


@dataclass(frozen=True)
class Figure:
    """A number that a case rests on."""

    name: str
    value: float
    kind: Kind


@dataclass(frozen=True)
class Case:
    """One comparison that a statement can be tested on."""

    trial: Trial
    """The configuration; where several differ on an axis, the one that stands at its end."""
    holds: bool | None
    """None where it decides nothing."""
    figures: tuple[Figure, ...]
    compared: tuple[Outcome, ...] = ()
    """What the figures are made of."""

    @property
    def disturbed(self) -> tuple[str, ...]:
        """The flags among what was compared that say that a figure may be off."""
        return disturbances(flag for outcome in self.compared for flag in outcome.flags)


@dataclass(frozen=True)
class Finding:
    """What a statement is answered with, and from."""

    cases: tuple[Case, ...] = ()
    impossible: str = ""
    """Why this machine cannot answer it; "" where it can."""

    @property
    def verdict(self) -> Verdict:
        """What the cases that decide something agree on."""
        decided = {case.holds for case in self.cases} - {None}
        if self.impossible:
            return Verdict.IMPOSSIBLE
        if not self.cases:
            return Verdict.MISSING
        if len(decided) == 2:
            return Verdict.PARTLY
        if not decided:
            return Verdict.UNDECIDED
        return Verdict.HOLDS if True in decided else Verdict.FAILS


def above(value: float, limit: float) -> bool | None:
    """Tell whether a ratio is above a limit; None within the noise."""
    if abs(value / limit - 1) <= NOISE:
        return None
    return value > limit


def agreed(*answers: bool | None) -> bool | None:
    """Return what all answers say; None where they differ."""
    return answers[0] if len(set(answers)) == 1 else None
