"""The messages between the supervisor and a worker: one dataclass each.

Commands go to the worker, events come back. An event that belongs to a measurement carries the
`run_id` of the Measure that asked for it, so that late ones can be told from current ones.
Times are nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from resnettui.core.machine import Build
from resnettui.core.operators import OpProfile
from resnettui.core.ops import OpLedger
from resnettui.core.roof import ARRAY_BYTES, Peak
from resnettui.core.trial import RANDOM, Check, InputSource, Member, Trial, WarmUp

VERSION = 4
"""Raised with every change of a message; a worker of another version is refused."""

CHECK_S = 5.0
CHECK_LIVE_S = 1.0
"""A variant's outputs are compared with fp32's for this long at most; shorter where a user waits
for the first figure."""


@dataclass(frozen=True)
class Measure:
    """Command: stop what you are doing, build this configuration and measure it."""

    run_id: int
    trial: Trial
    data: str | None = None
    """A folder of images to take the input from; None for synthetic input."""
    duration_s: float | None = None
    iterations: int | None = None
    """The sample ends after this many passes or seconds; without either it goes on."""
    weights: str = RANDOM
    """random, imagenet, or the path of a file with a state_dict."""
    cores: tuple[int, ...] = ()
    """Pin every thread of the worker to these cores; () lets the kernel choose."""
    hold: bool = False
    """Run untimed passes after the warm-up until Go names the instant the sample begins at."""
    check_s: float = CHECK_S
    """Count how often the variant agrees with fp32 for this long, at most."""


@dataclass(frozen=True)
class Profile:
    """Command: stop what you are doing, and time every operator of this configuration."""

    run_id: int
    trial: Trial
    """In one process, whatever it says."""
    data: str | None = None
    weights: str = RANDOM
    passes: int = 20
    """Passes to profile, and as many without the profiler."""
    cores: tuple[int, ...] = ()
    """Pin every thread of the worker to these cores; () lets the kernel choose."""


@dataclass(frozen=True)
class FindPeaks:
    """Command: stop what you are doing, and measure the roof of this machine."""

    run_id: int
    threads: int
    kinds: tuple[str, ...]
    """Precisions of Trial that the processor computes in itself, and MEMORY of core.roof."""
    array_bytes: int = ARRAY_BYTES
    """The size of each of the arrays that bandwidth is measured on."""


Job = Measure | Profile | FindPeaks
"""What a worker can be asked to do, one at a time."""


@dataclass(frozen=True)
class Go:
    """Command: begin the sample of a Measure that was to be held."""

    run_id: int
    at_ns: int
    """The instant, the same for all workers of a crew."""


@dataclass(frozen=True)
class Stop:
    """Command: stop measuring and wait."""


@dataclass(frozen=True)
class Hello:
    """Event: the worker process runs; torch is not imported yet."""

    version: int
    pid: int


@dataclass(frozen=True)
class Ready:
    """Event: torch is imported and its engines are probed."""

    build: Build


@dataclass(frozen=True)
class Step:
    """Event: what the worker does before it can measure, and how far it is."""

    run_id: int
    what: str
    done: int = 0
    total: int = 0
    """0 where there is nothing to count."""


@dataclass(frozen=True)
class Prepared:
    """Event: the variant is built, checked, counted and traced."""

    run_id: int
    trial: Trial
    """With the engine that the worker chose."""
    check: Check
    ops: OpLedger
    unfused: OpLedger
    kernels: Mapping[str, int]
    input: InputSource = field(default_factory=InputSource)
    flop: int | None = None
    moved_bytes: int | None = None
    """As in TrialResult."""


@dataclass(frozen=True)
class WarmingUp:
    """Event: the passes before the sample; `done` with the last of them."""

    run_id: int
    warmup: WarmUp
    last_ns: int
    done: bool = False
    members: tuple[Member, ...] = ()
    """With the last: the process as it stands now, without figures yet; of a crew all of them.
    One that was to hold is ready to go."""


@dataclass(frozen=True)
class Samples:
    """Event: latencies measured since the event before."""

    run_id: int
    latencies_ns: tuple[int, ...]
    wall_ns: int
    """From the end of the event before, or the start of the sample, to the last of these passes."""
    end_ns: int
    """When the last of these passes ended."""
    owners: tuple[int, ...] = ()
    """Of a crew: the member that each pass belongs to, counted from 0."""
    walls_ns: tuple[int, ...] = ()
    """Of a crew: the wall time of each member, to the end of the last of its own passes here."""


@dataclass(frozen=True)
class Profiled:
    """Event: the operators of a configuration are timed."""

    run_id: int
    trial: Trial
    """With the engine that the worker chose."""
    profile: OpProfile


@dataclass(frozen=True)
class PeaksFound:
    """Event: the peaks that could be measured; a precision that does not run here has none."""

    run_id: int
    peaks: tuple[Peak, ...]


@dataclass(frozen=True)
class Finished:
    """Event: what was asked for is done; a sample is as long as it was to be."""

    run_id: int


@dataclass(frozen=True)
class Failed:
    """Event: this configuration cannot be measured; the worker is ready for another."""

    run_id: int
    kind: str
    """unavailable, memory, data (none can be used), weights (none for this model), cores (those
    asked for cannot be had) or error."""
    reason: str
    hint: str = ""


@dataclass(frozen=True)
class WorkerLost:
    """Event, told by the supervisor: the worker process ended or had to be ended."""

    reason: str
    hint: str = ""
    final: bool = False
    """Starting another worker would end the same way."""


@dataclass(frozen=True)
class Starting:
    """Event, told by the supervisor: a worker process is being started."""

    run_id: int


Command = Job | Go | Stop
Event = (
    Hello
    | Ready
    | Step
    | Prepared
    | WarmingUp
    | Samples
    | Profiled
    | PeaksFound
    | Finished
    | Failed
    | WorkerLost
    | Starting
)
Message = Command | Event
