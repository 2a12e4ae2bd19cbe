"""A real terminal whose program is stopped and goes on: it gets back the mode that it had."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from test_unread_terminal import CONTROL, LEFT, Unread, until

SHOWN = b"Configuration"
"""Stands in a whole frame, and in no other."""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Unread]:
    app = Unread(tmp_path)
    try:
        app.draws(1)
        yield app
    finally:
        app.close()


def stop(app: Unread, how: signal.Signals) -> None:
    """Stop the program, and take what its terminal held until then."""
    app.process.send_signal(how)
    until(lambda: psutil.Process(app.process.pid).status() == psutil.STATUS_STOPPED)
    app.read()


def go_on(app: Unread) -> None:
    """Let the program go on until it has drawn everything."""
    app.process.send_signal(signal.SIGCONT)
    seen = b""

    def drawn() -> bool:
        nonlocal seen
        seen += app.read()
        return SHOWN in CONTROL.sub(b"", seen)

    until(drawn)


def leave(app: Unread) -> None:
    app.press("q")
    assert app.process.wait(20) == 0


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGTSTP])
def test_a_terminal_has_its_mode_again_after_a_program_that_was_stopped(
    how: signal.Signals, app: Unread
) -> None:
    for _ in range(2):
        stop(app, how)
        go_on(app)
    assert app.mode != app.mode_before
    leave(app)
    assert app.mode == app.mode_before
    assert LEFT in app.read()


def test_a_terminal_has_its_mode_while_a_program_has_stopped_itself(app: Unread) -> None:
    stop(app, signal.SIGTSTP)
    assert app.mode == app.mode_before
    go_on(app)
    leave(app)


def test_keys_work_where_the_shell_has_set_the_mode_meanwhile(app: Unread) -> None:
    mode = app.mode
    stop(app, signal.SIGSTOP)
    app.mode = app.mode_before
    go_on(app)
    assert app.mode == mode
    leave(app)


def test_no_descriptor_is_left_open(app: Unread) -> None:
    descriptors = Path(f"/proc/{app.process.pid}/fd")
    before = len(list(descriptors.iterdir()))
    for how in (signal.SIGSTOP, signal.SIGTSTP):
        stop(app, how)
        go_on(app)
    assert len(list(descriptors.iterdir())) == before
    leave(app)
