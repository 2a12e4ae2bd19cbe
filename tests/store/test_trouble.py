"""What users meet: damaged files, full disks, read-only folders, two programs at once."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from store_samples import BUILD, ENTRIES, RESULT, entry, id_of

from resnettui.core.machine import platform_name
from resnettui.errors import HistoryError
from resnettui.store import History, schema, trouble

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def refused(path: Path) -> HistoryError:
    """Open a history that cannot be, and return what is said of it."""
    with pytest.raises(HistoryError) as error:
        History.open(path)
    assert "\n" not in error.value.reason + error.value.hint
    assert str(path) in error.value.reason
    assert "--history FILE" in error.value.hint
    return error.value


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path).reason == f"{tmp_path} is a folder"


def test_text_is_no_history_and_stays_as_it_is(path: Path) -> None:
    path.write_text("precision,latency\n" * 100)
    assert "is no history of resnettui" in refused(path).reason
    assert path.read_text() == "precision,latency\n" * 100


def test_an_empty_file_becomes_a_history(path: Path) -> None:
    path.touch()
    with History.open(path) as history:
        assert history.listed() == []


@pytest.mark.parametrize("statement", ["CREATE TABLE moz_places (id)", "PRAGMA user_version = 3"])
def test_the_file_of_another_program_is_left_alone(statement: str, path: Path) -> None:
    execute(path, statement)
    before = path.read_bytes()
    assert "another program" in refused(path).reason
    assert path.read_bytes() == before


def test_a_newer_history_is_left_alone(path: Path) -> None:
    with History.open(path) as history:
        history.add(entry())
    execute(path, "PRAGMA user_version = 99")
    error = refused(path)
    assert f"newer resnettui (version 99; this one knows {schema.VERSION})" in error.reason
    assert error.hint.startswith("update resnettui")
    execute(path, f"PRAGMA user_version = {schema.VERSION}")
    with History.open(path) as history:
        assert history.entry(id_of(1)) == entry()


def test_damage_is_told_and_what_can_be_read_is_read(path: Path) -> None:
    with History.open(path) as history:
        history.add_all([entry(n) for n in range(1, 200)])
    data = bytearray(path.read_bytes())
    data[4096 * 3 :] = b"\xff" * (len(data) - 4096 * 3)
    path.write_bytes(data)
    with History.open(path) as history, pytest.raises(HistoryError, match="is damaged") as error:
        history.listed()
    assert ".recover" in error.value.hint
    assert path.stat().st_size == len(data)


def test_one_trial_that_cannot_be_understood_does_not_hide_the_others(path: Path) -> None:
    with History.open(path) as history:
        history.add_all([entry(1), entry(2)])
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE detail SET body = '{\"machine\": 7}' WHERE number = 1")
        assert len(history.listed()) == 2
        assert history.entry(id_of(2)) == entry(2)
        with pytest.raises(HistoryError, match="trial 00000000 of the history cannot be read"):
            history.entry(id_of(1))
        assert history.delete([id_of(1)]) == 1


def test_a_figure_that_cannot_be_understood_is_told_with_its_trial(path: Path) -> None:
    with History.open(path) as history:
        history.add(entry())
        execute(path, "UPDATE trial SET flags = '{'")
        with pytest.raises(HistoryError, match="trial 00000000 of the history cannot be read"):
            history.listed()


def test_a_number_that_does_not_fit_a_column_is_told(path: Path) -> None:
    with History.open(path) as history:
        with pytest.raises(HistoryError, match="cannot hold this"):
            history.add(replace(entry(), result=replace(RESULT, flop=1 << 63)))
        assert history.listed() == []


def test_what_the_system_says_is_told_in_its_words(path: Path) -> None:
    path.touch()
    error = refused(path / "folder" / "history.sqlite")
    assert error.reason.endswith("history.sqlite cannot be opened: Not a directory")


def test_a_full_disk_loses_nothing_that_was_stored(path: Path) -> None:
    large = replace(RESULT, latencies_ns=tuple(range(1, 1 << 18)))
    with History.open(path) as history:
        history.add_all([entry(1), entry(2)])
        # SQLite answers as it does on a full disk when a file may not grow.
        history._db.execute("PRAGMA max_page_count = 16")
        with pytest.raises(HistoryError, match="the disk is full") as error:
            history.add(entry(3, result=large))
        assert "make room" in error.value.hint
        assert [listed.id for listed in history.listed()] == [id_of(1), id_of(2)]
        history._db.execute("PRAGMA max_page_count = 100000")
        history.add(entry(3, result=large))
    with History.open(path) as history:
        assert history.entry(id_of(3)).result == large


def test_all_or_none_are_stored_at_once(path: Path) -> None:
    large = replace(RESULT, latencies_ns=tuple(range(1, 1 << 18)))
    with History.open(path) as history:
        history._db.execute("PRAGMA max_page_count = 16")
        with pytest.raises(HistoryError):
            history.add_all([entry(1), entry(2, result=large)])
        assert history.listed() == []


@contextmanager
def read_only_folder() -> Iterator[Path]:
    """A folder that may not be written to, not even by root, who is somebody else meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with History.open(folder / "history.sqlite") as history:
            history.add(entry())
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_read_only_folder_is_told() -> None:
    with read_only_folder() as folder:
        for path in (folder / "history.sqlite", folder / "new.sqlite"):
            assert "read-only" in refused(path).reason
        assert "Permission denied" in refused(folder / "deeper" / "new.sqlite").reason
        before = (folder / "history.sqlite").read_bytes()
    with tempfile.TemporaryDirectory() as copy:
        (Path(copy) / "history.sqlite").write_bytes(before)
        with History.open(Path(copy) / "history.sqlite") as history:
            assert history.entry(id_of(1)) == entry()


