import logging
from pathlib import Path

import pytest

from resnettui.core.remembered import Remembered
from resnettui.core.trial import Trial
from resnettui.remembered import recall, remember

LEFT = Remembered("paper", "machine", Trial(threads=3))


def test_what_is_remembered_is_recalled(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    remember(file, Remembered("ember", "live", Trial()))
    remember(file, LEFT)
    assert recall(file) == LEFT
    assert [left.name for left in file.parent.iterdir()] == ["state.json"]


def test_nothing_is_recalled_where_nothing_was_remembered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert recall(tmp_path / "state.json") == Remembered()
    assert caplog.records == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"screen": "six"}', b"\xff", b"[" * 100_000]
)
def test_a_broken_file_is_ignored_and_logged(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)
    assert recall(file) == Remembered()
    (line,) = caplog.records
    assert line.levelno == logging.WARNING
    assert line.getMessage().startswith(f"{file} is ignored: ")


def test_a_file_that_cannot_be_written_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state.json").mkdir()
    remember(tmp_path / "state.json", LEFT)
    assert "cannot be written" in caplog.text
    assert [left.name for left in tmp_path.iterdir()] == ["state.json"]


def test_a_folder_that_is_none_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "folder").touch()
    remember(tmp_path / "folder" / "state.json", LEFT)
    assert "cannot be written" in caplog.text
