"""The log of the commands that start workers, and of those that show what others measure."""

import sys
from pathlib import Path

import pytest

from resnettui import cli
from resnettui.cli import replay, terminal
from resnettui.errors import TrialError
from resnettui.headless import run as headless
from resnettui.places import state_path


def refused(*_: object, **__: object) -> None:
    raise TrialError("bf16 is refused by oneDNN", "try fp32")


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    """Run a trial that fails, and return the exit code."""
    monkeypatch.setattr(sys, "argv", ["resnettui", "run", *words])
    monkeypatch.setattr(headless, "run_once", refused)
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code


def test_a_command_logs_what_it_was_told_and_why_it_failed(
    log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, "--precision", "bf16") == 1
    lines = log_file.read_text().splitlines()
    assert "begins: run --precision bf16" in lines[0]
    assert lines[-1].endswith("ERROR resnettui: failed: bf16 is refused by oneDNN")


def test_the_level_is_a_flag(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "--log-level", "error")
    (line,) = log_file.read_text().splitlines()
    assert "ERROR" in line


@pytest.mark.parametrize(
    ("words", "does"),
    [
        ((), "resnettui.tui.start"),
        (("--once",), "resnettui.tui.once.once"),
        (("watch",), "resnettui.headless.watch.watch"),
        (("serve",), "resnettui.tui.serving.serve"),
        (("follow", "socket"), "resnettui.tui.follow"),
        (("replay", "run.rec"), "resnettui.tui.replay"),
    ],
)
def test_all_that_starts_or_shows_workers_keeps_a_log(
    words: tuple[str, ...], does: str, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["resnettui", *words, "--log-level", "debug"])
    for module in (cli, replay):
        monkeypatch.setattr(module, "needs_terminal", lambda *_: None)
    monkeypatch.setattr(terminal, "terminal_shows_glyphs", lambda _environ: True)
    monkeypatch.setattr(does, refused)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    lines = log_file.read_text().splitlines()
    assert f"begins: {' '.join(words)}".strip() in lines[0]
    assert lines[-1].endswith("ERROR resnettui: failed: bf16 is refused by oneDNN")


def test_what_is_wrong_with_what_was_remembered_is_in_the_log_alone(
    log_file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    state_path().parent.mkdir(parents=True, exist_ok=True)
    state_path().write_text("{")
    monkeypatch.setattr(sys, "argv", ["resnettui"])
    monkeypatch.setattr(cli, "needs_terminal", lambda *_: None)
    monkeypatch.setattr("resnettui.tui.start", lambda *_: None)
    cli.main()
    assert capfd.readouterr().err == ""
    assert f"{state_path()} is ignored: " in log_file.read_text()


def test_a_level_that_does_not_exist_is_misuse(
    log_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--log-level", "loud") == 2
    assert "'loud' is not one of" in capsys.readouterr().err
    assert not log_file.exists()


def test_where_the_log_cannot_be_written_one_line_says_so_and_all_goes_on(
    log_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log_file.mkdir(parents=True)
    assert run(monkeypatch) == 1
    assert capsys.readouterr().err.splitlines() == [
        "resnettui: the log cannot be written: Is a directory",
        "resnettui: bf16 is refused by oneDNN",
        "  try fp32",
    ]
