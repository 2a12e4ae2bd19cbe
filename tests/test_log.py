import logging
import platform
import sys
from pathlib import Path

import pytest

from resnettui import __version__
from resnettui.log import (
    FILE_BYTES,
    LOG,
    OLD_FILES,
    Tail,
    begin_log,
    begin_tail,
    end_tail,
    unforeseen,
)
from resnettui.log import log_file as current_file
from resnettui.places import log_path


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_it_begins_with_the_version_the_command_and_the_machine(
    log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["resnettui", "run", "-t", "2"])
    begin_log("info")
    first, second = lines(log_file)
    assert first.endswith(f"INFO resnettui: resnettui {__version__} begins: run -t 2")
    assert f"INFO resnettui: on {platform.system()} " in second


def test_it_is_where_the_program_says(log_file: Path) -> None:
    assert log_path() == log_file


def test_beginning_twice_writes_every_line_once(log_file: Path) -> None:
    assert begin_log("info") is begin_log("info") is current_file()
    LOG.info("once")
    assert [line.endswith("once") for line in lines(log_file)].count(True) == 1


def test_the_level_decides_what_is_written(log_file: Path) -> None:
    begin_log("warning")
    LOG.info("a detail")
    logging.getLogger("resnettui.worker").warning("a warning")
    (line,) = lines(log_file)
    assert line.endswith("WARNING resnettui.worker: a warning")


def test_it_rotates_and_never_grows_beyond_its_files(log_file: Path) -> None:
    begin_log("info")
    text = "x" * 10_000
    for _ in range(450):
        LOG.info(text)
    files = sorted(log_file.parent.iterdir())
    assert [file.name for file in files] == [
        "resnettui.log",
        *(f"resnettui.log.{n}" for n in range(1, OLD_FILES + 1)),
    ]
    assert all(file.stat().st_size <= FILE_BYTES for file in files)


def test_a_folder_that_cannot_be_made_stops_nothing(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_file.parent.parent.write_text("in the way")
    file = begin_log("info")
    LOG.info("nobody reads this")
    assert file.trouble == "Not a directory"
    assert capsys.readouterr() == ("", "")


def test_a_file_that_cannot_be_opened_is_given_up_once(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_file.mkdir(parents=True)
    tail, handler = begin_tail()
    file = begin_log("info")
    LOG.info("still here")
    end_tail(handler)
    assert file.trouble == "Is a directory"
    assert tail.after(0)[0][-1].endswith("still here")
    assert capsys.readouterr() == ("", "")


def test_a_disk_that_fills_up_stops_nothing(
    log_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = begin_log("info")

    def full(_text: str) -> int:
        raise OSError(28, "No space left on device")

    assert file.stream is not None
    monkeypatch.setattr(file.stream, "write", full)
    LOG.info("lost")
    monkeypatch.undo()
    LOG.info("not tried again")
    assert file.trouble == "No space left on device"
    assert not any("tried" in line for line in lines(log_file))
    assert capsys.readouterr() == ("", "")


def test_the_tail_keeps_the_last_lines_and_tells_which_are_fresh() -> None:
    tail = Tail(3)
    tail.write("one\ntwo\n")
    assert tail.after(0) == (["one", "two"], 2)
    assert tail.after(2) == ([], 2)
    tail.write("three\n")
    assert tail.after(2) == (["three"], 3)
    tail.write("four\nfive\nsix\nseven\n")
    assert tail.after(3) == (["five", "six", "seven"], 7)


def test_the_tail_holds_nothing_that_moves_a_terminal() -> None:
    tail, handler = begin_tail()
    LOG.setLevel(logging.INFO)
    LOG.info("\x1b[2Jworker\x07")
    end_tail(handler)
    LOG.info("after the end")
    (line,), _count = tail.after(0)
    assert line.endswith("worker?")


def test_what_the_event_loop_complains_of_is_in_it(log_file: Path) -> None:
    begin_log("info")
    logging.getLogger("asyncio").error("Task exception was never retrieved")
    assert lines(log_file)[-1].endswith("ERROR asyncio: Task exception was never retrieved")


def fail() -> None:
    raise LookupError("no such \x1b[31mthing")


def test_an_unforeseen_error_is_logged_with_its_traceback_and_told_in_two_lines(
    log_file: Path,
) -> None:
    begin_log("error")
    try:
        fail()
    except LookupError as error:
        told = unforeseen(error)
    assert told.reason == "unforeseen error: LookupError: no such thing"
    assert told.hint == f"see {log_file}"
    assert told.exit_code == 1
    text = log_file.read_text()
    assert "CRITICAL resnettui: unforeseen error" in text
    assert "in fail" in text


def test_without_a_log_the_way_to_the_traceback_is_told(log_file: Path) -> None:
    log_file.mkdir(parents=True)
    begin_log("info")
    told = unforeseen(LookupError("x"))
    assert told.hint == "RESNETTUI_TRACEBACK=1 shows where it happened"
