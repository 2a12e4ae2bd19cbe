"""What holds for every test: none touches the history of whoever runs them."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def history_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The history that commands use, those in processes of their own too."""
    path = tmp_path / "history.sqlite"
    monkeypatch.setenv("RESNETTUI_HISTORY", str(path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return path
