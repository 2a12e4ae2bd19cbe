"""An Entry as a row of each table, and rows as an Entry or a Listed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from resnettui.core.codec import revive
from resnettui.core.history import Entry, Listed, listed_of
from resnettui.core.outcome import Outcome
from resnettui.core.trial import Check, Trial
from resnettui.errors import HistoryError
from resnettui.store.plain import UNREADABLE, entry_of, packed, plain_of, unpacked

IDENTITY = ("id", "at", "source", "tag", "sweep", "position", "failure")
"""The fields of an Entry that are columns as they are."""

SUMMARY = (
    *IDENTITY,
    *("platform", "host", "torch", "trial", "latency_ns", "throughput_img_s", "passes", "spread"),
    *("ops_unfused", "ops", "checked", "memory_bytes", "flags", "weights", "input"),
    *("flop", "moved_bytes"),
)
"""The columns of the table `trial`."""

WHOLE = (*IDENTITY, "trial", "body", "latencies_ns")
"""The columns that an Entry is made of."""


def row_of(entry: Entry) -> dict[str, Any]:
    """Return the columns of an entry, those of both tables."""
    plain = plain_of(entry)
    trial = plain.pop("trial")
    row = {name: plain.pop(name) for name in IDENTITY}
    listed = listed_of(entry)
    texts = {**row, "platform": listed.platform, "host": listed.host, "torch": listed.torch}
    return {
        **{name: valid_text(v) if isinstance(v, str) else v for name, v in texts.items()},
        **_figures(listed.outcome),
        "trial": _json(trial),
        "body": _json(plain),
        "latencies_ns": packed(entry.result.latencies_ns) if entry.result else None,
    }


def _figures(outcome: Outcome | None) -> dict[str, Any]:
    """Return the columns of an outcome, all None for a failed trial."""
    if outcome is None:
        return dict.fromkeys(SUMMARY[SUMMARY.index("latency_ns") :])
    unfused, ops = outcome.ops or (None, None)
    return {
        "latency_ns": outcome.latency_ns,
        "throughput_img_s": outcome.throughput_img_s,
        "passes": outcome.passes,
        "spread": outcome.spread,
        "ops_unfused": unfused,
        "ops": ops,
        "checked": _json(outcome.check and asdict(outcome.check)),
        "memory_bytes": outcome.memory_bytes,
        "flags": _json(dict(outcome.flags)),
        "weights": valid_text(outcome.weights),
        "input": outcome.input,
        "flop": outcome.flop,
        "moved_bytes": outcome.moved_bytes,
    }


def listed_from(row: Sequence[Any]) -> Listed:
    """Return what a row of SUMMARY lists; HistoryError where it cannot be understood."""
    id, at, source, tag, sweep, position, failure, platform, host, torch, trial, *figures = row
    try:
        understood = _trial(trial)
        outcome = _outcome(understood, platform, figures)
    except UNREADABLE as error:
        raise _not_understood(id, error) from error
    more = (outcome, failure, tag, sweep, position, host, torch)
    return Listed(id, at, source, understood, platform, *more)


def _outcome(trial: Trial, platform: str, figures: Sequence[Any]) -> Outcome | None:
    latency_ns, throughput, passes, spread, unfused, ops, checked, memory_bytes, *more = figures
    if latency_ns is None:
        return None
    flags, weights, input, flop, moved_bytes = more
    return Outcome(
        trial=trial,
        latency_ns=latency_ns,
        throughput_img_s=throughput,
        platform=platform,
        passes=passes,
        spread=spread,
        ops=(unfused, ops),
        # Not loads, which takes twice as long for as short a text: lists have thousands of them.
        check=Check(**_decode(checked)[0]),
        memory_bytes=memory_bytes,
        flags=_flags(flags),
        weights=weights,
        input=input,
        flop=flop,
        moved_bytes=moved_bytes,
    )


def entry_from(row: Sequence[Any]) -> Entry:
    """Return the entry of a row of WHOLE; HistoryError where it cannot be understood."""
    named = dict(zip(WHOLE, row, strict=True))
    body, blob = named.pop("body"), named.pop("latencies_ns")
    try:
        plain = {**named, "trial": json.loads(named["trial"]), **json.loads(body)}
        return entry_of(plain, () if blob is None else unpacked(blob))
    except UNREADABLE as error:
        raise _not_understood(named["id"], error) from error


_decode = json.JSONDecoder().raw_decode


@lru_cache(maxsize=4096)
def _flags(text: str) -> Mapping[str, str]:
    flags: dict[str, str] = json.loads(text)
    return flags


@lru_cache(maxsize=4096)
def _trial(text: str) -> Trial:
    """Return a configuration; thousands of trials share a few hundred."""
    trial: Trial = revive(Trial, json.loads(text))
    return trial


def _not_understood(id: str, error: Exception) -> HistoryError:
    return HistoryError(
        f"trial {id[:8]} of the history cannot be read: {str(error)[:200]}",
        f"did a newer resnettui store it? `resnettui history delete {id}` removes it",
    )


def _json(plain: Any) -> str:
    return json.dumps(plain, separators=(",", ":"))


def valid_text(text: str) -> str:
    """Return a text that is valid UTF-8: names of files need not be."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
