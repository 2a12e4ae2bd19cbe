"""`resnettui history`, as a user types it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from resnettui import cli, tui
from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.trial import Check, Trial, TrialResult, WarmUp
from resnettui.places import history_path
from resnettui.report.listing import stored_record
from resnettui.store import History

MACHINE = Machine(cpu="Neoverse-N1", arch="aarch64", cores_allowed=4)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)


def entry(number: int, **changes: Any) -> Entry:
    trial = Trial(threads=number)
    result = TrialResult(
        trial=trial,
        latencies_ns=(12_000_000 // number,) * 40,
        wall_ns=480_000_000,
        warmup=WarmUp(10, True),
        check=Check(0.0, 1.0),
        ops=OpLedger({"aten::conv2d": 53}),
        unfused=OpLedger({"aten::conv2d": 53}),
        kernels={"convolution gemm:acl": 53},
        passes=40,
    )
    at = f"2026-11-24T05:30:{number:02}Z"
    id = f"{number:x}" * 32
    return replace(Entry(id, at, "run", trial, MACHINE, BUILD, result), **changes)


TRIALS = [entry(1), entry(2, tag="second"), entry(4)]

Call = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def filled(history_file: Path) -> Path:
    with History.open(history_file) as history:
        history.add_all(TRIALS)
    return history_file


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command and return its exit code, its output and the lines of its errors."""

    def run(*words: object) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["resnettui", *map(str, words)])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else -1
        captured = capsys.readouterr()
        return code, captured.out, captured.err.splitlines()

    return run


def stored(path: Path) -> list[Entry]:
    with History.open(path) as history:
        return list(history.entries(listed.id for listed in history.listed()))


@pytest.mark.parametrize("words", [("history",), ("history", "list")])
def test_trials_are_listed_with_the_newest_last(
    words: tuple[str, ...], filled: Path, call: Call
) -> None:
    code, out, errors = call(*words)
    assert (code, errors) == (0, [])
    lines = out.splitlines()
    assert lines[0].startswith("3 trials · Neoverse-N1, 4 cores · source run · resnet50 · ")
    assert lines[1].split() == [
        "id",
        "when",
        "(UTC)",
        "threads",
        "tag",
        "median",
        "ms",
        "img/s",
        "n",
    ]
    assert [line.split()[0] for line in lines[2:]] == ["11111111", "22222222", "44444444"]
    assert [line.split()[-3] for line in lines[2:]] == ["12.0", "6.00", "3.00"]


def test_the_newest_alone_are_listed(filled: Path, call: Call) -> None:
    _, out, _ = call("history", "--limit", "2")
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["22222222", "44444444"]
    _, out, _ = call("history", "list", "--json", "--limit", "1")
    assert [trial["id"] for trial in json.loads(out)["trials"]] == [TRIALS[2].id]


@pytest.mark.parametrize("words", [("history", "--json"), ("history", "list", "--json")])
def test_json_has_every_trial_as_run_prints_it(
    words: tuple[str, ...], filled: Path, call: Call
) -> None:
    failed = entry(5, result=None, failure="killed")
    with History.open(filled) as history:
        history.add(failed)
    code, out, errors = call(*words)
    assert (code, errors) == (0, [])
    expected = [stored_record(one) for one in (*TRIALS, failed)]
    assert json.loads(out) == {"schema": 1, "trials": expected}


READERS = [
    *(("history",), ("history", "list"), ("history", "show", "1"), ("history", "tag", "1", "fan")),
    *(("history", "delete", "1"), ("history", "export", "-"), ("report",), ("claims",)),
    *(("compare", "1", "2"), ("sweep", "--resume")),
]
"""Commands that make no sense of a history that is not there."""


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_mistyped_history_is_told_and_not_made(
    words: tuple[str, ...], tmp_path: Path, call: Call
) -> None:
    typo = tmp_path / "folder" / "typo.sqlite"
    code, out, errors = call(*words, "--history", typo)
    assert (code, out, typo.parent.exists()) == (2, "", False)
    assert errors[0] == f"resnettui: there is no history {typo}"
    assert "--history FILE" in errors[1]


