"""The measurement behind the page, with workers that need no torch, and no browser."""

import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from scripted import ScriptedSupervisor

from resnettui.cli import cli
from resnettui.core.board import Board
from resnettui.core.codec import as_line
from resnettui.core.machine import Machine, Reading
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError, UsageError
from resnettui.live_run import LiveRun, living
from resnettui.log import LOG
from resnettui.tui import serving
from resnettui.tui.keeper import Keeper
from resnettui.tui.serving import Choices, Site, serve

SCRIPT = str(Path(__file__).parent.with_name("supervisor") / "scripted_worker.py")
MACHINE = Machine(cpu="Neoverse-N1", isa=("asimd",), cores_usable=(0,), cores_allowed=4)
WISH = Measure(1, Trial(threads=2))


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    argv = (sys.executable, SCRIPT, "measures")
    monkeypatch.setattr(serving, "living", partial(living, argv=argv))
    # That of whoever runs the tests may be too long for a socket.
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    monkeypatch.setattr(serving, "probe", lambda: MACHINE)
    monkeypatch.setattr(serving, "whole_board", lambda _machine: Board(kernel="6.8.0"))


def until_told(kind: str, lines: Any) -> dict[str, Any]:
    for line in lines:
        event: dict[str, Any] = json.loads(line).get("event", {})
        if event.get("type") == kind:
            return event
    pytest.fail(f"no {kind} was told")


def show(command: str, _site: Site, _end: object) -> None:
    """Follow as a visitor's app would, and wish for another configuration."""
    *_, follow, path = command.split()
    assert follow == "follow"
    assert Path(path).parent.stat().st_mode & 0o777 == 0o700
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(path)
        lines = visitor.makefile("rb")
        until_told("Joined", lines)
        until_told("Finished", lines)
        visitor.sendall(as_line(asdict(Trial(threads=4))))
        assert until_told("Chosen", lines)["trial"]["threads"] == 4
        assert until_told("Samples", lines)["latencies_ns"] == [2_500_000]
        lines.close()


def test_a_visitor_sees_one_measurement_and_can_change_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []

    def followed(command: str, site: Site, end: object) -> None:
        show(command, site, end)
        shown.append(command)

    monkeypatch.setattr(serving, "_page", lambda: followed)
    serve(WISH, None, Site())
    assert len(shown) == 1


def test_what_the_page_cannot_do_is_told_and_the_workers_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise UsageError("the port is taken", "another")

    monkeypatch.setattr(serving, "_page", lambda: fail)
    with pytest.raises(UsageError, match="the port is taken"):
        serve(WISH, None, Site())


def choices_of(run: LiveRun, crew: ScriptedSupervisor) -> Choices:
    return Choices(run, crew, Keeper(None, lambda _error: None), WISH)


async def test_of_several_wishes_in_a_row_the_last_is_measured_and_each_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "BURST_S", 0.01)
    run = LiveRun(MACHINE, lambda _pids: Reading(at_s=1.0))
    crew = ScriptedSupervisor(run.receive)
    choices = choices_of(run, crew)
    for threads in (2, 3, 4):
        choices.choose(Trial(threads=threads))
        assert run.snapshot.trial.threads == threads
    await asyncio.sleep(0.05)
    assert crew.trials == [Trial(threads=4)]
    assert crew.wishes[0].run_id == run.snapshot.run_id == 3


async def test_what_is_chosen_at_the_end_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "BURST_S", 0.01)
    run = LiveRun(MACHINE, lambda _pids: Reading(at_s=1.0))
    crew = ScriptedSupervisor(run.receive)
    choices = choices_of(run, crew)
    choices.choose(Trial(threads=3))
    choices.end()
    await asyncio.sleep(0.05)
    assert crew.wishes == []


class HungUp:
    """A page of which the terminal goes away while it is shown."""

    def __init__(self, *_: object) -> None: ...

    def request_exit(self) -> None:
        raise SystemExit

    def serve(self) -> None:
        loop = asyncio.get_event_loop()
        loop.call_soon(os.kill, os.getpid(), signal.SIGHUP)
        try:
            loop.run_until_complete(asyncio.sleep(60))
        finally:
            loop.close()


@pytest.fixture
def hangup() -> Iterator[None]:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
    asyncio.set_event_loop(None)


@pytest.mark.usefixtures("hangup")
def test_a_hangup_ends_the_measurement_in_good_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LOG, "propagate", True)
    monkeypatch.setitem(sys.modules, "textual_serve.server", SimpleNamespace(Server=HungUp))
    monkeypatch.setitem(sys.modules, "textual_serve", SimpleNamespace())
    ended: list[bool] = []
    with pytest.raises(SystemExit):
        serving._page()("resnettui follow", Site(), lambda: ended.append(True))
    assert ended == [True]


def test_a_folder_whose_name_is_too_long_for_a_socket_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(serving, "_page", lambda: show)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with pytest.raises(UsageError, match="too long for a socket") as error:
        serve(WISH, None, Site())
    assert "TMPDIR=/tmp" in error.value.hint
    assert list(deep.iterdir()) == []


def test_what_cannot_be_stored_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnettui.core.visits.PASSES_KEPT", 1)
    monkeypatch.setattr(serving, "_page", lambda: show)
    with pytest.raises(HistoryError, match="is a folder"):
        serve(WISH, tmp_path, Site())


def test_without_textual_serve_the_way_to_it_is_all_that_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    result = CliRunner().invoke(cli, ["serve", "--host", "0.0.0.0"])
    assert isinstance(result.exception, UsageError)
    assert result.exception.reason == "textual-serve is not installed"
    assert result.exception.hint == "pip install textual-serve"
    assert result.output == ""


REACHED = "resnettui: whoever reaches 0.0.0.0, port 8000, can see and change this measurement\n"


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", ""), ("0.0.0.0", REACHED)])
def test_an_address_that_lets_others_in_is_warned_of(
    host: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "_page", lambda: lambda *_: None)
    serve(WISH, None, Site(host))
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("site", "called"),
    [
        (Site(), "http://127.0.0.1:8000"),
        (Site("::1", 80), "http://[::1]:80"),
        (Site("0.0.0.0", 9000), f"http://{socket.gethostname()}:9000"),
        (Site("0.0.0.0", 9000, "https://board.example"), "https://board.example"),
    ],
)
def test_visitors_are_told_an_address_that_they_can_call(site: Site, called: str) -> None:
    assert site.called == called
