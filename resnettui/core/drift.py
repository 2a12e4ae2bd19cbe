"""Drift: a sweep measures its baseline at the start and again at the end, and it may have moved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resnettui.core.history import Listed
from resnettui.core.outcome import Outcome
from resnettui.core.plan import DRIFT_SHARE

DRIFT = "drift"
"""The flag on everything that a sweep measured while its baseline moved."""


def drift_between(first: Outcome | None, last: Outcome | None) -> float | None:
    """Return how much slower the last is, as a share; None where one was not measured."""
    return last.latency_ns / first.latency_ns - 1 if first and last else None


def drift_flags(drift: float | None, sweep: str = "") -> dict[str, str]:
    """Return the flag with its reason where a drift is too large."""
    if drift is None or abs(drift) <= DRIFT_SHARE:
        return {}
    whose = f" of sweep {sweep[:8]}" if sweep else ""
    return {DRIFT: f"the baseline moved by {drift:+.1%} between start and end{whose}"}


def with_drift(listed: Sequence[Listed]) -> list[Listed]:
    """Return the entries of a history, flagged where the baseline of their sweep moved.

    The trials alone tell it, for an export carries no plan: the first and the last place of a sweep
    that is complete hold the same configuration, as no two others do.
    """
    sweeps: dict[str, dict[int, Listed]] = {}
    for entry in listed:
        if entry.sweep:
            sweeps.setdefault(entry.sweep, {})[entry.position] = entry
    flags = {sweep: drift_flags(_drift(places), sweep) for sweep, places in sweeps.items()}
    return [_flagged(entry, flags.get(entry.sweep, {})) for entry in listed]


def _drift(places: Mapping[int, Listed]) -> float | None:
    first, last = places.get(0), places[max(places)]
    if first is None or first is last or first.trial != last.trial:
        return None
    return drift_between(first.outcome, last.outcome)


def _flagged(entry: Listed, flags: Mapping[str, str]) -> Listed:
    if not flags or entry.outcome is None:
        return entry
    flagged = replace(entry.outcome, flags={**entry.outcome.flags, **flags})
    return replace(entry, outcome=flagged)
