"""What a visit of the live screen to a configuration leaves for the history."""

from collections.abc import Mapping

from resnettui.core.history import Entry
from resnettui.core.live import Snapshot
from resnettui.core.stats import samples_needed
from resnettui.core.trial import TrialResult

PASSES_KEPT = samples_needed(90)
"""A visit with fewer passes than a p90 needs is passing by, not measuring."""


def visit(snapshot: Snapshot, *, id: str, at: str, facts: Mapping[str, str]) -> Entry | None:
    """Return the entry of the current configuration as it is left; None where it has none."""
    result, failure = sample(snapshot), snapshot.failure
    if result is None and failure is None:
        return None
    return Entry(
        id=id,
        at=at,
        source="live",
        trial=result.trial if result else snapshot.trial,
        machine=snapshot.machine,
        build=snapshot.build,
        result=result and result.packed(),
        failure=failure.reason if failure else "",
        facts=facts,
    )


def sample(snapshot: Snapshot) -> TrialResult | None:
    """Return what is measured of the current configuration where it is enough to be kept."""
    return snapshot.result() if snapshot.passes >= PASSES_KEPT else None
