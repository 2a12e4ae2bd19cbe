"""What the app knows from before: the history, and what was published."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from resnettui.core.drift import with_drift
from resnettui.core.history import outcomes_of
from resnettui.core.live import Snapshot
from resnettui.core.machine import platform_name
from resnettui.core.outcome import Outcome
from resnettui.core.platforms import Place, told_apart
from resnettui.core.published import published_outcomes
from resnettui.core.roof import Peak
from resnettui.store import History, stored_peaks


def known_outcomes(path: Path | None) -> Sequence[Outcome]:
    """Return the outcomes of a history, if any, and the published ones.

    HistoryError where it cannot be read.
    """
    if path is None:
        return published_outcomes()
    with History.open(path) as history:
        return (*outcomes_of(with_drift(told_apart(history.listed()))), *published_outcomes())


def shown_outcomes(snapshot: Snapshot) -> Sequence[Outcome]:
    """Return the outcomes of a snapshot, whose history is elsewhere, and the published ones."""
    platform = platform_name(snapshot.machine)
    outcomes = snapshot.all_outcomes().values()
    return (*(replace(one, platform=platform) for one in outcomes), *published_outcomes())


def known_peaks(path: Path | None, place: Place) -> tuple[Peak, ...]:
    """Return what a history, if any, knows of the roof; HistoryError where it cannot be read."""
    return () if path is None else stored_peaks(path, place)


def keep_peaks(path: Path | None, place: Place, peaks: Iterable[Peak]) -> None:
    """Store peaks of a machine in its history, if any; HistoryError where that is not possible."""
    if path is not None:
        with History.open(path) as history:
            history.keep_peaks(place, peaks)
