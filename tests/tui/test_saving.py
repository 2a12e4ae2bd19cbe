from datetime import datetime
from pathlib import Path

import pytest

from resnettui.tui.saving import file_stem, save


def test_a_file_is_named_after_the_screen_and_the_time() -> None:
    at = datetime(2026, 11, 24, 12, 3, 1)
    assert file_stem("live", at) == "resnettui-live-20261124-120301"


def test_no_file_is_written_over(tmp_path: Path) -> None:
    folders = (lambda: tmp_path,)
    paths = [save(text, "stem", "csv", folders) for text in ("one", "two", "three")]
    assert [path.name for path in paths] == ["stem.csv", "stem-2.csv", "stem-3.csv"]
    assert [path.read_text() for path in paths] == ["one", "two", "three"]


def test_the_first_folder_that_can_be_written_is_taken(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert save("x", "stem", "md", (lambda: tmp_path / "none", lambda: home)) == home / "stem.md"


def test_where_none_can_the_last_reason_is_told(tmp_path: Path) -> None:
    def nowhere() -> Path:
        raise RuntimeError("this user has no home")

    with pytest.raises(OSError, match="this user has no home"):
        save("x", "stem", "md", (lambda: tmp_path / "none", nowhere))


def test_half_a_file_is_not_left(tmp_path: Path) -> None:
    # Half of a pair of surrogates cannot be encoded: writing fails once the file is there.
    with pytest.raises(UnicodeEncodeError):
        save("\ud800", "half", "md", (lambda: tmp_path,))
    assert list(tmp_path.iterdir()) == []
