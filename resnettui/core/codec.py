"""Messages as JSON lines, and values of dataclasses from plain JSON values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from resnettui.core.protocol import Message

LINE_LIMIT_BYTES = 16 * 1024 * 1024
"""Longest line that is read: a backlog of samples after a stall, with room to spare."""

_TYPES: dict[str, type[Message]] = {kind.__name__: kind for kind in get_args(Message)}

NOT_PLAIN = (
    *(ValueError, LookupError, TypeError, AttributeError),
    # JSON nested without end, and a whole number too large for a float.
    *(RecursionError, OverflowError),
)
"""What reading a line, or reviving its values, raises where it is not what it should be."""


class ProtocolError(ValueError):
    """A line is not a message of this protocol."""


def encode(message: Message) -> bytes:
    """Return the message as one JSON line."""
    return as_line(tagged(message))


def decode(line: bytes) -> Message:
    """Return the message a line holds; ProtocolError where it holds none."""
    try:
        plain = json.loads(line)
        kind = _TYPES[plain.pop("type")]
        message: Message = revive(kind, plain)
    except NOT_PLAIN as error:
        raise not_a("message", line, error) from None
    return message


def as_line(plain: Any) -> bytes:
    """Return plain values as one JSON line."""
    return json.dumps(plain, separators=(",", ":")).encode() + b"\n"


def tagged(value: Any) -> dict[str, Any]:
    """Return a dataclass as plain values, with the name of its type."""
    return {"type": type(value).__name__, **asdict(value)}


def not_a(what: str, line: bytes, error: Exception) -> ProtocolError:
    """Return the error of a line that does not hold what it should, with its beginning."""
    start = line[:80].decode("utf-8", "replace").strip()
    return ProtocolError(f"not a {what}: {start!r} ({str(error)[:200]})")


def revive(kind: Any, plain: Any) -> Any:
    """Build a value of the annotated type `kind` from plain JSON values; TypeError on others."""
    if type(plain) is kind:
        return plain
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if plain is None and NoneType in arguments:
            return None
        return revive(next(a for a in arguments if a is not NoneType), plain)
    if origin in (tuple, Sequence) and isinstance(plain, list):
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
