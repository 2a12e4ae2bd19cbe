"""Scaling rows: speedup, parallel efficiency and the benefit of fusion, from outcomes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from resnettui.core.axes import AXES, Axis, Value
from resnettui.core.flags import disturbances
from resnettui.core.outcome import Outcome
from resnettui.core.trial import Trial

SCALED = ("fusion", "threads", "processes")
"""Along these axes configurations are held against each other."""

_kin = attrgetter(*(axis.name for axis in AXES if axis.name not in SCALED))
"""Returns what is the same of all configurations that are held against each other."""


@dataclass(frozen=True)
class ScalingRow:
    """One configuration among the others that were measured on its platform."""

    outcome: Outcome
    speedup: float | None
    """Against the same configuration on one core; None while that is not measured."""
    efficiency: float | None
    """The share of ideal scaling that was reached."""
    fusion_benefit: float | None
    """Unfused over fused median of the same configuration; None until both are measured."""

    @property
    def trial(self) -> Trial:
        """The configuration."""
        return self.outcome.trial

    @property
    def latency_ns(self) -> float:
        """Median."""
        return self.outcome.latency_ns

    @property
    def throughput_img_s(self) -> float:
        """Of all processes together."""
        return self.outcome.throughput_img_s

    @property
    def flags(self) -> tuple[str, ...]:
        """The names of its flags."""
        return tuple(self.outcome.flags)


def scaling_rows(outcomes: Iterable[Outcome]) -> tuple[ScalingRow, ...]:
    """Return a row for every configuration of one platform, its cores together and ascending.

    Of several outcomes of one configuration the last undisturbed one counts, or else the last.
    """
    known: dict[Trial, Outcome] = {}
    for outcome in outcomes:
        before = known.get(outcome.trial)
        if before is None or disturbances(before.flags) or not disturbances(outcome.flags):
            known[outcome.trial] = outcome
    rows = [_row(outcome, known) for outcome in known.values()]
    return tuple(sorted(rows, key=lambda row: trial_order(row.trial)))


def renewed(rows: Sequence[ScalingRow], outcome: Outcome) -> tuple[ScalingRow, ...]:
    """Return rows as they are with another outcome of a configuration that is among them.

    Only those that are held against it derive anew.
    """
    kin = _kin(outcome.trial)
    known = {row.trial: row.outcome for row in rows if _kin(row.trial) == kin}
    known[outcome.trial] = outcome
    return tuple(_row(known[row.trial], known) if _kin(row.trial) == kin else row for row in rows)


def _row(outcome: Outcome, known: Mapping[Trial, Outcome]) -> ScalingRow:
    trial = outcome.trial
    unfused = known.get(replace(trial, fusion="none"))
    fused = known.get(replace(trial, fusion="full"))
    return ScalingRow(
        outcome=outcome,
        speedup=speedup(outcome, known.get(replace(trial, threads=1, processes=1))),
        efficiency=efficiency(outcome, known),
        fusion_benefit=unfused.latency_ns / fused.latency_ns if unfused and fused else None,
    )


def speedup(outcome: Outcome, single: Outcome | None) -> float | None:
    """Return T1 / Tp for threads, and for processes the ratio of total throughputs."""
    if single is None:
        return None
    if outcome.trial.processes == 1:
        return single.latency_ns / outcome.latency_ns
    return outcome.throughput_img_s / single.throughput_img_s


def efficiency(outcome: Outcome, known: Mapping[Trial, Outcome]) -> float | None:
    """Return speedup / cores for threads, and for N processes throughput / (N x that of one)."""
    trial = outcome.trial
    if trial.processes == 1:
        ratio = speedup(outcome, known.get(replace(trial, threads=1)))
        return None if ratio is None else ratio / trial.threads
    one = known.get(replace(trial, processes=1))
    if one is None:
        return None
    return outcome.throughput_img_s / (trial.processes * one.throughput_img_s)


def trial_order(trial: Trial) -> tuple[object, ...]:
    """Return a key that sorts by every axis in the order of AXES, with the cores last."""
    last = ("threads", "processes")
    places = (_place(axis, getattr(trial, axis.name)) for axis in AXES if axis.name not in last)
    return (*places, trial.processes, trial.cores)


def _place(axis: Axis, value: Value | None) -> tuple[int, str]:
    """Return where a value stands on its axis: none, the words in their order, all other text."""
    values = getattr(axis.domain, "values", ())
    if value is None:
        return -1, ""
    if isinstance(value, int):
        return value, ""
    return (values.index(value), "") if value in values else (len(values), value)
