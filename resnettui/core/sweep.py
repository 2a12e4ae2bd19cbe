"""A sweep: what it was told to do (SweepOrder), and how far it is (SweepState)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from resnettui.core.curves import curved_axes
from resnettui.core.drift import drift_between, drift_flags
from resnettui.core.outcome import Outcome
from resnettui.core.plan import Plan
from resnettui.core.roof import Peak
from resnettui.core.scaling import ScalingRow, scaling_rows
from resnettui.core.trial import Trial


@dataclass(frozen=True)
class SweepOrder:
    """Everything that a sweep needs to go on after an interruption."""

    plan: Plan
    data: str | None = None
    weights: str = "random"
    precision_share: float = 0.01
    """A trial ends when the interval of its median is narrower than this share of it."""
    max_s: float = 30.0
    """A trial ends after measuring for this long, known or not."""
    cooldown_celsius: float | None = None
    """Before each trial the processor cools down to this; None does not wait."""
    roof: bool = False
    """Before the first trial the peaks that the trials need are measured, where unknown."""


@dataclass(frozen=True)
class SweepState:
    """How far a sweep is: what a progress line, a screen and a report need of it."""

    order: SweepOrder
    id: str = ""
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    """Position in the plan -> what was measured there."""
    failures: Mapping[int, str] = field(default_factory=dict)
    """Position -> why it could not be measured."""
    roofs: Mapping[int, tuple[Peak, ...]] = field(default_factory=dict)
    """Threads -> what is known of the roof of this machine on so many, for an order with `roof`."""
    roof_failures: Mapping[int, str] = field(default_factory=dict)
    """Threads -> why that could not be measured."""
    position: int = 0
    """The trial that is being measured."""
    doing: str = ""
    """What happens with it, in a few words."""
    elapsed_s: float = 0.0
    finished_s: float = 0.0
    """`elapsed_s` when the last trial was done."""
    measured_before: frozenset[int] = frozenset()
    """The positions that an earlier, interrupted part of the sweep has done."""

    @property
    def total(self) -> int:
        """All trials of the plan, the repeated baseline included."""
        return len(self.order.plan.trials)

    @property
    def done(self) -> int:
        """Trials that are behind it, measured or failed."""
        return len(self.outcomes) + len(self.failures)

    @property
    def trial(self) -> Trial | None:
        """The configuration that is being measured; None at the end."""
        trials = self.order.plan.trials
        return trials[self.position] if self.position < len(trials) else None

    @property
    def left_s(self) -> float | None:
        """Time left, from the mean of the trials measured in this run; None before the first.

        It falls while a trial is measured, by no more than a trial takes.
        """
        fresh = self.done - len(self.measured_before)
        if fresh <= 0:
            return None
        each_s = self.finished_s / fresh
        ahead_s = (self.total - self.done) * each_s
        return max(0.0, ahead_s - min(each_s, self.elapsed_s - self.finished_s))

    @property
    def drift(self) -> float | None:
        """How much slower the baseline is at the end, as a share; None until it is repeated."""
        first, last = self.outcomes.get(0), self.outcomes.get(self.total - 1)
        return drift_between(first, last) if self.order.plan.repeats else None

    @property
    def flags(self) -> dict[str, str]:
        """Why everything that it measured is to be taken with care."""
        return drift_flags(self.drift)

    def has(self, position: int) -> bool:
        """Tell whether the trial at a position is behind it."""
        return position in self.outcomes or position in self.failures


@dataclass(frozen=True)
class SweepView:
    """What a screen shows of sweeps: the study that is selected, and the sweep under way."""

    study: str = "all"
    preview: Plan | None = None
    """What the selected study would measure here; None before the workers told their engines."""
    state: SweepState | None = None
    """The last sweep; None before the first."""
    running: bool = False
    trouble: str = ""
    """Why the last sweep ended by itself before it was through."""
    rows: tuple[ScalingRow, ...] = ()
    """What it has measured so far, in the order of a table."""
    axes: tuple[str, ...] = ()
    """The axes along which it has curves."""
    turned: int = 0
    """How often the user turned to the next of them."""

    @property
    def axis(self) -> str | None:
        """The axis whose curves are shown."""
        return self.axes[self.turned % len(self.axes)] if self.axes else None

    @property
    def last(self) -> Trial | None:
        """The configuration measured last."""
        if self.state is None or not self.state.outcomes:
            return None
        return list(self.state.outcomes.values())[-1].trial

    @property
    def fastest(self) -> Outcome | None:
        """The outcome with the lowest latency."""
        return min(self._outcomes, key=lambda outcome: outcome.latency_ns, default=None)

    @property
    def most(self) -> Outcome | None:
        """The outcome with the highest throughput."""
        return max(self._outcomes, key=lambda outcome: outcome.throughput_img_s, default=None)

    @property
    def _outcomes(self) -> tuple[Outcome, ...]:
        return tuple(self.state.outcomes.values()) if self.state else ()

    def at(self, state: SweepState) -> "SweepView":
        """Return the view of a sweep that is this far; rows and axes change with its outcomes."""
        if self.state is not None and self.state.outcomes is state.outcomes:
            return replace(self, state=state)
        outcomes = tuple(state.outcomes.values())
        return replace(self, state=state, rows=scaling_rows(outcomes), axes=curved_axes(outcomes))
