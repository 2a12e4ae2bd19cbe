"""What the commands without a screen keep in the history, failed trials among it."""

from dataclasses import replace
from pathlib import Path

from resnettui.bench import Bench
from resnettui.core.history import Entry
from resnettui.core.trial import TrialResult
from resnettui.errors import HistoryError, TrialError
from resnettui.machine.conditions import conditions
from resnettui.store import History, new_id, now


def entry_of(bench: Bench, source: str, result: TrialResult | None = None) -> Entry:
    """Return the entry of the trial that a bench has just measured, or failed to."""
    return Entry(
        *(new_id(), now(), source, bench.trial, bench.machine, bench.build, result),
        facts=conditions(),
    )


def store(history: Path | None, entry: Entry) -> None:
    """Add an entry to a history (None: the user's); HistoryError where that fails."""
    with History.open(history) as opened:
        opened.add(entry)


def store_failure(history: Path | None, entry: Entry, error: TrialError) -> None:
    """Store a failed trial; where that fails as well, a TrialError tells both."""
    try:
        store(history, replace(entry, failure=error.reason))
    except HistoryError as trouble:
        reason = f"{error.reason}; nor could this be stored: {trouble.reason}"
        raise TrialError(reason, error.hint or trouble.hint) from trouble