def test_a_locked_history_is_told_and_can_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnettui.store.history.BUSY_S", 0.01)
    with History.open(path) as other:
        other.add(entry(1))
        with other._transaction(), History.open(path) as history:
            assert [listed.id for listed in history.listed()] == [id_of(1)]
            with pytest.raises(HistoryError, match="has been locked by another program"):
                history.add(entry(2))
        with History.open(path) as history:
            history.add(entry(2))
            assert len(other.listed()) == 2


def test_another_cause_is_told_in_sqlites_words(path: Path) -> None:
    with (
        pytest.raises(HistoryError, match="cannot be used: disk I/O error"),
        trouble.explained(path),
    ):
        raise sqlite3.OperationalError("disk I/O error")


def test_an_older_history_is_brought_up_to_date(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with History.open(path) as history:
        history.add_all(ENTRIES.values())
        before = history.listed()
    step = ("ALTER TABLE trial ADD COLUMN room TEXT", "UPDATE trial SET room = 'cellar'")
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step))
    monkeypatch.setattr(schema, "VERSION", len(schema.STEPS))
    with History.open(path) as history:
        assert history.listed() == before
        assert history._db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert history._db.execute("SELECT DISTINCT room FROM trial").fetchall() == [("cellar",)]
    History.open(path).close()


def test_a_step_that_fails_leaves_the_older_history(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with History.open(path) as history:
        history.add(entry())
    step = ("ALTER TABLE trial ADD COLUMN room TEXT", "UPDATE nothing SET room = ''")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (*schema.STEPS, step))
        patch.setattr(schema, "VERSION", len(schema.STEPS))
        refused(path)
    with History.open(path) as history:
        assert history.entry(id_of(1)) == entry()
        columns = history._db.execute("SELECT name FROM pragma_table_info('trial')").fetchall()
        assert ("room",) not in columns


