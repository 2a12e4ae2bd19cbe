"""What holds for every test: none touches the history or the log of whoever runs them."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def history_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The history that commands use, those in processes of their own too."""
    path = tmp_path / "history.sqlite"
    monkeypatch.setenv("RESNETTUI_HISTORY", str(path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return path


@pytest.fixture(autouse=True)
def log_file(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The log that commands write; those of this process end with the test."""
    state = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    yield state / "resnettui" / "log" / "resnettui.log"
    for name in ("resnettui", "asyncio"):
        logger = logging.getLogger(name)
        for handler in [h for h in logger.handlers if isinstance(h, logging.StreamHandler)]:
            logger.removeHandler(handler)
            handler.close()
    logging.getLogger("resnettui").setLevel(logging.NOTSET)
