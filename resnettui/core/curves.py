"""Curves: throughput or latency against the values of one axis, a curve for each configuration."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from resnettui.core.axes import AXES, AXIS, Whole
from resnettui.core.outcome import Outcome
from resnettui.core.scaling import trial_order
from resnettui.core.trial import Trial


@dataclass(frozen=True)
class Curve:
    """The outcomes of configurations that differ on one axis only, ascending on it."""

    axis: str
    outcomes: tuple[Outcome, ...]

    @property
    def trial(self) -> Trial:
        """The configuration of its first point."""
        return self.outcomes[0].trial

    @property
    def values(self) -> tuple[int, ...]:
        """Where its points stand on the axis."""
        return tuple(getattr(outcome.trial, self.axis) for outcome in self.outcomes)


def curves_of(outcomes: Iterable[Outcome], axis: str) -> tuple[Curve, ...]:
    """Return a curve for every configuration that was measured at two values of the axis or more.

    Of several outcomes of one configuration the last counts.
    """
    groups: dict[Trial, dict[Trial, Outcome]] = {}
    for outcome in outcomes:
        rest = replace(outcome.trial, **{axis: AXIS[axis].default})  # type: ignore[arg-type]
        groups.setdefault(rest, {})[outcome.trial] = outcome
    curves = [
        Curve(axis, tuple(sorted(group.values(), key=lambda o: int(getattr(o.trial, axis)))))
        for group in groups.values()
        if len(group) > 1
    ]
    return tuple(sorted(curves, key=lambda curve: trial_order(curve.trial)))


def curved_axes(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Return the axes of whole numbers along which there are curves, the longest first."""
    known = tuple(outcomes)
    lengths = {
        axis.name: max((len(c.outcomes) for c in curves_of(known, axis.name)), default=0)
        for axis in AXES
        if isinstance(axis.domain, Whole)
    }
    return tuple(sorted((name for name in lengths if lengths[name]), key=lambda n: -lengths[n]))
