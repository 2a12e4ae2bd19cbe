"""History: the trials in one SQLite file, and the sweeps that are under way."""

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType

from resnettui.core.history import Entry, Listed
from resnettui.core.platforms import Place
from resnettui.core.roof import Peak
from resnettui.errors import HistoryError, UsageError
from resnettui.places import history_path
from resnettui.store.rows import SUMMARY, WHOLE, entry_from, listed_from, row_of, valid_text
from resnettui.store.schema import migrate
from resnettui.store.trouble import BUSY_S, explained

_INSERT_TRIAL = (
    f"INSERT INTO trial ({', '.join(SUMMARY)}) VALUES ({', '.join(':' + c for c in SUMMARY)})"
    " ON CONFLICT DO NOTHING"
)
_INSERT_DETAIL = "INSERT INTO detail VALUES (:number, :body, :latencies_ns)"
_UPDATE_BODY = (
    "UPDATE detail SET body = :body WHERE number = (SELECT number FROM trial WHERE id = :id)"
)
_PLACE = "platform = :platform AND host = :host AND torch = :torch"
_SELECT_PEAKS = f"SELECT kind, threads, per_s, kernel FROM peak WHERE {_PLACE} ORDER BY kind"
_KEEP_PEAK = (
    "INSERT INTO peak (platform, host, torch, kind, threads, per_s, kernel, at)"
    " VALUES (:platform, :host, :torch, :kind, :threads, :per_s, :by, :at)"
    " ON CONFLICT (platform, host, torch, kind, threads)"
    " DO UPDATE SET per_s = excluded.per_s, kernel = excluded.kernel, at = excluded.at"
    " WHERE excluded.per_s > per_s"
)
_SELECT_LISTED = f"SELECT {', '.join(SUMMARY)} FROM trial ORDER BY at, number"
_SELECT_WHOLE = f"SELECT {', '.join(WHOLE)} FROM trial JOIN detail USING (number) WHERE id = ?"

_TOLD_BY = {
    "trial": "resnettui history lists them",
    "sweep": "resnettui history show ID tells the sweep of a trial",
}
"""Table -> where its ids are to be seen."""

_MAKE_OR_NAME = "name another: --history FILE; `resnettui run` makes one that is not there"

LOCKED_S = 0.01
"""Between two tries at a locked file."""