VERSION_1 = (
    "INSERT INTO trial VALUES (7, '0123456789abcdef0123456789abcdef', '2026-11-24T05:30:16Z',"
    " 'run', '', '', 0, '', 'Neoverse-N1, 4 cores',"
    ' \'{"model":"resnet50","precision":"fp32","fusion":"none","memory_format":"channels_last",'
    '"batch_size":1,"threads":1,"engine":null,"image_size":224}\','
    " 2.5, 4e8, 2, 0.2, 174, 56, '{\"max_abs_error\":0.5,\"cosine\":1.0}', NULL, '{}')",
    'INSERT INTO detail VALUES (7, \'{"machine":{"cpu":"Neoverse-N1","cores_allowed":4},'
    '"build":null,"facts":{},"result":{"trial":{"model":"resnet50"},"latencies_ns":[],'
    '"wall_ns":5,"warmup":{"iterations":10,"settled":true},'
    '"check":{"max_abs_error":0.5,"cosine":1.0},"ops":{"by_kind":{}},"unfused":{"by_kind":{}},'
    '"kernels":{"convolution gemm:acl":53},"passes":2}}\','
    " X'789c6362800066280d0000480006')",
)
"""A trial as version 1 stored it, with the fields that were there from the beginning."""


def first_version(path: Path) -> sqlite3.Connection:
    """Make a history as the first version did."""
    path.parent.mkdir(exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    for statement in (*schema.SUMMARY_AND_DETAIL, *VERSION_1):
        db.execute(statement)
    db.execute("PRAGMA application_id = 1919251317")
    db.execute("PRAGMA user_version = 1")
    return db


def test_a_trial_of_the_first_version_is_read_for_ever(path: Path) -> None:
    first_version(path).close()
    with History.open(path) as history:
        (listed,) = history.listed()
        found = history.entry("0123")
    assert listed.outcome is not None
    assert (listed.platform, listed.outcome.ops) == ("Neoverse-N1, 4 cores", (174, 56))
    assert found.result is not None
    assert found.result.latencies_ns == (2, 3)
    assert found.result.kernels == {"convolution gemm:acl": 53}
    assert (listed.outcome.weights, listed.outcome.input) == ("random", "synthetic")


def test_an_older_history_learns_weights_and_input_from_its_details(path: Path) -> None:
    db = first_version(path)
    source = {"weights": "mine\udcff.pth", "images": 12}
    body = "json_set(body, '$.result.input', json(?))"
    db.execute(f"UPDATE detail SET body = {body}", (json.dumps(source),))
    db.close()
    with History.open(path) as history:
        (listed,) = history.listed()
    assert listed.outcome is not None
    assert (listed.outcome.weights, listed.outcome.input) == ("mine\\udcff.pth", "images")


def test_an_older_history_learns_board_and_torch_from_its_details(path: Path) -> None:
    db = first_version(path)
    body = "json_set(body, '$.machine.board', 'Ampere Altra', '$.build', json(?))"
    db.execute(f"UPDATE detail SET body = {body}", (json.dumps(asdict(BUILD)),))
    db.close()
    with History.open(path) as history:
        (listed,) = history.listed()
        assert listed.platform == platform_name(history.entry("0123").machine)
    assert listed.platform == "Ampere Altra, Neoverse-N1, 4 cores"
    assert (listed.torch, listed.host) == (BUILD.torch, "")


@pytest.mark.parametrize("body", ["7", "{", "[" * 100_000])
def test_a_damaged_trial_does_not_stop_the_others_from_being_brought_up_to_date(
    body: str, path: Path
) -> None:
    db = first_version(path)
    db.execute("UPDATE detail SET body = ?", (body,))
    db.close()
    with History.open(path) as history:
        history.add(entry())
        assert [one.id[:4] for one in history.listed()] == ["0000", "0123"]


OPENING = """
import sys
from pathlib import Path
from resnettui.store import History
for _ in range(20):
    History.open(Path(sys.argv[1])).close()
"""


def test_programs_that_start_at_once_make_one_history(path: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", OPENING, str(path)], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in started:
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, b"")


def test_killed_writers_lose_nothing() -> None:
    root = Path(__file__).parents[2]
    script = root / "tests" / "benchmarks" / "history_kill.py"
    ended = subprocess.run(
        [sys.executable, str(script), "3"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("3 kills, ")
    assert ended.stdout.rstrip().endswith("0 lost, integrity ok")
