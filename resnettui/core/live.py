"""The state of a live measurement: a Snapshot, and fold(snapshot, event) -> Snapshot.

Events are folded as they come; figures are derived once per frame, from the snapshot's methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from resnettui.core.flags import flags_of
from resnettui.core.live_events import (
    Chosen,
    Joined,
    Kept,
    LiveEvent,
    Looked,
    Probed,
    Reset,
    Surveyed,
    Surveying,
)
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.operators import OpProfile
from resnettui.core.outcome import Outcome, outcome_of
from resnettui.core.protocol import (
    Failed,
    Finished,
    Hello,
    PeaksFound,
    Prepared,
    Profiled,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.roof import Peak
from resnettui.core.stats import median
from resnettui.core.surroundings import surroundings_of
from resnettui.core.tally import MemberTally, result_from, tallied
from resnettui.core.timeline import Point, extended
from resnettui.core.trial import Member, Trial, TrialResult, WarmUp

if TYPE_CHECKING:
    from resnettui.core.board import Board

WINDOW = 4096
"""The latest passes that live statistics are taken from; an endless run must not grow."""

MEMBER_WINDOW = 512
"""The latest passes of one process of several, for its own median."""

READINGS_S = 60


class Phase(Enum):
    """What the measuring side is doing."""

    IDLE = "idle"
    STARTING = "starting"
    BUILDING = "building"
    WARMING_UP = "warming up"
    MEASURING = "measuring"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class Snapshot:
    """Everything the live screen shows."""

    trial: Trial = field(default_factory=Trial)
    run_id: int = 0
    phase: Phase = Phase.IDLE
    machine: Machine = field(default_factory=Machine)
    build: Build | None = None
    board: "Board | None" = None
    """The whole board, as it was when it was looked at last."""
    surveying: bool = False
    """It is being looked at."""
    worker_pids: tuple[int, ...] = ()
    step: Step | None = None
    warmup: WarmUp = field(default_factory=WarmUp)
    last_ns: int = 0
    prepared: Prepared | None = None
    members: tuple[Member, ...] = ()
    """The processes that measure, as they stood after their warm-up."""
    tallies: tuple[MemberTally, ...] = ()
    """What is counted of each of several."""
    latencies_ns: tuple[int, ...] = ()
    """The latest WINDOW passes."""
    passes: int = 0
    wall_ns: int = 0
    timeline: tuple[Point, ...] = ()
    readings: tuple[Reading, ...] = ()
    """Since this sample began, those of the last READINGS_S."""
    reading: Reading = field(default_factory=Reading)
    failure: Failed | WorkerLost | None = None
    outcomes: Mapping[Trial, Outcome] = field(default_factory=dict)
    """Figures of the configurations visited before the current one; latencies would add up."""
    profiles: Mapping[Trial, OpProfile] = field(default_factory=dict)
    """The operators of the configurations that were profiled."""
    peaks: tuple[Peak, ...] = ()
    """What is known of the roof of this machine."""
    baseline: TrialResult | None = None
    """What the others are compared with, as it stood when it was kept."""

    @property
    def ready(self) -> bool:
        """A worker is there and has imported torch."""
        return bool(self.worker_pids) and self.build is not None

    def result(self) -> TrialResult | None:
        """Return what is measured of the current configuration so far; None before the first."""
        if self.prepared is None or not self.latencies_ns:
            return None
        whole = result_from(
            *(self.prepared, self.warmup, self.latencies_ns),
            passes=self.passes,
            wall_ns=self.wall_ns,
            members=self.members,
            tallies=self.tallies,
        )
        whole = whole.beside(surroundings_of(self.readings, whole.pinned_cores))
        return whole.flagged(flags_of(whole, self.machine, self.build, self.peaks))

    def all_outcomes(self) -> dict[Trial, Outcome]:
        """Return every configuration visited, the current one as it stands now."""
        current = self.result()
        return {**self.outcomes, **({current.trial: outcome_of(current)} if current else {})}


def fold(snapshot: Snapshot, event: LiveEvent) -> Snapshot:
    """Return the snapshot after the event; an event of an earlier run changes nothing."""
    run_id = getattr(event, "run_id", None)
    if run_id is not None and run_id != snapshot.run_id and not isinstance(event, Chosen):
        return snapshot
    return replace(snapshot, **_changes(snapshot, event))


def _changes(snapshot: Snapshot, event: LiveEvent) -> dict[str, Any]:  # noqa: PLR0912
    match event:
        case Chosen():
            return _begin(snapshot, event)
        case Starting():
            return {"phase": Phase.STARTING, "worker_pids": (), "failure": None}
        case Hello():
            return {"worker_pids": (*snapshot.worker_pids, event.pid)}
        case Ready():
            return {"build": event.build}
        case Step():
            return {"phase": Phase.BUILDING, "step": event}
        case Prepared():
            return {"prepared": event, "trial": event.trial}
        case WarmingUp():
            return _warmed(event)
        case Samples():
            return _measured(snapshot, event)
        case Profiled():
            return {"profiles": {**snapshot.profiles, event.trial: event.profile}}
        case PeaksFound():
            return {"peaks": (*snapshot.peaks, *event.peaks)}
        case Finished():
            return {"phase": Phase.FINISHED}
        case Failed():
            return {"phase": Phase.FAILED, "failure": event}
        case WorkerLost():
            return {"phase": Phase.FAILED, "failure": event, "worker_pids": ()}
        case Reset():
            return {**_EMPTY_SAMPLE, "outcomes": {}, "timeline": (), "baseline": None}
        case Kept():
            return {"baseline": _kept(snapshot)}
        case Looked():
            return {"reading": event.reading, "readings": _looked(snapshot, event.reading)}
        case Probed():
            return {"machine": event.machine}
        case Surveying():
            return {"surveying": True}
        case Surveyed():
            return {"board": event.board, "surveying": False}
        case Joined():
            return {**vars(event.snapshot)}


def _looked(snapshot: Snapshot, reading: Reading) -> tuple[Reading, ...]:
    """Return the readings of the last READINGS_S, this one the last."""
    horizon_s = reading.at_s - READINGS_S
    return (*(one for one in snapshot.readings if one.at_s > horizon_s), reading)


_EMPTY_SAMPLE: dict[str, Any] = {
    "latencies_ns": (),
    "tallies": (),
    "passes": 0,
    "wall_ns": 0,
    "readings": (),
}


def _begin(snapshot: Snapshot, event: Chosen) -> dict[str, Any]:
    return {
        **_EMPTY_SAMPLE,
        "outcomes": snapshot.all_outcomes(),
        "trial": event.trial,
        "run_id": event.run_id,
        "phase": Phase.BUILDING if snapshot.ready else Phase.STARTING,
        "step": None,
        "warmup": WarmUp(),
        "last_ns": 0,
        "prepared": None,
        "members": (),
        "failure": None,
    }


def _kept(snapshot: Snapshot) -> TrialResult | None:
    """Return the baseline after its key: none where the current configuration is it already."""
    baseline, current = snapshot.baseline, snapshot.result()
    if baseline is not None and baseline.trial == snapshot.trial:
        return None
    return current or baseline


def _warmed(event: WarmingUp) -> dict[str, Any]:
    changes: dict[str, Any] = {"warmup": event.warmup, "last_ns": event.last_ns}
    if not event.done:
        return {**changes, "phase": Phase.WARMING_UP}
    if event.members:
        pids = tuple(member.pid for member in event.members)
        changes |= {"members": event.members, "worker_pids": pids}
    return {**changes, "phase": Phase.MEASURING, "readings": ()}


def _measured(snapshot: Snapshot, event: Samples) -> dict[str, Any]:
    latencies = event.latencies_ns
    if not latencies:
        return {}
    point = Point(event.end_ns, median(latencies))
    return {
        "phase": Phase.MEASURING,
        "latencies_ns": (snapshot.latencies_ns + latencies)[-WINDOW:],
        "tallies": tallied(snapshot.tallies, snapshot.trial.processes, event, MEMBER_WINDOW),
        "passes": snapshot.passes + len(latencies),
        "wall_ns": snapshot.wall_ns + event.wall_ns,
        "last_ns": latencies[-1],
        "timeline": extended(snapshot.timeline, point),
    }
