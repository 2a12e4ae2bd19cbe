"""What can go wrong with a file, in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resnettui.errors import HistoryError

BUSY_S = 5.0
"""How long another program may hold the file before an operation is given up."""

_ANOTHER = "name another file: --history FILE"

_CAUSES = (
    ("not a database", "{path} is no history of resnettui", _ANOTHER),
    (
        "malformed",
        "the history {path} is damaged",
        f"keep it: `sqlite3 {{path}} .recover` saves what can be read; meanwhile {_ANOTHER}",
    ),
    (
        "disk is full",
        "the disk is full: the history {path} cannot be written; what it holds is safe",
        f"make room, or {_ANOTHER}",
    ),
    (
        "locked",
        f"the history {{path}} has been locked by another program for {BUSY_S:.0f} s",
        f"try again when that has ended, or {_ANOTHER}",
    ),
    ("readonly", "the history {path} cannot be written: it or its folder is read-only", _ANOTHER),
    (
        "unable to open",
        "the history {path} cannot be opened for writing: is it or its folder read-only?",
        _ANOTHER,
    ),
)
"""A part of SQLite's message -> reason, hint."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite or the system says about a file into a HistoryError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _history_error(path, str(error)) from error
    except OverflowError as error:
        raise HistoryError(f"the history {path} cannot hold this: {error}") from error
    except OSError as error:
        reason = f"the history {path} cannot be opened: {error.strerror or error}"
        raise HistoryError(reason, _ANOTHER) from error


def _history_error(path: Path, said: str) -> HistoryError:
    for part, reason, hint in _CAUSES:
        if part in said:
            return HistoryError(reason.format(path=path), hint.format(path=path))
    return HistoryError(
        f"the history {path} cannot be used: {said}", f"is the disk in order? {_ANOTHER}"
    )
