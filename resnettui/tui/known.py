"""What the compare screen compares: the history, and what was published."""

from collections.abc import Sequence
from pathlib import Path

from resnettui.core.drift import with_drift
from resnettui.core.history import outcomes_of
from resnettui.core.outcome import Outcome
from resnettui.core.platforms import told_apart
from resnettui.core.published import published_outcomes
from resnettui.store import History


def known_outcomes(path: Path | None) -> Sequence[Outcome]:
    """Return the outcomes of a history, if any, and the published ones.

    HistoryError where it cannot be read.
    """
    if path is None:
        return published_outcomes()
    with History.open(path) as history:
        return (*outcomes_of(with_drift(told_apart(history.listed()))), *published_outcomes())
