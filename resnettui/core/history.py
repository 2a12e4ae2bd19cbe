"""What the history keeps: an Entry per trial, whole, and a Listed of it for lists and tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from resnettui.core.machine import Build, Machine, platform_name
from resnettui.core.outcome import Outcome, outcome_of
from resnettui.core.trial import Trial, TrialResult

SOURCES = ("run", "live", "sweep", "compare")
"""The commands that measure."""


@dataclass(frozen=True)
class Entry:
    """One trial as it is stored: measured, or failed with a reason."""

    id: str
    """32 hexadecimal digits, unique across machines: an export can be imported anywhere."""
    at: str
    """When it ended, ISO 8601 in UTC, e.g. "2026-11-24T05:30:16Z"."""
    source: str
    """One of SOURCES."""
    trial: Trial
    machine: Machine
    build: Build | None = None
    """None where the worker died before it told."""
    result: TrialResult | None = None
    """Of a failed trial: what was measured before it failed, where that is a sample."""
    failure: str = ""
    """Why it could not be measured, or why the measurement broke off; "" where it was measured."""
    tag: str = ""
    sweep: str = ""
    """The id of the sweep it belongs to; "" for none."""
    position: int = 0
    """Its place in the plan of that sweep."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Versions and conditions beside it, e.g. kernel, governor."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list or a table shows of an entry, without its raw latencies."""

    id: str
    at: str
    source: str
    trial: Trial
    platform: str
    outcome: Outcome | None = None
    """None for a failed trial."""
    failure: str = ""
    tag: str = ""
    sweep: str = ""
    position: int = 0
    host: str = ""
    """The machine's name in the network; "" where it is not known."""
    torch: str = ""
    """The version of torch; "" where it is not known."""


def listed_of(entry: Entry) -> Listed:
    """Return what lists and tables show of an entry; its outcome stands under the entry's trial."""
    platform = platform_name(entry.machine)
    measured = entry.result if not entry.failure else None
    outcome = outcome_of(measured, platform) if measured else None
    return Listed(
        id=entry.id,
        at=entry.at,
        source=entry.source,
        trial=entry.trial,
        platform=platform,
        outcome=replace(outcome, trial=entry.trial) if outcome else None,
        failure=entry.failure,
        tag=entry.tag,
        sweep=entry.sweep,
        position=entry.position,
        host=entry.machine.host,
        torch=entry.build.torch if entry.build else "",
    )


def outcomes_of(listed: Iterable[Listed]) -> list[Outcome]:
    """Return the figures of the measured trials among them, each with its platform."""
    return [replace(item.outcome, platform=item.platform) for item in listed if item.outcome]
