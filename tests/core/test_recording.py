import json
from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from test_protocol import MESSAGES, TRIAL

from resnettui.core import protocol
from resnettui.core.board import (
    Board,
    Cache,
    Clock,
    Cluster,
    Cooler,
    Group,
    Load,
    Memory,
    NumaNode,
    Program,
    Temperature,
    Throttling,
)
from resnettui.core.codec import ProtocolError
from resnettui.core.live import Snapshot
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
from resnettui.core.machine import Machine, Reading
from resnettui.core.protocol import Event, Finished
from resnettui.core.recording import (
    VERSION,
    Heading,
    Recorded,
    decode_event,
    decode_heading,
    encode_event,
    encode_heading,
)

BOARD = Board(
    kernel="6.8.0",
    virtual="kvm",
    clusters=(
        Cluster("big", (4, 5), "Cortex-A76", 1024, ("asimd",), Clock(4 * 10**8, 24 * 10**8, None)),
        Cluster("little", (0, 1), clock=Clock(governor="ondemand", driver="cpufreq-dt")),
    ),
    caches=(Cache(1, "Data", 65536, ((0,), (1,))), Cache(3, "Unified", 1 << 21, ((0, 1, 4, 5),))),
    numa=(NumaNode(0, (0, 1, 4, 5), 1 << 33),),
    offline=(2, 3),
    threads_per_core=1,
    smt="notsupported",
    affinity=(0, 1, 4, 5),
    cpuset=(0, 1),
    memory=Memory(1 << 33, 1 << 32, 0, None, 1 << 31),
    temperatures=(Temperature("soc", 51.0, True, {"passive": 75.0, "critical": 95.0}),),
    coolers=(Cooler("fan", 1, 4, changes=3),),
    throttling=Throttling(("hot",), ("hot", "capped"), True, True, 7),
    group=Group(2, 1.5, 1 << 31, 100, 9, 10**9),
    load=Load((0.5, 1.0, 2.0), 0.25, (Program(17, "make", 0.2),), 0.01),
)

MACHINE = Machine(
    *("Cortex-A76", "Some board", "aarch64", (0, 1, 4, 5), (0, 1), 1, 1.5, ("asimd",)),
    cache_bytes={"L1d": 65536},
    memory_bytes=1 << 31,
    clusters={0: "little", 4: "big"},
    host="pi",
    name="garage",
)

READING = Reading(
    at_s=12.5,
    core_use={0: 1.0, 4: 0.25},
    clock_hz={0: 18 * 10**8},
    temperature_celsius=51.0,
    throttled="hot",
    worker_cores=0.98,
    interval_s=1.0,
    switches=3,
)

EVENTS: list[LiveEvent] = [
    *(message for message in MESSAGES if isinstance(message, Event)),
    Chosen(3, TRIAL),
    Reset(),
    Kept(),
    Looked(READING),
    Looked(Reading()),
    Probed(MACHINE),
    Surveying(),
    Surveyed(BOARD),
    Surveyed(Board()),
    Joined(Snapshot(TRIAL, 3, machine=MACHINE, board=BOARD)),
]


def event_id(event: LiveEvent) -> str:
    return type(event).__name__


def line(values: object) -> bytes:
    return json.dumps(values).encode()


def test_every_event_is_among_the_samples() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(LiveEvent))


def test_the_sample_of_a_board_leaves_no_field_as_it_is() -> None:
    plain, empty = BOARD, Board()
    same = [f.name for f in fields(Board) if getattr(plain, f.name) == getattr(empty, f.name)]
    assert same == []


@pytest.mark.parametrize("event", EVENTS, ids=event_id)
def test_an_event_survives_the_recording(event: LiveEvent) -> None:
    recorded = Recorded(2**62, event)
    encoded = encode_event(recorded)
    assert decode_event(encoded) == recorded
    assert encoded.isascii()
    assert encoded.count(b"\n") == encoded.endswith(b"\n") == 1


def test_the_heading_survives_the_recording() -> None:
    heading = Heading("0.1.0", "2026-11-24T06:13:00Z")
    assert decode_heading(encode_heading(heading)) == heading


def test_a_heading_may_say_more_than_is_known_here() -> None:
    plain = json.loads(encode_heading(Heading("0.1.0", "2026"))) | {"mood": "good"}
    assert decode_heading(line(plain)) == Heading("0.1.0", "2026")


@pytest.mark.parametrize(
    "changed", [{"version": VERSION + 1}, {"protocol": protocol.VERSION + 1, "more": 1}]
)
def test_another_version_is_named(changed: dict[str, Any]) -> None:
    plain = json.loads(encode_heading(Heading("9.9.9", "2026"))) | changed
    with pytest.raises(ValueError, match=r"resnettui 9\.9\.9 recorded it in another version"):
        decode_heading(line(plain))


@pytest.mark.parametrize(
    "junk",
    [
        *(b"", b"\n", b"[]", b"null", b"{}", b"PK\x03\x04\xff", b"[" * 100_000),
        line({"format": "asciicast", "version": 1}),
        encode_heading(replace(Heading("0.1.0", "2026"), format="other")),
        encode_heading(Heading("0.1.0", "2026"))[:-9],
        encode_event(Recorded(1, Finished(1))),
    ],
)
def test_what_is_no_recording_is_told(junk: bytes) -> None:
    with pytest.raises(ValueError, match="this is no recording of resnettui"):
        decode_heading(junk)


RECORDED = json.loads(encode_event(Recorded(1, Surveyed(BOARD))))


@pytest.mark.parametrize(
    "junk",
    [
        *(b"", b"null", b"[]", b"{}", encode_event(Recorded(1, Finished(1)))[:-4]),
        line({**RECORDED, "at_ns": "1"}),
        line({**RECORDED, "event": {"type": "Measure"}}),
        line({**RECORDED, "event": {**RECORDED["event"], "surplus": 1}}),
        line({**RECORDED, "event": {"type": "Surveyed", "board": {"kernel": 6}}}),
        line({**RECORDED, "event": {"type": "Surveyed", "board": None}}),
        line({**RECORDED, "event": {"type": ["Kept"]}}),
    ],
)
def test_a_line_that_holds_no_event_is_refused(junk: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a recorded event"):
        decode_event(junk)
