"""The history: every trial, in an SQLite file."""

from resnettui.errors import HistoryError
from resnettui.store.history import History, new_id, now
from resnettui.store.peaks import stored_peaks

__all__ = ["History", "HistoryError", "new_id", "now", "stored_peaks"]