def test_the_users_own_history_may_have_yet_to_begin(
    monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.delenv("RESNETTUI_HISTORY")
    assert call("history") == (0, f"no trials in {history_path()}\n", [])


def test_an_empty_history_says_where_it_looked(history_file: Path, call: Call) -> None:
    history_file.touch()
    assert call("history") == (0, f"no trials in {history_file}\n", [])
    _, out, _ = call("history", "--json")
    assert json.loads(out) == {"schema": 1, "trials": []}


def test_a_trial_is_shown(filled: Path, call: Call) -> None:
    code, out, errors = call("history", "show", "22")
    assert (code, errors) == (0, [])
    assert TRIALS[1].id in out
    assert "2026-11-24T05:30:02Z" in out
    assert "tag second" in out
    assert "53 gemm:acl" in out


def test_a_tag_is_given_and_taken_away(filled: Path, call: Call) -> None:
    assert call("history", "tag", "1", "before\nthe  fan") == (0, "", [])
    assert [one.tag for one in stored(filled)] == ["before the fan", "second", ""]
    assert call("history", "tag", "2", "")[0] == 0
    assert [one.tag for one in stored(filled)] == ["before the fan", "", ""]


def test_trials_are_deleted(filled: Path, call: Call) -> None:
    assert call("history", "delete", "1", "44") == (0, "", ["2 trials deleted"])
    assert stored(filled) == [TRIALS[1]]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("show", "9"), "no trial 9 in the history"),
        (("show", "second"), "'second' is no id"),
        (("tag", "9", "x"), "no trial 9"),
        (("delete", "1", "9"), "no trial 9"),
        (("delete",), "Missing argument"),
        (("export", "-", "9"), "no trial 9"),
        (("--limit", "0"), "--limit"),
        (("--json", "show", "1"), "flags belong behind the command"),
        (("--limit", "1", "list"), "flags belong behind the command"),
        (("import", "/no/such.json"), "/no/such.json cannot be read: No such file"),
        (("import", "/dev/null", "--as", " "), "--as: no name is given"),
        (("export", "/no/such/folder/a.json"), "cannot be written: No such file"),
        (("export", "/dev"), "cannot be written"),
        (("export", "/dev/full"), "cannot be written: No space left"),
        (("walk",), "No such command"),
        (("--history", ""), "--history: no file is named"),
        (("--history", "~nobody-has-this-name/x"), "--history: "),
    ],
    ids=" ".join,
)
def test_misuse_is_told_in_two_lines(
    words: tuple[str, ...], reason: str, filled: Path, call: Call
) -> None:
    code, out, errors = call("history", *words)
    assert (code, out) == (2, "")
    assert reason in errors[0]
    assert len(errors) <= 2
    assert stored(filled) == TRIALS


def test_export_import_export_gives_the_same_bytes(
    filled: Path, tmp_path: Path, call: Call
) -> None:
    one, two, other = tmp_path / "one.json", tmp_path / "two.json", tmp_path / "other.sqlite"
    assert call("history", "export", one) == (0, "", ["3 trials exported"])
    code, out, said = call("history", "import", one, "--history", other)
    assert (code, out, said) == (0, "", ["3 trials imported, 0 already there"])
    assert call("history", "--history", other, "export", two)[0] == 0
    assert one.read_bytes() == two.read_bytes()
    assert stored(other) == TRIALS
    _, _, said = call("history", "import", one)
    assert said == ["0 trials imported, 3 already there"]
    assert stored(filled) == TRIALS


def test_the_machine_of_an_import_can_be_named(filled: Path, tmp_path: Path, call: Call) -> None:
    one, two, other = tmp_path / "one.json", tmp_path / "two.json", tmp_path / "other.sqlite"
    call("history", "export", one)
    words = ("history", "import", one, "--history", other)
    assert call(*words, "--as", "the  garage") == (0, "", ["3 trials imported, 0 already there"])
    _, out, _ = call("history", "--history", other)
    assert out.startswith("3 trials · the garage, 4 cores · ")
    named = [replace(trial, machine=replace(MACHINE, name="the garage")) for trial in TRIALS]
    assert stored(other) == named
    call("history", "--history", other, "export", two)
    call("history", "import", two)
    assert stored(filled) == TRIALS
    assert call(*words)[2] == ["0 trials imported, 3 already there"]
    assert stored(other) == named


def test_a_name_is_also_given_to_what_is_there(filled: Path, tmp_path: Path, call: Call) -> None:
    call("history", "export", tmp_path / "some.json", "1", "2")
    _, _, said = call("history", "import", tmp_path / "some.json", "--as", "garage")
    assert said == ["0 trials imported, 2 already there"]
    assert [trial.machine.name for trial in stored(filled)] == ["garage", "garage", ""]
    with History.open(filled) as history:
        assert [one.platform for one in history.listed()] == [
            *("garage, 4 cores", "garage, 4 cores", "Neoverse-N1, 4 cores")
        ]


