"""`resnettui report`, with a history made by hand."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pytest

from resnettui import cli
from resnettui.core.history import Listed
from resnettui.core.outcome import Outcome
from resnettui.core.published import AMD, ARM
from resnettui.core.table import TABLE_NAMES
from resnettui.core.trial import Trial
from resnettui.errors import UsageError
from resnettui.headless import report as headless
from resnettui.headless.report import Selection, chosen, measured

BOARD = "Board, 4 cores"
SERVER = "Server, 8 cores"
PUBLISHED_ONLY = "published figures only"


def listed(
    trial: Trial, latency_ms: float = 10.0, platform: str = BOARD, tag: str = "", sweep: str = ""
) -> Listed:
    outcome = Outcome(trial, latency_ms * 1e6, 1000 * trial.batch_size / latency_ms)
    return Listed("0" * 32, "", "run", trial, platform, outcome, tag=tag, sweep=sweep)


HISTORY = [
    listed(Trial(), 40.0, tag="night", sweep="abc1"),
    listed(Trial(batch_size=2), 70.0, tag="night", sweep="abc1"),
    listed(Trial(batch_size=4), 130.0, sweep="def2"),
    replace(listed(Trial(batch_size=8)), outcome=None, failure="out of memory"),
    listed(Trial(precision="int8", engine="x86"), 15.0, platform=SERVER),
]


class Opened:
    """Stands in for store.History."""

    def __init__(self, entries: Sequence[Listed]) -> None:
        self.entries = list(entries)
        self.paths: list[Path | None] = []

    def open(self, path: Path | None = None, *, must_exist: bool) -> "Opened":
        self.paths.append(path)
        return self

    def __enter__(self) -> "Opened":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def listed(self) -> list[Listed]:
        return self.entries


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The history that the command finds."""
    monkeypatch.delenv("RESNETTUI_HISTORY", raising=False)
    opened = Opened(HISTORY)
    monkeypatch.setattr(headless, "History", opened)
    return opened


class Said:
    """How a command ended."""

    def __init__(self, code: int, out: str, errors: list[str]) -> None:
        self.code, self.out, self.errors = code, out, errors

    @property
    def tables(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.out)["tables"]
        return found


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Report":
    return Report(monkeypatch, capsys)


