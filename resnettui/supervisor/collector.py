"""Events of the workers become a result."""

from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Prepared,
    Samples,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.tally import MemberTally, result_from, tallied
from resnettui.core.trial import Member, TrialResult, WarmUp
from resnettui.errors import NoWeightsError, TrialError, UsageError


class Collector:
    """Gathers the events of a run into its result, or those of several of one configuration."""

    def __init__(self) -> None:
        self._prepared: Prepared | None = None
        self._warmups: list[WarmUp] = []
        self._members: tuple[Member, ...] = ()
        self._tallies: tuple[MemberTally, ...] = ()
        self.latencies_ns: list[int] = []
        """Those of all processes, as they came."""
        self.wall_ns = 0

    def add(self, event: Event) -> bool:
        """Take an event in; tell whether the run is over; TrialError or UsageError if it failed."""
        match event:
            case Prepared():
                self._prepared = event
            case WarmingUp(done=True):
                self._warmups.append(event.warmup)
                self._members = event.members
            case Samples():
                self._tallies = tallied(self._tallies, len(self._members), event)
                self.latencies_ns += event.latencies_ns
                self.wall_ns += event.wall_ns
            case Failed(kind="data" | "cores"):
                raise UsageError(event.reason, event.hint)
            case Failed(kind="weights"):
                raise NoWeightsError(event.reason, event.hint)
            case Failed() | WorkerLost():
                raise TrialError(event.reason, event.hint)
            case Finished():
                return True
        return False

    def result(self) -> TrialResult:
        """Return what was measured, without flags; TrialError where it is nothing.

        Of several runs the passes of the warm-ups add up, and settled is what all of them did.
        """
        if self._prepared is None or not self.latencies_ns:
            raise TrialError("nothing was measured", "give it more time: --duration 5")
        warmup = WarmUp(
            sum(warmup.iterations for warmup in self._warmups),
            all(warmup.settled for warmup in self._warmups),
        )
        return result_from(
            *(self._prepared, warmup, self.latencies_ns),
            passes=len(self.latencies_ns),
            wall_ns=self.wall_ns,
            members=self._members,
            tallies=self._tallies,
        )