def new_id() -> str:
    """Return an id that no other trial or sweep has, on any machine: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def now() -> str:
    """Return the time in UTC, to the second, in ISO 8601."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class History:
    """The trials of one file. Every method raises HistoryError where the file cannot be used.

    A trial whose `add` has returned outlives the process and, as far as the disk keeps its word,
    the power. Several programs may use one file; several threads one History.
    """

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._writing = threading.Lock()

    @classmethod
    def open(cls, path: Path | None = None, *, must_exist: bool = False) -> "History":
        """Open a file (None: the user's), made where there is none, brought up to date.

        UsageError where one that is named `must_exist`, as to be read, and does not.
        """
        named, path = path is not None, history_path() if path is None else path
        with explained(path):
            if must_exist and named and not path.exists():
                raise UsageError(f"there is no history {path}", _MAKE_OR_NAME)
            if path.is_dir():
                raise HistoryError(f"{path} is a folder", "name a file: --history FILE")
            path.parent.mkdir(parents=True, exist_ok=True)
            # No isolation level: transactions begin and end where this module says so.
            db = sqlite3.connect(
                path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(db, path)
            except BaseException:
                db.close()
                raise
        return cls(path, db)

    def __enter__(self) -> "History":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add(self, entry: Entry) -> None:
        """Store a trial. One that is there, by its id or its place in a sweep, changes nothing."""
        self.add_all([entry])

    def add_all(self, entries: Iterable[Entry]) -> set[str]:
        """Store all of these trials or none, and return the ids of those that were not there."""
        rows = [row_of(entry) for entry in entries]
        added: set[str] = set()
        with self._transaction():
            for row in rows:
                cursor = self._db.execute(_INSERT_TRIAL, row)
                if cursor.rowcount:
                    self._db.execute(_INSERT_DETAIL, {**row, "number": cursor.lastrowid})
                    added.add(row["id"])
        return added

    def listed(self) -> list[Listed]:
        """Return all trials without their details, oldest first."""
        with explained(self.path):
            return [listed_from(row) for row in self._db.execute(_SELECT_LISTED)]

    def entry(self, id_prefix: str) -> Entry:
        """Return a trial whole; UsageError where none or several ids begin so."""
        return next(self.entries([self.full_id(id_prefix)]))

    def entries(self, ids: Iterable[str]) -> Iterator[Entry]:
        """Return the trials of these whole ids, one by one: all at once would not fit a board."""
        for id in ids:
            with explained(self.path):
                row = self._db.execute(_SELECT_WHOLE, (id,)).fetchone()
            if row is not None:
                yield entry_from(row)

    def full_id(self, id_prefix: str) -> str:
        """Return the one trial's id that begins so; UsageError where none or several do."""
        return self._full_id("trial", id_prefix)

    def tag(self, id_prefix: str, text: str) -> None:
        """Give a trial a tag, or take it away with an empty one; UsageError as `entry`."""
        with self._transaction():
            id = self.full_id(id_prefix)
            self._db.execute("UPDATE trial SET tag = ? WHERE id = ?", (text, id))

    def name_machine(self, ids: Iterable[str], name: str) -> None:
        """Give the machine of trials of these whole ids a name."""
        with self._transaction():
            for entry in self.entries(ids):
                row = row_of(replace(entry, machine=replace(entry.machine, name=name)))
                self._db.execute("UPDATE trial SET platform = :platform WHERE id = :id", row)
                self._db.execute(_UPDATE_BODY, row)

    def delete(self, id_prefixes: Sequence[str]) -> int:
        """Remove trials, all or none, and return how many; UsageError as `entry`."""
        with self._transaction():
            ids = {self.full_id(prefix) for prefix in id_prefixes}
            self._db.executemany("DELETE FROM trial WHERE id = ?", [(id,) for id in ids])
        return len(ids)

    def begin_sweep(self, plan_json: str) -> str:
        """Store the plan of a sweep, and return the id its trials are to carry."""
        id = new_id()
        with self._transaction():
            self._db.execute(
                "INSERT INTO sweep (id, at, plan) VALUES (?, ?, ?)", (id, now(), plan_json)
            )
        return id

    def sweep_plan(self, id_prefix: str) -> tuple[str, str]:
        """Return a sweep's id and plan; UsageError where none or several ids begin so."""
        id = self._full_id("sweep", id_prefix)
        with explained(self.path):
            row = self._db.execute("SELECT id, plan FROM sweep WHERE id = ?", (id,)).fetchone()
        return row[0], row[1]

    def unfinished_sweep(self) -> tuple[str, str] | None:
        """Return id and plan of the newest sweep that is not marked finished."""
        query = "SELECT id, plan FROM sweep WHERE NOT finished ORDER BY number DESC LIMIT 1"
        with explained(self.path):
            row = self._db.execute(query).fetchone()
        return None if row is None else (row[0], row[1])

    def finish_sweep(self, sweep_id: str) -> None:
        """Mark a sweep as finished."""
        with self._transaction():
            self._db.execute("UPDATE sweep SET finished = 1 WHERE id = ?", (sweep_id,))

    def peaks(self, place: Place) -> tuple[Peak, ...]:
        """Return what is known of the roof of a machine."""
        with explained(self.path):
            return tuple(Peak(*row) for row in self._db.execute(_SELECT_PEAKS, _row_of(place)))

    def keep_peaks(self, place: Place, peaks: Iterable[Peak]) -> None:
        """Store peaks of a machine; of each kind and number of threads the highest stays."""
        rows = [{**_row_of(place), **asdict(peak), "at": now()} for peak in peaks]
        with self._transaction():
            self._db.executemany(_KEEP_PEAK, rows)

    def _full_id(self, table: str, prefix: str) -> str:
        digits = prefix.lower()
        if not digits or set(digits) - set("0123456789abcdef"):
            raise UsageError(f"{prefix!r} is no id of a {table}", _TOLD_BY[table])
        query = f"SELECT id FROM {table} WHERE id >= ? AND id < ? LIMIT 2"
        with explained(self.path):
            found = self._db.execute(query, (digits, digits + "g")).fetchall()
        if not found:
            raise UsageError(f"no {table} {prefix} in the history", _TOLD_BY[table])
        if len(found) > 1:
            raise UsageError(f"several {table}s begin with {prefix}", "give more of its digits")
        return str(found[0][0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._writing, explained(self.path), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield


def _row_of(place: Place) -> dict[str, str]:
    return {name: valid_text(text) for name, text in asdict(place).items()}


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    migrate(db, path)
    db.execute("PRAGMA foreign_keys = ON")
    # With a write-ahead log readers and a writer do not wait for each other; FULL has every commit
    # on the disk before it returns.
    _log_ahead(db)
    db.execute("PRAGMA synchronous = FULL")


def _log_ahead(db: sqlite3.Connection) -> None:
    """Turn to a write-ahead log; another program that does so at this moment is waited for.

    SQLite's own patience does not hold for this statement.
    """
    until_s = time.monotonic() + BUSY_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until_s:
                raise
            time.sleep(LOCKED_S)
