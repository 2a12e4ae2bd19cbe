"""Messages as JSON lines, and values of dataclasses from plain JSON values."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from resnettui.core.protocol import Message

LINE_LIMIT_BYTES = 16 * 1024 * 1024
"""Longest line that is read: a backlog of samples after a stall, with room to spare."""

_TYPES: dict[str, type[Message]] = {kind.__name__: kind for kind in get_args(Message)}

_NOT_A_MESSAGE = (
    *(ValueError, LookupError, TypeError, AttributeError),
    # JSON nested without end, and a whole number too large for a float.
    *(RecursionError, OverflowError),
)


class ProtocolError(ValueError):
    """A line is not a message of this protocol."""


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
