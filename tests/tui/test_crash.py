"""An error that nobody foresaw: the history is whole, the workers are gone, the log says why."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from scripted import Stage
from test_app import measured, staged, until
from test_keeping import stored
from textual.pilot import Pilot

from resnettui import cli
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import UnforeseenError
from resnettui.log import begin_log
from resnettui.tui import app as app_module
from resnettui.tui import start
from resnettui.tui.widgets.panel import Panel

FIRST = Trial(threads=2)


Break = Callable[[Pilot[None], Stage], Awaitable[None]]


class Unforeseen(Exception):
    """What no code expects."""


def broken(*_: object, **__: object) -> Sequence[object]:
    raise Unforeseen("the \x1b[31mcat\x1b[0m sat on it")


async def break_a_draw(pilot: Pilot[None], stage: Stage) -> None:
    panel = stage.app.screen.query_one("#latency", Panel)
    panel._draw = broken  # type: ignore[assignment]
    stage.supervisor.sample(40.0)


async def break_a_handler(pilot: Pilot[None], stage: Stage) -> None:
    stage.app.asking.pause = broken  # type: ignore[method-assign, assignment]
    await pilot.press("space")


async def break_a_task(pilot: Pilot[None], stage: Stage) -> None:
    stage.app.break_off(Unforeseen("the cat sat on it"))


async def run_until_it_breaks(stage: Stage, break_it: Break) -> None:
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await break_it(pilot, stage)
        await until(pilot, lambda: stage.app.unforeseen is not None)


@pytest.mark.parametrize("break_it", [break_a_draw, break_a_handler, break_a_task])
async def test_what_was_measured_is_stored_and_the_workers_are_gone(
    break_it: Break, tmp_path: Path, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin_log("info")
    path = tmp_path / "mine.sqlite"
    stage = Stage(FIRST, history=path)
    with pytest.raises(Unforeseen):
        await run_until_it_breaks(stage, break_it)
    assert stage.supervisor.closed
    assert stage.app.return_code == 1
    (entry,) = stored(path)
    assert entry.trial == FIRST
    assert entry.result is not None
    log = log_file.read_text()
    assert log.count("CRITICAL resnettui: unforeseen error") == 1
    assert "Traceback (most recent call last)" in log
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err


class Crashed:
    """An app that ended of an error."""

    not_stored = None
    unforeseen = Unforeseen("the \x1b[31mcat\x1b[0m sat on it")

    def __init__(self, *_: object, **__: object) -> None:
        """Take whatever an app takes."""

    def run(self, **_: object) -> None:
        """Return as when the error was heard of."""


def test_two_lines_say_what_happened_and_where_the_log_is(
    log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "ResnettuiApp", Crashed)
    begin_log("info")
    with pytest.raises(UnforeseenError) as error:
        start(FIRST, None, "random", Settings(), None)
    assert error.value.reason == "unforeseen error: Unforeseen: the cat sat on it"
    assert error.value.hint == f"see {log_file}"


@pytest.mark.parametrize("asked", [None, "RESNETTUI_TRACEBACK"])
def test_the_command_line_shows_a_traceback_only_where_it_is_asked_for(
    asked: str | None,
    log_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if asked:
        monkeypatch.setenv(asked, "1")
    monkeypatch.setattr(cli.cli, "main", broken)
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr().err
    assert end.value.code == 1
    assert ("Traceback" in told) is (asked is not None)
    assert told.splitlines()[-2:] == [
        "resnettui: unforeseen error: Unforeseen: the cat sat on it",
        f"  see {log_file}",
    ]
    assert "in broken" in log_file.read_text()
