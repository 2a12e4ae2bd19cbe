"""The history: every trial, in an SQLite file."""

from resnettui.errors import HistoryError
from resnettui.store.history import History, default_path, new_id, now
from resnettui.store.peaks import stored_peaks

__all__ = ["History", "HistoryError", "default_path", "new_id", "now", "stored_peaks"]
