"""What a screen shows of the operators of the live configuration, derived once for all panels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from resnettui.core.kernels import NO_EFFECT
from resnettui.core.live import Snapshot
from resnettui.core.op_rows import (
    GROUPS,
    ORDER,
    SORTS,
    OpRow,
    beside,
    between_of,
    rows_of,
    same_work,
    uneven_of,
    whole_of,
)
from resnettui.core.operators import OpCall, OpProfile
from resnettui.core.profiling import Profiling, profiled, profiled_roof, unfused
from resnettui.core.roof import Roof
from resnettui.core.trial import Trial
from resnettui.core.verdict import Verdict, verdict_of

SORTED_BY = (*(name for name in SORTS if name != "share"), ORDER)
"""The orders of rows to walk over; within one pass time and share are the same."""

LEAST_SHARE = 0.005
"""Of a pass: less than this is shown as 0 %."""


@dataclass(frozen=True)
class OpLine:
    """A row of the table: of the configuration, and of the unfused one that stands beside it."""

    label: str
    row: OpRow | None
    """None for what fusion took away."""
    unfused: OpRow | None = None
    """None where nothing stands beside, or has this work."""

    @property
    def either(self) -> OpRow:
        """The row of the configuration, or of what it was before fusion."""
        found = self.row or self.unfused
        assert found is not None
        return found

    @property
    def matters(self) -> bool:
        """It is some of either pass."""
        return any(row and abs(row.share) >= LEAST_SHARE for row in (self.row, self.unfused))


@dataclass(frozen=True)
class OpView:
    """The choices of the user, the profiles they are about, and what follows from them."""

    by: str = "kind"
    """How calls are taken together: a key of GROUPS."""
    sort: str = "time"
    """One of SORTED_BY."""
    selected: int = 0
    """The line that stands out."""
    profiling: Profiling = field(default_factory=Profiling)
    trial: Trial = field(default_factory=Trial)
    """What is profiled: the live configuration in one process."""
    processes: int = 1
    """Those of the live configuration."""
    profile: OpProfile | None = None
    unfused: OpProfile | None = None
    """What stands beside a fused configuration, once it is known."""
    roof: Roof | None = None
    verdict: Verdict | None = None
    """None where there is no profile, or no roof."""
    unfused_verdict: Verdict | None = None
    whole: OpLine | None = None
    """The whole pass."""
    lines: tuple[OpLine, ...] = ()
    """What it consists of, in the order chosen, and at the end what is in no operator."""
    parts: tuple[OpLine, ...] = ()
    """The same by work where unfused stands beside, else by what the table is not."""

    def at(self, snapshot: Snapshot, profiling: Profiling) -> "OpView":
        """Return the view of a snapshot; what is derived changes only with what it derives from."""
        trial, other = profiled(snapshot.trial), unfused(snapshot.trial)
        profile = snapshot.profiles.get(trial)
        visited = snapshot.outcomes.get(snapshot.trial)
        idle = visited is not None and NO_EFFECT in visited.flags
        view = replace(
            self,
            profiling=profiling,
            trial=trial,
            processes=snapshot.trial.processes,
            profile=profile,
            unfused=snapshot.profiles.get(other) if other else None,
            roof=profiled_roof(snapshot.peaks, trial, profile, idle=idle),
        )
        same = all(
            getattr(view, name) is getattr(self, name) for name in ("profile", "unfused")
        ) and (view.roof == self.roof)
        return view if same else view._derived()

    def grouped(self) -> "OpView":
        """Return the view with calls taken together in the next way."""
        return replace(self, by=_after(self.by, tuple(GROUPS)), selected=0)._derived()

    def sorted(self) -> "OpView":
        """Return the view with its lines in the next order."""
        return replace(self, sort=_after(self.sort, SORTED_BY), selected=0)._derived()

    def moved(self, lines: int) -> "OpView":
        """Return the view with a line further down, or up, selected."""
        at = min(max(0, self.selected + lines), max(0, len(self.lines) - 1))
        return replace(self, selected=at)

    @property
    def line(self) -> OpLine | None:
        """The line that is selected."""
        return self.lines[self.selected] if self.selected < len(self.lines) else None

    def _derived(self) -> "OpView":
        profile, other, roof = self.profile, self.unfused, self.roof
        if profile is None:
            nothing = replace(self, verdict=None, unfused_verdict=None, whole=None)
            return replace(nothing, lines=(), parts=())
        table = partial(rows_of, by=self.by, sort=self.sort, roof=roof)
        uneven = _line(uneven_of, profile, other)
        rest = (_line(between_of, profile, other), *([uneven] if uneven.matters else []))
        derived = replace(
            self,
            verdict=verdict_of(profile, roof) if roof else None,
            unfused_verdict=verdict_of(other, roof) if roof and other else None,
            whole=_line(partial(whole_of, roof=roof), profile, other),
            lines=(*_lines(table, self.sort, profile, other), *rest),
            parts=(*self._parts(profile, other), *rest),
        )
        return derived.moved(0)

    def _parts(self, profile: OpProfile, other: OpProfile | None) -> tuple[OpLine, ...]:
        if other is not None:
            return _lines(_work_rows, "time", profile, other)
        by, sort = ("stage", ORDER) if self.by == "kind" else ("kind", "time")
        return _lines(partial(rows_of, by=by, sort=sort), sort, profile, None)


def _line(
    row_of: Callable[[OpProfile], OpRow], profile: OpProfile, other: OpProfile | None
) -> OpLine:
    row = row_of(profile)
    return OpLine(row.label, row, row_of(other) if other else None)


def _lines(
    rows_of: Callable[[OpProfile], Sequence[OpRow]],
    sort: str,
    profile: OpProfile,
    other: OpProfile | None,
) -> tuple[OpLine, ...]:
    """Return the rows of a profile, those of an unfused one beside them."""
    if other is None:
        return tuple(OpLine(row.label, row) for row in rows_of(profile))
    pairs = beside(rows_of(other), rows_of(profile), sort)
    return tuple(OpLine(pair.label, pair.fused, pair.unfused) for pair in pairs)


def _work_rows(profile: OpProfile) -> tuple[OpRow, ...]:
    """Return the calls by what they do without what is fused into them, the longest first."""
    groups: dict[str, list[OpCall]] = {}
    for call in profile.calls:
        groups.setdefault(same_work(call.kind), []).append(call)
    rows = [OpRow(work, tuple(calls), profile.profiled_ns) for work, calls in groups.items()]
    return tuple(sorted(rows, key=lambda row: -row.time_ns))


def _after(name: str, names: Sequence[str]) -> str:
    return names[(names.index(name) + 1) % len(names)]
