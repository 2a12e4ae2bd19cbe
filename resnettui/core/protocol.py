"""The messages between the supervisor and a worker: one dataclass each, one JSON line each.

Commands go to the worker, events come back. An event that belongs to a measurement carries the
`run_id` of the Measure that asked for it, so that late ones can be told from current ones.
Times are nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from resnettui.core.machine import Build
from resnettui.core.ops import OpLedger
from resnettui.core.trial import RANDOM, Check, InputSource, Member, Trial, WarmUp

VERSION = 3
"""Raised with every change of a message; a worker of another version is refused."""

LINE_LIMIT_BYTES = 16 * 1024 * 1024
"""Longest line that is read: a backlog of samples after a stall, with room to spare."""


CHECK_S = 5.0
CHECK_LIVE_S = 1.0
"""A variant's outputs are compared with fp32's for this long at most; shorter where a user waits
for the first figure."""


class ProtocolError(ValueError):
    """A line is not a message of this protocol."""


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
class Finished:
    """Event: the sample is as long as was asked for."""

    run_id: int


@dataclass(frozen=True)
class Failed:
    """Event: this configuration cannot be measured; the worker is ready for another."""

    run_id: int
    kind: str
    """unavailable, memory, data (none can be used), weights (none for this model) or error."""
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


Command = Measure | Go | Stop
Event = (
    Hello
    | Ready
    | Step
    | Prepared
    | WarmingUp
    | Samples
    | Finished
    | Failed
    | WorkerLost
    | Starting
)
Message = Command | Event

_TYPES: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (
        *(Measure, Go, Stop),
        *(Hello, Ready, Step, Prepared, WarmingUp, Samples, Finished, Failed),
        *(WorkerLost, Starting),
    )
}


_NOT_A_MESSAGE = (
    *(ValueError, LookupError, TypeError, AttributeError),
    # JSON nested without end, and a whole number too large for a float.
    *(RecursionError, OverflowError),
)


def encode(message: Message) -> bytes:
    """Return the message as one JSON line."""
    plain = {"type": type(message).__name__, **asdict(message)}
    return json.dumps(plain, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """Return the message a line holds; ProtocolError where it holds none."""
    try:
        plain = json.loads(line)
        kind = _TYPES[plain.pop("type")]
        message: Message = revive(kind, plain)
    except _NOT_A_MESSAGE as error:
        start = line[:80].decode("utf-8", "replace").strip()
        raise ProtocolError(f"not a message: {start!r} ({str(error)[:200]})") from None
    return message


def revive(kind: Any, plain: Any) -> Any:
    """Build a value of the annotated type `kind` from plain JSON values; TypeError on others."""
    if type(plain) is kind:
        return plain
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if plain is None and NoneType in arguments:
            return None
        return revive(next(a for a in arguments if a is not NoneType), plain)
    if origin is tuple and isinstance(plain, list):
        return tuple(revive(arguments[0], item) for item in plain)
    if origin is Mapping and isinstance(plain, dict):
        key, value = arguments
        return {key(k): revive(value, v) for k, v in plain.items()}
    if hasattr(kind, "__dataclass_fields__") and isinstance(plain, dict):
        hints = _hints(kind)
        return kind(**{name: revive(hints[name], value) for name, value in plain.items()})
    if kind is float and type(plain) is int:
        return float(plain)
    raise TypeError(f"{type(plain).__name__} in the place of {kind}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
