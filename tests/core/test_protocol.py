import json
from dataclasses import MISSING, fields
from typing import Any, get_args

import pytest
from core_samples import BUILD, KERNELS, W8A8_FUSED, W8A8_UNFUSED

from resnettui.core.codec import ProtocolError, decode, encode
from resnettui.core.operators import OpCall, OpProfile
from resnettui.core.protocol import (
    CHECK_LIVE_S,
    CHECK_S,
    Failed,
    FindPeaks,
    Finished,
    Go,
    Hello,
    Measure,
    Message,
    PeaksFound,
    Prepared,
    Profile,
    Profiled,
    Ready,
    Samples,
    Starting,
    Step,
    Stop,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Check, InputSource, Member, Trial, WarmUp

TRIAL = Trial("resnet18", "int8", "full", "contiguous", 8, 4, 2, "qnnpack", 96)

PROFILE = OpProfile(
    (
        OpCall(
            kind="quantized::conv2d_relu",
            name="layer1.0.conv1",
            stage="layer1",
            shape="64x56x56 -> 64x56x56 1x1",
            time_ns=81_000.5,
            flop=25_690_112,
            weight_bytes=4096,
            input_bytes=200_704,
            output_bytes=200_704,
            kernel="brgconv_1x1:avx512_core_vnni",
        ),
    ),
    *(20, 8.78e6, 9.5e6),
)

PREPARED = Prepared(
    *(1, TRIAL, Check(3.5e-5, 0.999), W8A8_FUSED, W8A8_UNFUSED, KERNELS),
    input=InputSource(
        *(12, 2, ("a.txt (no image)", "b.jpg (truncated)"), "mine.pth"),
        files=50_000,
        looked_at=1000,
        unlabelled="folder 'x' is no class of ImageNet",
    ),
    flop=8_178_000_000,
    moved_bytes=190_000_000,
)

CHECKED = Prepared(
    *(1, TRIAL, Check(3.5e-5, 0.999, 27.94, 0.95, 0.75, 64), W8A8_FUSED, W8A8_UNFUSED, KERNELS)
)

MESSAGES: list[Message] = [
    Measure(1, TRIAL, '/data/ünïcödé "folder"\n', 2.5, None),
    Measure(2, Trial(), None, None, 100),
    Measure(3, Trial()),
    Measure(4, Trial(), weights="/data/my weights.pth"),
    Measure(4, TRIAL, cores=(0, 2, 3), hold=True),
    Measure(5, TRIAL, check_s=CHECK_LIVE_S),
    Profile(6, TRIAL, "/data", "mine.pth", 5),
    FindPeaks(7, 4, ("fp32", "int8", MEMORY)),
    Go(4, 2**62),
    Stop(),
    Hello(1, 4711),
    Ready(BUILD),
    Step(1, "decoding", 3, 12),
    Step(1, "building"),
    PREPARED,
    CHECKED,
    WarmingUp(1, WarmUp(12, True), 8_780_000, done=True),
    WarmingUp(1, WarmUp(), 0),
    WarmingUp(1, WarmUp(), 0, True, (Member(4711, (0, 2), memory_bytes=9, not_pinned="no"),)),
    Samples(1, tuple(range(10**9, 10**9 + 500)), 2**62, 2**63 - 1),
    Samples(1, (), 0, 0),
    Samples(1, (5, 6, 7), 18, 18, owners=(0, 1, 0), walls_ns=(11, 6)),
    Profiled(6, TRIAL, PROFILE),
    PeaksFound(7, (Peak("fp32", 4, 4.64e11, "convolution"), Peak(MEMORY, 4, 7e10, "triad"))),
    PeaksFound(8, ()),
    Finished(7),
    Failed(1, "memory", "it does not fit", "a smaller batch"),
    Failed(1, "error", "\x00\x1b[31m\u2028 😀"),
    WorkerLost("killed", "out of memory?", final=True),
    WorkerLost("gone"),
    Starting(3),
]


def message_id(message: Message) -> str:
    return type(message).__name__


def plain(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(message))
    return found


def line(values: object) -> bytes:
    return json.dumps(values).encode()


def test_every_type_is_among_the_samples() -> None:
    assert {type(message) for message in MESSAGES} == set(get_args(Message))


@pytest.mark.parametrize("message", MESSAGES, ids=message_id)
def test_a_message_survives_the_wire(message: Message) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize("message", MESSAGES, ids=message_id)
def test_a_message_is_one_line_of_ascii(message: Message) -> None:
    encoded = encode(message)
    assert encoded.isascii()
    assert encoded.endswith(b"\n")
    assert encoded.count(b"\n") == 1


def test_a_decoded_message_can_be_hashed_like_the_original() -> None:
    message = Samples(1, (1, 2, 3), 6, 7)
    assert hash(decode(encode(message))) == hash(message)


def test_what_is_measured_without_a_screen_is_checked_for_longer() -> None:
    assert Measure(1, Trial()).check_s == CHECK_S > CHECK_LIVE_S


def test_a_float_may_come_as_a_whole_number() -> None:
    wish = plain(Measure(1, Trial())) | {"duration_s": 5}
    decoded = decode(line(wish))
    assert isinstance(decoded, Measure)
    assert type(decoded.duration_s) is float


REQUIRED = [
    (message, field.name)
    for message in MESSAGES
    for field in fields(message)
    if field.default is MISSING and field.default_factory is MISSING
]


@pytest.mark.parametrize(
    ("message", "name"), REQUIRED, ids=[f"{message_id(m)}.{name}" for m, name in REQUIRED]
)
def test_a_message_without_a_field_is_refused(message: Message, name: str) -> None:
    values = plain(message)
    del values[name]
    with pytest.raises(ProtocolError, match="not a message"):
        decode(line(values))


@pytest.mark.parametrize("message", MESSAGES, ids=message_id)
def test_a_message_with_another_field_is_refused(message: Message) -> None:
    with pytest.raises(ProtocolError, match="not a message"):
        decode(line(plain(message) | {"surplus": 1}))


WRONG: list[tuple[Message, dict[str, Any]]] = [
    (Finished(1), {"run_id": "1"}),
    (Finished(1), {"run_id": 1.0}),
    (Finished(1), {"run_id": True}),
    (Finished(1), {"run_id": None}),
    (Finished(1), {"run_id": [1]}),
    (Hello(1, 2), {"pid": {}}),
    (Step(1, "x"), {"what": 3}),
    (Step(1, "x"), {"what": None}),
    (Samples(1, (1,), 1, 1), {"latencies_ns": 3}),
    (Samples(1, (1,), 1, 1), {"latencies_ns": "123"}),
    (Samples(1, (1,), 1, 1), {"latencies_ns": [1, 2.5]}),
    (Samples(1, (1,), 1, 1), {"latencies_ns": {"0": 1}}),
    (WorkerLost("x"), {"final": 1}),
    (WorkerLost("x"), {"hint": None}),
    (Measure(1, Trial()), {"trial": None}),
    (Measure(1, Trial()), {"trial": []}),
    (Measure(1, Trial()), {"trial": {"threads": "2"}}),
    (Measure(1, Trial()), {"trial": {"thread": 2}}),
    (Measure(1, Trial()), {"trial": {"engine": 5}}),
    (Measure(1, Trial()), {"duration_s": "5"}),
    (Measure(1, Trial()), {"iterations": 2.5}),
    (Measure(1, Trial()), {"data": 1}),
    (Measure(1, Trial()), {"weights": None}),
    (Ready(BUILD), {"build": {"torch": "2.13.0"}}),
    (PREPARED, {"kernels": {"convolution": "53"}}),
    (PREPARED, {"kernels": [["convolution", 53]]}),
    (PREPARED, {"ops": {"by_kind": None}}),
    (PREPARED, {"check": {"max_abs_error": 1.0}}),
    (PREPARED, {"input": {"unreadable_names": [1]}}),
]


@pytest.mark.parametrize(
    ("message", "values"), WRONG, ids=[f"{message_id(m)} {values}" for m, values in WRONG]
)
def test_a_value_of_another_type_is_refused(message: Message, values: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="not a message"):
        decode(line(plain(message) | values))


JUNK = {
    "nothing": b"",
    "an empty line": b"\n",
    "words": b"Segmentation fault (core dumped)\n",
    "half a message": encode(Finished(1))[:-4],
    "two messages": encode(Finished(1)) * 2,
    "a list": b"[]",
    "a full list": line(["type", "Stop"]),
    "a number": b"42",
    "null": b"null",
    "true": b"true",
    "a string": b'"Stop"',
    "an object without type": b"{}",
    "an unknown type": line({"type": "Dance"}),
    "a type of the package that is no message": line({"type": "Trial"}),
    "a type that is a list": line({"type": ["Stop"]}),
    "a type that is null": line({"type": None}),
    "binary": bytes(range(256)),
    "zeros": b"\x00" * 100,
    "not UTF-8": b'{"type":"Stop"\xff}',
    "UTF-16 with a torn end": b"\xff\xfe\x00",
    "a very long word": b"x" * 1_000_000,
    "a very long number": b"1" * 1_000_000,
    "a very long list": b"[" + b"1," * 100_000 + b"1]",
    "a very long type": line({"type": "x" * 1_000_000}),
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_is_refused_and_quoted(junk: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a message") as error:
        decode(junk)
    assert repr(junk[:80].decode("utf-8", "replace").strip()) in str(error.value)


def test_the_reason_has_no_line_break() -> None:
    with pytest.raises(ProtocolError) as error:
        decode(b"first\nsecond\r\nthird")
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param(b"[" * 200_000, id="lists within lists"),
        pytest.param(b'{"type":' * 200_000, id="objects within objects"),
        pytest.param(
            line(plain(Measure(1, Trial())) | {"duration_s": 10**400}), id="a float out of range"
        ),
    ],
)
def test_what_python_cannot_hold_is_refused(junk: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a message"):
        decode(junk)


def test_the_reason_is_short_however_long_the_line() -> None:
    with pytest.raises(ProtocolError) as error:
        decode(line({"type": "x" * 1_000_000}))
    assert len(str(error.value)) < 1000
