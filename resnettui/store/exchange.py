"""The history as one JSON file, that another machine can import.

    {"format": "resnettui-history", "version": 1, "trials": [
    {...},
    {...}
    ]}

A trial to a line, oldest first, each the fields of an Entry, raw latencies included. The same
trials always give the same bytes.
"""

import json
import re
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from resnettui.core.axes import AXES, Whole
from resnettui.core.history import Entry, listed_of
from resnettui.errors import UsageError
from resnettui.store.plain import UNREADABLE, entry_of, plain_of

FORMAT = "resnettui-history"
VERSION = 1
"""Raised when a field changes its meaning or goes."""

_ID = re.compile(r"[0-9a-f]{32}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def exported(entries: Iterable[Entry]) -> Iterator[str]:
    """Return the file piece by piece; the entries are to come in the order of (at, id)."""
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "trials": ['
    for number, entry in enumerate(entries):
        yield (",\n" if number else "\n") + _line(entry)
    yield "\n]}\n"


def _line(entry: Entry) -> str:
    plain = plain_of(entry)
    if entry.result is not None:
        plain["result"]["latencies_ns"] = entry.result.latencies_ns
    return json.dumps(plain, separators=(",", ":"))


def imported(text: str | bytes, name: str) -> list[Entry]:
    """Return the entries of a file called `name`; UsageError where it holds none."""
    try:
        plain = json.loads(text, object_hook=_compact)
    except UNREADABLE:
        plain = None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise UsageError(f"{name} is no history that resnettui exported")
    version = plain.get("version")
    if version != VERSION:
        raise _another_version(version, name)
    return _entries(plain.get("trials"), name)


def _another_version(version: Any, name: str) -> UsageError:
    versions = f"version {version}; this one reads {VERSION}"
    if not isinstance(version, int):
        return UsageError(f"{name} does not say which version of the format it has")
    if version > VERSION:
        reason = f"{name} was exported by a newer resnettui ({versions})"
        return UsageError(reason, "update resnettui")
    reason = f"{name} was exported by an older resnettui ({versions})"
    return UsageError(reason, "export it again with this one")


def _compact(plain: dict[str, Any]) -> dict[str, Any]:
    """Keep latencies in 8 bytes each while a large file is read: a Python number takes 40."""
    if isinstance(latencies := plain.get("latencies_ns"), list):
        plain["latencies_ns"] = array("q", latencies)
    return plain


def _entries(trials: Any, name: str) -> list[Entry]:
    if not isinstance(trials, list):
        raise UsageError(f"{name} holds no list of trials")
    found = []
    for number, trial in enumerate(trials, start=1):
        try:
            found.append(_entry(trial))
        except UNREADABLE as error:
            reason = f"trial {number} of {name} cannot be read: {str(error)[:200]}"
            raise UsageError(reason, "nothing was imported") from error
    return found


def _entry(plain: dict[str, Any]) -> Entry:
    result = plain.get("result")
    entry = entry_of(plain, () if result is None else result["latencies_ns"])
    if not _ID.fullmatch(entry.id):
        raise ValueError(f"{entry.id!r} is no id")
    if entry.result is not None and entry.build is None:
        raise ValueError("a result without the build of the torch that measured it")
    if not _AT.fullmatch(entry.at):
        raise ValueError(f"{entry.at!r} is no time in UTC")
    _refuse_no_figures(entry)
    return entry


def _refuse_no_figures(entry: Entry) -> None:
    """Raise one of UNREADABLE where values of the right types give no figures."""
    result = entry.result
    for trial in {entry.trial, result.trial if result else entry.trial}:
        for axis in AXES:
            if isinstance(axis.domain, Whole):
                axis.domain.parse(str(getattr(trial, axis.name)))
    if result and min(result.wall_ns, *result.latencies_ns) < 1:
        raise ValueError("a result of passes that took no time")
    listed_of(entry)