def test_a_name_is_not_given_to_what_this_machine_measured(
    filled: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replace(MACHINE, host="desk")
    monkeypatch.setattr("resnettui.machine.probe.probe", lambda: replace(here, cores_allowed=2))
    own = [entry(5, machine=here), entry(6, machine=here)]
    with History.open(filled) as history:
        history.add_all(own)
    call("history", "export", tmp_path / "some.json")
    call("history", "delete", "1", "6")
    _, _, said = call("history", "import", tmp_path / "some.json", "--as", "garage")
    assert said == [
        "2 trials imported, 3 already there",
        "1 trial of this machine itself: not named garage",
    ]
    names = {trial.id[0]: trial.machine.name for trial in stored(filled)}
    assert names == {"1": "garage", "2": "garage", "4": "garage", "5": "", "6": "garage"}


def test_equal_machines_are_listed_by_their_hosts(filled: Path, call: Call) -> None:
    hosts = {"a": replace(MACHINE, host="one"), "b": replace(MACHINE, host="two")}
    with History.open(filled) as history:
        history.add_all(entry(int(n, 16), machine=machine) for n, machine in hosts.items())
    _, out, _ = call("history")
    assert [line[28:].split("  ")[0].strip() for line in out.splitlines()[-2:]] == [
        *("Neoverse-N1, 4 cores on one", "Neoverse-N1, 4 cores on two")
    ]
    _, out, _ = call("history", "--limit", "1")
    assert "1 trial · Neoverse-N1, 4 cores on two · " in out


def test_some_are_exported_to_stdout_and_imported_from_stdin(filled: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "resnettui", "history"]
    out = subprocess.run([*words, "export", "-", "4", "1"], capture_output=True, check=True).stdout
    assert [trial["id"] for trial in json.loads(out)["trials"]] == [TRIALS[0].id, TRIALS[2].id]
    other = tmp_path / "other.sqlite"
    subprocess.run([*words, "import", "-", "--history", str(other)], input=out, check=True)
    assert stored(other) == [TRIALS[0], TRIALS[2]]


def test_an_export_never_takes_the_place_of_the_history(filled: Path, call: Call) -> None:
    code, _, errors = call("history", "export", filled)
    assert (code, errors[0]) == (2, f"resnettui: {filled} is the history itself")
    assert stored(filled) == TRIALS


def test_an_export_that_fails_leaves_the_one_before(
    filled: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out" / "one.json"
    file.parent.mkdir()
    call("history", "export", file)
    before = file.read_bytes()
    with History.open(filled) as history, history._transaction():
        history._db.execute("UPDATE detail SET body = '7' WHERE number = 3")
    code, _, errors = call("history", "export", file)
    assert (code, len(errors)) == (1, 2)
    assert "trial 44444444 of the history cannot be read" in errors[0]
    assert [file.read_bytes(), *file.parent.iterdir()] == [before, file]


@pytest.mark.parametrize("text", ["hello", '{"format": "resnettui-history", "version": 9}'])
def test_a_file_that_cannot_be_imported_is_told_in_a_line(
    text: str, filled: Path, tmp_path: Path, call: Call
) -> None:
    file = tmp_path / "some.json"
    file.write_text(text)
    code, out, errors = call("history", "import", file)
    assert (code, out) == (2, "")
    assert str(file) in errors[0]
    assert stored(filled) == TRIALS


def test_the_history_is_the_one_named_last(tmp_path: Path, call: Call) -> None:
    group, command = tmp_path / "group.sqlite", tmp_path / "command.sqlite"
    for path, number in ((group, 1), (command, 2)):
        with History.open(path) as history:
            history.add(entry(number))
    _, out, _ = call("history", "--history", group, "list")
    assert "11111111" in out
    _, out, _ = call("history", "--history", group, "list", "--history", command)
    assert "22222222" in out
    _, _, errors = call("history", "list")
    assert errors[0].endswith(f"there is no history {tmp_path}/history.sqlite")


def test_trouble_with_the_file_is_told_and_ends_with_1(tmp_path: Path, call: Call) -> None:
    code, out, errors = call("history", "--history", tmp_path)
    assert (code, out) == (1, "")
    assert errors == [f"resnettui: {tmp_path} is a folder", "  name a file: --history FILE"]


def test_the_history_in_front_of_a_command_is_bad_usage(tmp_path: Path, call: Call) -> None:
    code, _, errors = call("--history", tmp_path / "x", "history")
    assert (code, errors[0]) == (2, "resnettui: flags belong behind the command")


@pytest.mark.parametrize("flag", [True, False])
def test_the_live_screen_is_told_which_history(
    flag: bool, tmp_path: Path, history_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path | None] = []
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(tui, "start", lambda *given: asked.append(given[-1]))
    words = ["--history", str(tmp_path / "x")] if flag else []
    cli.cli.main(words, standalone_mode=False)
    assert asked == [tmp_path / "x" if flag else history_file]


def test_a_long_listing_may_be_cut_short_by_its_reader(filled: Path) -> None:
    ended = subprocess.run(
        f"{sys.executable} -m resnettui history --json | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ended.stdout, ended.stderr) == ('{"schema":', "")


def test_listing_imports_nothing_heavy(filled: Path) -> None:
    code = (
        "import json, sys\n"
        "from resnettui.cli import cli\n"
        "cli.main(['history'], standalone_mode=False)\n"
        "print(json.dumps([m for m in ('torch', 'textual', 'rich', 'psutil') if m in sys.modules]))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"
    assert "11111111" in ended.stdout


def test_help_names_the_commands() -> None:
    text = CliRunner().invoke(cli.cli, ["history", "--help"]).output
    for word in ("list", "show", "tag", "delete", "export", "import", "--history", "--limit"):
        assert word in text
