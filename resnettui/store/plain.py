"""An Entry as plain JSON values, its raw latencies apart, and back."""

import sys
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from resnettui.core.codec import revive
from resnettui.core.history import Entry

UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(RecursionError, OverflowError, zlib.error),
)
"""What values raise that are no Entry."""


def plain_of(entry: Entry) -> dict[str, Any]:
    """Return an entry without its raw latencies; `latencies_ns` is () in its result."""
    result = entry.result and replace(entry.result, latencies_ns=())
    return asdict(replace(entry, result=result))


def entry_of(plain: dict[str, Any], latencies_ns: Sequence[int]) -> Entry:
    """Return the entry that `plain_of` made plain; one of UNREADABLE where it is none."""
    measured = plain.get("result")
    if measured is not None:
        plain = {**plain, "result": {**measured, "latencies_ns": []}}
    entry: Entry = revive(Entry, plain)
    if entry.result is None:
        return entry
    if not latencies_ns:
        raise ValueError("a result without latencies")
    return replace(entry, result=replace(entry.result, latencies_ns=tuple(latencies_ns)))


def packed(latencies_ns: Sequence[int]) -> bytes:
    """Return latencies as zlib-compressed little-endian 64-bit integers."""
    return zlib.compress(_little_endian(array("q", latencies_ns)).tobytes())


def unpacked(blob: bytes) -> "array[int]":
    """Return the latencies of a blob; one of UNREADABLE where it holds none."""
    latencies = array("q")
    latencies.frombytes(zlib.decompress(blob))
    return _little_endian(latencies)


def _little_endian(latencies: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        latencies.byteswap()
    return latencies
