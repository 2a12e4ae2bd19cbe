"""What holds for every test: none touches the files of whoever runs them."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

# A shell that starts the tests in the background has them ignore ctrl-C, nohup has them ignore a
# hangup, and so would the programs that they start and end in these ways.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

XDG = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
"""What names the folders of a user's files."""


@pytest.fixture(autouse=True)
def history_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The history that commands use, those in processes of their own too.

    Settings, themes and what is remembered are in the same folder, and no setting of whoever runs
    the tests holds.
    """
    for name in [name for name in os.environ if name.startswith("RESNETTUI_")]:
        monkeypatch.delenv(name)
    for name in XDG:
        monkeypatch.setenv(name, str(tmp_path))
    path = tmp_path / "history.sqlite"
    monkeypatch.setenv("RESNETTUI_HISTORY", str(path))
    return path


@pytest.fixture(autouse=True)
def able_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a terminal that can do everything, wherever the test runs."""
    for name in ("NO_COLOR", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    told = {"COLORTERM": "truecolor", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)


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