class Report:
    """Runs `resnettui report`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *words: str) -> Said:
        self.monkeypatch.setattr(sys, "argv", ["resnettui", "report", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else -1
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err.splitlines())


def platforms(said: Said) -> set[object]:
    found: set[object] = set()
    for table in said.tables:
        fixed, rows = table["fixed"], table["rows"]
        assert isinstance(fixed, dict)
        assert isinstance(rows, list)
        found |= {fixed[name] for name in ("platform", "A", "B") if name in fixed}
        found |= {row["platform"] for row in rows if "platform" in row}
    return found


def test_measured_tables_stand_beside_the_published(history: Opened, report: Report) -> None:
    said = report("--format", "json")
    assert (said.code, said.errors, history.paths) == (0, [], [None])
    assert platforms(said) == {BOARD, SERVER, ARM, AMD}
    batch = said.tables[0]
    assert batch["name"] == "batch"
    assert [row["latency_ms"] for row in batch["rows"]] == [40, 70, 130]  # type: ignore[attr-defined]


def test_the_study_alone_needs_no_history(history: Opened, report: Report) -> None:
    said = report("--study", "--format", "json")
    assert (said.code, said.errors, history.paths) == (0, [], [])
    assert platforms(said) == {ARM, AMD}


STUDY_FIGURES = (
    "584.8 202.4 133.7 422.6 115.7 62.7 19.6 7.1 5.9 1.7 4.9 7.5 2.4 8.6 15.9 51.0 140.8 169.5 "
    "1.00× 2.89× 4.37× 3.65× 6.74× 2.76× 3.32× 100.0 72.2 54.7 91.3 84.3 69.0 41.5 "
    "1.38× 1.75× 2.13× 29.8× 28.5× 22.7× 21.6× 16.3× 10.6×"
)


@pytest.mark.parametrize("kind", ["rich", "markdown", "html"])
def test_the_study_is_told_with_the_figures_it_printed(kind: str, report: Report) -> None:
    names = ("w8a8", "fusion", "cross-platform")
    out = report("--study", "--format", kind, *(w for n in names for w in ("--table", n))).out
    words = out.replace("<", " ").replace(">", " ").split()
    assert [figure for figure in STUDY_FIGURES.split() if figure not in words] == []
    assert out.count("160 → 41") == 3


def test_an_empty_history_says_so_and_shows_the_published(history: Opened, report: Report) -> None:
    history.entries.clear()
    said = report("--format", "json")
    assert said.errors == [f"resnettui: the history is empty: {PUBLISHED_ONLY}"]
    assert (said.code, platforms(said)) == (0, {ARM, AMD})


def test_a_history_of_failures_says_so(history: Opened, report: Report) -> None:
    history.entries = [HISTORY[3]]
    (line,) = report().errors
    assert line == f"resnettui: no measured trial in the history: {PUBLISHED_ONLY}"


@pytest.mark.parametrize(
    ("words", "which"),
    [
        (("--tag", "noon"), "tagged noon"),
        (("--sweep", "ff"), "of sweep ff"),
        (("--tag", "night", "--sweep", "def2"), "tagged night of sweep def2"),
    ],
)
def test_what_matches_nothing_is_told(
    words: Sequence[str], which: str, history: Opened, report: Report
) -> None:
    (line,) = report(*words).errors
    assert line == f"resnettui: no measured trial {which} in the history: {PUBLISHED_ONLY}"


def sizes(selection: Selection) -> list[int]:
    return [outcome.trial.batch_size for outcome in measured(HISTORY, selection)]


def test_trials_are_chosen_by_tag_and_by_the_beginning_of_the_sweep() -> None:
    assert sizes(Selection()) == [1, 2, 4, 1]
    assert sizes(Selection(tag="night")) == [1, 2]
    assert sizes(Selection(sweep="de")) == [4]
    assert sizes(Selection(tag="night", sweep="def2")) == []
    assert sizes(Selection(sweep="")) == []


def test_a_listed_platform_names_its_outcome() -> None:
    assert {outcome.platform for outcome in measured(HISTORY, Selection())} == {BOARD, SERVER}


def test_equal_boards_stand_in_tables_of_their_own(history: Opened, report: Report) -> None:
    history.entries = [
        replace(listed(Trial(batch_size=size), ms * size), host=host)
        for host, ms in (("one", 10.0), ("two", 20.0))
        for size in (1, 2)
    ]
    said = report("--format", "json", "--platform", "board", "--table", "batch")
    assert platforms(said) == {f"{BOARD} on one", f"{BOARD} on two"}
    said = report("--format", "json", "--platform", "on one", "--tag", "", "--table", "batch")
    assert platforms(said) == {f"{BOARD} on one"}


def test_platforms_are_chosen_by_part_of_their_name(history: Opened, report: Report) -> None:
    assert platforms(report("--format", "json", "--platform", "board")) == {BOARD}
    words = ("--platform", "SERVER", "--platform", "neoverse")
    assert platforms(report("--format", "json", *words)) == {SERVER, ARM}


def test_an_unknown_platform_is_told_with_the_known() -> None:
    outcomes = measured(HISTORY, Selection())
    with pytest.raises(UsageError) as caught:
        chosen(outcomes, Selection(platforms=["Pi", "Jetson"]))
    assert caught.value.reason == "--platform: no platform contains Pi or Jetson"
    assert caught.value.hint == f"known: {BOARD}; {SERVER}"


def test_tables_are_chosen_by_name(history: Opened, report: Report) -> None:
    said = report("--format", "json", "--table", "fusion", "--table", "batch")
    assert [table["name"] for table in said.tables] == ["batch", "fusion"]


def test_a_table_that_nothing_fills_is_told(history: Opened, report: Report) -> None:
    said = report("--format", "json", "--table", "processes", "--table", "precision")
    assert said.errors == ["resnettui: no trials that fill processes or precision"]
    assert (said.code, said.tables) == (0, [])


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("out.md", "## "),
        ("out.csv", "table,"),
        ("out.json", "{"),
        ("out.HTML", "<!doctype html>"),
        ("out.txt", "THREADS\n"),
        ("out", "THREADS\n"),
    ],
)
def test_the_ending_of_the_file_chooses_the_format(
    name: str, start: str, tmp_path: Path, report: Report
) -> None:
    said = report("--study", "-o", str(tmp_path / name))
    assert (said.code, said.out, said.errors) == (0, "", [])
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_the_flag_goes_before_the_ending(tmp_path: Path, report: Report) -> None:
    report("--study", "--format", "csv", "-o", str(tmp_path / "out.md"))
    lines = csv.DictReader(io.StringIO((tmp_path / "out.md").read_text(encoding="utf-8")))
    assert {line["table"] for line in lines} == {"threads", "w8a8", "fusion", "cross-platform"}


def test_a_file_of_text_holds_no_colour(tmp_path: Path, report: Report) -> None:
    report("--study", "-o", str(tmp_path / "out.txt"))
    assert "\x1b" not in (tmp_path / "out.txt").read_text(encoding="utf-8")


MISUSE: dict[str, tuple[Sequence[str], str]] = {
    "table": (("--table", "heat"), "'heat' is not one of"),
    "format": (("--format", "pdf"), "'pdf' is not one of"),
    "study and tag": (("--study", "--tag", "x"), "--study shows no trial of a history"),
    "study and sweep": (("--study", "--sweep", "x"), "--study shows no trial of a history"),
    "study and history": (("--study", "--history", "x"), "--study shows no trial of a history"),
    "platform": (("--study", "--platform", "Pi"), "--platform: no platform contains Pi"),
    "no folder": (("--study", "-o", "/no/such/file"), "--output: /no/such/file: No such file"),
    "folder": (("--study", "-o", "/"), "--output: /: Is a directory"),
    "empty name": (("--study", "-o", ""), "--output: "),
    "no file name": (("--study", "-o", "a\0b"), "--output: "),
}


@pytest.mark.parametrize(("words", "reason"), MISUSE.values(), ids=MISUSE)
def test_report_misuse_is_told_in_two_lines(
    words: Sequence[str], reason: str, history: Opened, report: Report
) -> None:
    said = report(*words)
    assert (said.code, said.out, len(said.errors)) == (2, "", 2)
    assert reason in said.errors[0]


def test_the_history_is_the_one_named(
    history: Opened, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    report("--history", "a.sqlite")
    monkeypatch.setenv("RESNETTUI_HISTORY", "b.sqlite")
    report()
    assert report("--study").code == 0
    assert history.paths == [Path("a.sqlite"), Path("b.sqlite")]


def test_help_names_every_table() -> None:
    code = (
        "import sys; from resnettui.cli import main; sys.argv[1:] = ['report', '--help']\n"
        "try: main()\n"
        "finally: print([m for m in ('rich', 'pygal', 'torch', 'textual') if m in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    *said, imported = ended.stdout.splitlines()
    assert imported == "[]"
    assert "|".join(TABLE_NAMES) in "".join(said)


def test_a_terminal_without_arrows_is_no_failure() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "resnettui", "report", "--study", "--table", "fusion"],
        env={"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"160 > 41" in ended.stdout


@pytest.mark.parametrize(("again_ms", "flagged"), [(40.4, False), (44.0, True)])
def test_a_sweep_whose_baseline_moved_is_flagged_as_a_whole(
    again_ms: float, flagged: bool, history: Opened, report: Report
) -> None:
    sizes_ms = ((1, 40.0), (2, 70.0), (1, again_ms))
    history.entries = [
        replace(listed(Trial(batch_size=size), ms, sweep="abc1"), position=position)
        for position, (size, ms) in enumerate(sizes_ms)
    ]
    for words in (("--sweep", "abc"), ()):
        said = report(*words, "--platform", "Board", "--table", "batch")
        assert said.errors == []
        assert ("! drift: the baseline moved by +10.0%" in said.out) is flagged
        assert "BATCH" in said.out


def test_several_sweeps_that_begin_so_are_not_mixed(history: Opened, report: Report) -> None:
    history.entries = [listed(Trial(), sweep="abc1"), listed(Trial(), sweep="abc2")]
    said = report("--sweep", "abc")
    assert (said.code, said.out) == (2, "")
    assert said.errors[0] == "resnettui: several sweeps begin with abc"


def told(words: Sequence[str], **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "resnettui", *words],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = told(["report", "--study", "--format", "json"], stdout=full)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("resnettui: the output cannot be written: ")
    assert "Traceback" not in done.stderr


def test_a_terminal_without_unicode_gets_signs_in_ascii() -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "120"}
    done = told(["report", "--study"], stdout=subprocess.PIPE, env=ascii_only)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1.38x" in done.stdout
