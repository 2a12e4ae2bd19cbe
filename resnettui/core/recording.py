"""A recording: a line that says what it is, then the events of a live measurement, one a line.

It holds all that changes a Snapshot, so that whoever folds it sees what was on the screen.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any, get_args

from resnettui.core.board import Board
from resnettui.core.codec import NOT_PLAIN, as_line, not_a, revive, tagged
from resnettui.core.live_events import Joined, LiveEvent, Surveyed
from resnettui.core.plain_snapshot import plain_of, snapshot_of
from resnettui.core.protocol import VERSION as PROTOCOL

FORMAT = "resnettui recording"

VERSION = 1
"""Raised with every change of an event that is no message of the protocol, which has its own."""


@dataclass(frozen=True)
class Heading:
    """The first line of a recording."""

    resnettui: str
    """The version of the program that wrote it."""
    at: str
    """When it began, ISO 8601 in UTC."""
    format: str = FORMAT
    version: int = VERSION
    protocol: int = PROTOCOL


@dataclass(frozen=True)
class Recorded:
    """One event of a recording."""

    at_ns: int
    """When it came, on the CLOCK_MONOTONIC of the machine that recorded it."""
    event: LiveEvent


def _surveyed(plain: Mapping[str, Any]) -> Surveyed:
    """Build the event whose board has no type where it is declared: Board is needed late."""
    return Surveyed(**{name: revive(Board, value) for name, value in plain.items()})


def _joined(plain: Mapping[str, Any]) -> Joined:
    return Joined(**{name: snapshot_of(value) for name, value in plain.items()})


_BUILDERS: dict[str, Callable[[dict[str, Any]], LiveEvent]] = {
    **{kind.__name__: partial(revive, kind) for kind in get_args(LiveEvent)},
    Surveyed.__name__: _surveyed,
    Joined.__name__: _joined,
}


def encode_heading(heading: Heading) -> bytes:
    """Return the first line."""
    return as_line(asdict(heading))


def decode_heading(line: bytes) -> Heading:
    """Return what the first line says; ValueError with the reason where it cannot be replayed."""
    try:
        plain = json.loads(line)
        # Another version may say more.
        told = {field.name: plain[field.name] for field in fields(Heading)}
        heading: Heading | None = revive(Heading, told)
    except NOT_PLAIN:
        heading = None
    if heading is None or heading.format != FORMAT:
        raise ValueError("this is no recording of resnettui")
    if (heading.version, heading.protocol) != (VERSION, PROTOCOL):
        raise ValueError(f"resnettui {heading.resnettui} recorded it in another version")
    return heading


def encode_event(recorded: Recorded) -> bytes:
    """Return an event as one JSON line."""
    event = recorded.event
    plain = (
        {"type": Joined.__name__, "snapshot": plain_of(event.snapshot)}
        if isinstance(event, Joined)
        else tagged(event)
    )
    return as_line({"at_ns": recorded.at_ns, "event": plain})


def decode_event(line: bytes) -> Recorded:
    """Return the event that a line holds; ProtocolError where it holds none."""
    try:
        plain = json.loads(line)
        event = plain["event"]
        build = _BUILDERS[event.pop("type")]
        return Recorded(revive(int, plain["at_ns"]), build(event))
    except NOT_PLAIN as error:
        raise not_a("recorded event", line, error) from None
