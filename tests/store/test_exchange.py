import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from store_samples import BARE, ENTRIES, RESULT, entry

from resnettui.core.history import Entry
from resnettui.errors import UsageError
from resnettui.store import History
from resnettui.store.exchange import exported, imported

STORED = sorted(ENTRIES.values(), key=lambda one: (one.at, one.id))


def text_of(entries: list[Entry]) -> str:
    return "".join(exported(entries))


def changed(**changes: Any) -> str:
    """Return an export of one trial that holds something else in some fields."""
    plain = json.loads(text_of([entry()]))
    plain["trials"][0].update(changes)
    return json.dumps(plain)


def test_what_is_exported_is_what_is_imported() -> None:
    assert imported(text_of(STORED), "file") == STORED


def test_the_file_is_plain_json_with_a_line_for_each_trial() -> None:
    text = text_of(STORED)
    plain = json.loads(text)
    assert (plain["format"], plain["version"]) == ("resnettui-history", 1)
    assert text.isascii()
    assert len(text.splitlines()) == len(STORED) + 2
    by_id = {trial["id"]: trial for trial in plain["trials"]}
    assert by_id[entry().id]["result"]["latencies_ns"] == list(RESULT.latencies_ns)


def test_export_import_export_gives_the_same_bytes(tmp_path: Path) -> None:
    def export(history: History) -> str:
        listed = sorted(history.listed(), key=lambda one: (one.at, one.id))
        return "".join(exported(history.entries(one.id for one in listed)))

    with History.open(tmp_path / "a") as first, History.open(tmp_path / "b") as second:
        first.add_all(reversed(STORED))
        text = export(first)
        assert len(second.add_all(imported(text, "file"))) == len(STORED)
        assert export(second) == text
        assert second.add_all(imported(text, "file")) == set()
        assert export(second) == text


def test_no_trials_are_a_file_too() -> None:
    assert json.loads(text_of([]))["trials"] == []
    assert imported(text_of([]), "file") == []


def test_a_file_may_be_laid_out_anew() -> None:
    again = json.dumps(json.loads(text_of(STORED)), indent=2, sort_keys=True)
    assert imported(again.encode(), "file") == STORED


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "7", "{}", '{"format": "other", "version": 1, "trials": []}'),
        *("[" * 100_000, '{"latencies_ns": ["a"]}', b"\xff\xfe\x00", b"\x89PNG\r\n"),
    ],
    ids=repr,
)
def test_a_file_that_is_none_is_bad_usage(text: str | bytes) -> None:
    with pytest.raises(UsageError) as error:
        imported(text, "some.json")
    assert error.value.reason == "some.json is no history that resnettui exported"


def test_a_newer_file_is_told() -> None:
    with pytest.raises(UsageError) as error:
        imported('{"format": "resnettui-history", "version": 2}', "some.json")
    assert "exported by a newer resnettui (version 2; this one reads 1)" in error.value.reason
    assert error.value.hint == "update resnettui"


def test_an_older_file_is_not_called_newer() -> None:
    with pytest.raises(UsageError) as error:
        imported('{"format": "resnettui-history", "version": 0}', "some.json")
    assert "exported by an older resnettui (version 0; this one reads 1)" in error.value.reason


@pytest.mark.parametrize("version", ["", ', "version": null', ', "version": "2"'])
def test_a_file_without_a_version_is_told(version: str) -> None:
    with pytest.raises(UsageError, match="does not say which version of the format it has"):
        imported(f'{{"format": "resnettui-history"{version}}}', "some.json")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"id": "1"}, "'1' is no id"),
        ({"id": "G" * 32}, "is no id"),
        ({"at": "yesterday"}, "'yesterday' is no time in UTC"),
        ({"trial": {"model": 7}}, "int in the place of"),
        ({"trial": None}, "NoneType"),
        ({"result": {}}, "latencies_ns"),
        ({"result": {"latencies_ns": []}}, "missing"),
        ({"result": "fast"}, ""),
        ({"colour": "blue"}, "colour"),
        ({"machine": []}, "list in the place of"),
        ({"tag": None}, "NoneType"),
        ({"trial": {"batch_size": 0}}, "0 is below 1"),
        ({"build": None}, "a result without the build of the torch that measured it"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_trial_that_is_none_is_named(changes: dict[str, Any], part: str) -> None:
    with pytest.raises(UsageError) as error:
        imported(changed(**changes), "some.json")
    assert error.value.reason.startswith("trial 1 of some.json cannot be read")
    assert part in error.value.reason
    assert error.value.hint == "nothing was imported"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"latencies_ns": []}, "a result without latencies"),
        ({"latencies_ns": [0, 5]}, "passes that took no time"),
        ({"wall_ns": 0}, "passes that took no time"),
        ({"trial": {"processes": 0}}, "0 is below 1"),
        ({"passes": 10**400, "members": []}, "too large"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_result_that_gives_no_figures_is_none(changes: dict[str, Any], part: str) -> None:
    plain = json.loads(text_of([entry()]))
    plain["trials"][0]["result"].update(changes)
    with pytest.raises(UsageError, match=f"trial 1 of some.json cannot be read: .*{part}"):
        imported(json.dumps(plain), "some.json")


@pytest.mark.parametrize("trials", [None, {}, "all"])
def test_a_file_without_a_list_is_told(trials: Any) -> None:
    plain = {"format": "resnettui-history", "version": 1, "trials": trials}
    with pytest.raises(UsageError, match="holds no list of trials"):
        imported(json.dumps(plain), "some.json")


def test_numbers_beyond_64_bits_are_refused(tmp_path: Path) -> None:
    plain = json.loads(text_of([entry()]))
    plain["trials"][0]["result"]["latencies_ns"] = [1 << 64]
    with pytest.raises(UsageError):
        imported(json.dumps(plain), "some.json")


def test_a_bare_trial_needs_only_what_has_no_default() -> None:
    plain = {"id": BARE.id, "at": BARE.at, "source": "run", "trial": {}, "machine": {}}
    whole = {"format": "resnettui-history", "version": 1, "trials": [plain]}
    assert imported(json.dumps(whole), "file") == [replace(BARE)]
