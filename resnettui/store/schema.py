"""The tables of the history, and the steps that bring an older file up to date."""

import json
import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any

from resnettui.errors import HistoryError

APPLICATION_ID = 0x72657375
"""Tells a history from any other SQLite file ("resu")."""

SUMMARY_AND_DETAIL = (
    # What lists and tables show stands apart from the rest, so that they read little.
    """CREATE TABLE trial (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        source TEXT NOT NULL,
        tag TEXT NOT NULL,
        sweep TEXT NOT NULL,
        position INTEGER NOT NULL,
        failure TEXT NOT NULL,
        platform TEXT NOT NULL,
        trial TEXT NOT NULL,
        latency_ns REAL,
        throughput_img_s REAL,
        passes INTEGER,
        spread REAL,
        ops_unfused INTEGER,
        ops INTEGER,
        checked TEXT,
        memory_bytes INTEGER,
        flags TEXT
    )""",
    "CREATE UNIQUE INDEX place ON trial (sweep, position) WHERE sweep <> ''",
    """CREATE TABLE detail (
        number INTEGER PRIMARY KEY REFERENCES trial (number) ON DELETE CASCADE,
        body TEXT NOT NULL,
        latencies_ns BLOB
    )""",
    """CREATE TABLE sweep (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        plan TEXT NOT NULL,
        finished INTEGER NOT NULL DEFAULT 0
    )""",
)

MACHINE_AND_INPUT = (
    "ALTER TABLE trial ADD COLUMN host TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE trial ADD COLUMN torch TEXT NOT NULL DEFAULT ''",
    """UPDATE trial SET torch = coalesce((
        SELECT fact(body, 'build.torch') FROM detail WHERE detail.number = trial.number
    ), '')""",
    # A platform was called by its processor alone where that was known.
    """UPDATE trial SET platform = coalesce((
        SELECT nullif(fact(body, 'machine.board'), '') || ', ' || platform FROM detail
        WHERE detail.number = trial.number AND fact(body, 'machine.cpu') <> ''
    ), platform)""",
    "ALTER TABLE trial ADD COLUMN weights TEXT",
    "ALTER TABLE trial ADD COLUMN input TEXT",
    """UPDATE trial SET (weights, input) = (
        SELECT coalesce(fact(body, 'result.input.weights'), 'random'),
            CASE WHEN fact(body, 'result.input.images') > 0 THEN 'images' ELSE 'synthetic' END
        FROM detail WHERE detail.number = trial.number
    ) WHERE latency_ns IS NOT NULL""",
)

ROOF_AND_WORK = (
    """CREATE TABLE peak (
        platform TEXT NOT NULL,
        host TEXT NOT NULL,
        torch TEXT NOT NULL,
        kind TEXT NOT NULL,
        threads INTEGER NOT NULL,
        per_s REAL NOT NULL,
        kernel TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (platform, host, torch, kind, threads)
    )""",
    "ALTER TABLE trial ADD COLUMN flop INTEGER",
    "ALTER TABLE trial ADD COLUMN moved_bytes INTEGER",
)

STEPS: tuple[tuple[str, ...], ...] = (SUMMARY_AND_DETAIL, MACHINE_AND_INPUT, ROOF_AND_WORK)
"""STEPS[n] takes a file from version n to n + 1.

`trial`, `checked`, `flags` and `body` hold JSON of the dataclasses of core: a new field that has a
default needs no step, any other change of them does.
"""

VERSION = len(STEPS)


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring a file, or an empty one, to VERSION; HistoryError where it is another program's."""
    with db:
        # In one transaction: another program may be making this very file.
        db.execute("BEGIN")
        if _version(db, path) == VERSION:
            return
    db.create_function("fact", 2, _fact, deterministic=True)
    with db:
        db.execute("BEGIN IMMEDIATE")
        for step in STEPS[_version(db, path) :]:
            for statement in step:
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")


def _fact(body: str, path: str) -> str | float | None:
    """Return what stands at a path like "machine.cpu" in a body; None where nothing does."""
    found = _parsed(body)
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, str):
        return found.encode("utf-8", "backslashreplace").decode("utf-8")
    return found if isinstance(found, int | float) else None


@lru_cache(maxsize=1)
def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _version(db: sqlite3.Connection, path: Path) -> int:
    """Return the version of a file; 0 for an empty one."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID and (application or version or tables):
        raise HistoryError(
            f"{path} is the SQLite file of another program", "name another: --history FILE"
        )
    if version > VERSION:
        raise HistoryError(
            f"the history {path} was written by a newer resnettui"
            f" (version {version}; this one knows {VERSION})",
            "update resnettui, or name another file: --history FILE",
        )
    return version
