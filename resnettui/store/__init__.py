"""The history: every trial, in an SQLite file."""

from resnettui.errors import HistoryError
from resnettui.store.history import History, default_path, new_id, now

__all__ = ["History", "HistoryError", "default_path", "new_id", "now"]
