"""A shell in a pane of tmux, typed to and looked at as a user does."""

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from types import TracebackType

import psutil
import pytest

PATIENCE_S = 60.0
LOOK_S = 0.1


class Pane:
    """One pane in a server of its own, of the size wanted, with `sh` in it."""

    def __init__(self, columns: int, rows: int) -> None:
        self._server = ("tmux", "-u", "-f", os.devnull, "-L", f"resnettui-{uuid.uuid4().hex}")
        size = ("-x", str(columns), "-y", str(rows))
        shell = "env ENV= PS1='$ ' sh"
        self._tmux("new-session", "-d", *size, shell)
        self._tmux("set-option", "-g", "status", "off")
        self.resize(columns, rows)
        self.shell = psutil.Process(int(self._tmux("display-message", "-p", "#{pane_pid}")))

    def __enter__(self) -> "Pane":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        started = self.processes()
        self._tmux("kill-server")
        _, left = psutil.wait_procs(started, timeout=10)
        for process in left:
            process.kill()

    def run(self, *arguments: str, env: Mapping[str, str | None] | None = None) -> None:
        """Type a command line of resnettui, in an environment in which None is not there."""
        changes = [
            f"{name}={value}" if value is not None else f"-u {name}"
            for name, value in sorted((env or {}).items(), key=lambda pair: pair[1] is not None)
        ]
        self.type(" ".join(["env", *changes, sys.executable, "-m", "resnettui", *arguments]))

    def type(self, line: str) -> None:
        """Type a line, and enter."""
        self._tmux("send-keys", "-l", line)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys, by the names that tmux has for them."""
        self._tmux("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def text(self) -> str:
        """What stands in the pane."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, *words: str) -> str:
        """Wait until all of some words stand in the pane, and return what does."""
        self.until(lambda: all(word in self.text for word in words), " and ".join(words))
        return self.text

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until something comes true."""
        end = time.monotonic() + PATIENCE_S
        while not true():
            if time.monotonic() > end:
                pytest.fail(f"{what!r} did not come; in the pane stands:\n{self.text}")
            time.sleep(LOOK_S)

    def processes(self) -> list[psutil.Process]:
        """Return what runs below the shell."""
        below: list[psutil.Process] = self.shell.children(recursive=True)
        return below

    def _tmux(self, *command: str) -> str:
        done = subprocess.run(
            [*self._server, *command],
            # Readline, which pytest imports, has set COLUMNS behind the back of os.environ.
            env=os.environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        return done.stdout


def has_tmux() -> bool:
    return shutil.which("tmux") is not None
