"""Kills a process that writes to a history, and looks whether every stored trial is there.

The writer prints the id of each trial as soon as add() has returned.

python tests/benchmarks/history_kill.py [KILLS]
"""

import random
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from made_up import trials

from resnettui.store import History

MOST = 10_000
"""More trials than a writer gets done before it is killed."""

LONGEST_S = 0.3
"""It is killed at a random moment within this after its first trial."""


def write(path: Path, seed: int) -> None:
    with History.open(path) as history:
        for entry in trials(MOST, seed=seed):
            history.add(entry)
            print(entry.id, flush=True)


def killed(path: Path, seed: int) -> list[str]:
    """Start a writer, kill it, and return the ids it reported."""
    argv = [sys.executable, __file__, "--write", str(path), str(seed)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        select.select([], [], [], random.random() * LONGEST_S)
        writer.send_signal(signal.SIGKILL)
        said = first + writer.stdout.read()
    # A line that was cut off is a trial that was reported all the same.
    return [line for line in said.split("\n") if len(line) == 32]


def damage(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        return str(db.execute("PRAGMA integrity_check").fetchone()[0])


def main(kills: int) -> int:
    reported: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        for seed in range(kills):
            reported.update(killed(path, seed))
            if (found := damage(path)) != "ok":
                print(f"after {seed + 1} kills: {found}")
                return 1
        with History.open(path) as history:
            there = [entry.id for entry in history.entries(t.id for t in history.listed())]
    lost = len(reported - set(there))
    print(
        f"{kills} kills, {len(reported)} trials reported, {len(there)} there, {lost} lost,"
        " integrity ok"
    )
    return 1 if lost or not reported else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
