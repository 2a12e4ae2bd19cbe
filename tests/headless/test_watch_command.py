"""`resnettui watch` with workers that need no torch."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from resnettui import cli
from resnettui.core.machine import Machine
from resnettui.headless import watch as headless
from resnettui.live_run import living

SCRIPT = str(Path(__file__).parent.with_name("supervisor") / "scripted_worker.py")
MACHINE = Machine(cpu="Neoverse-N1", isa=("asimd",), cores_usable=(0,), cores_allowed=4)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headless, "probe", lambda: MACHINE)


def watch(monkeypatch: pytest.MonkeyPatch, mode: str, *words: str) -> Result:
    argv = (sys.executable, SCRIPT, mode)
    monkeypatch.setattr(headless, "living", partial(living, argv=argv))
    return CliRunner().invoke(cli.cli, ["watch", *words])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_last_line_has_the_whole_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    result = watch(monkeypatch, "measures", "--json", "--duration", "1", "-t", "2")
    assert result.exit_code == 0
    last = lines(result)[-1]
    assert (last["phase"], last["passes"]) == ("finished", 20)
    assert last["trial"]["threads"] == 2
    assert last["latency_ms"]["p50"] == pytest.approx(5.0, abs=0.001)
    assert last["latency_ms"]["p90"] is None


def test_without_json_it_is_words(monkeypatch: pytest.MonkeyPatch) -> None:
    result = watch(monkeypatch, "measures", "-t", "2")
    assert "  finished  n 20  5.00 ms  p99 - (20/299)  " in result.stdout.splitlines()[-1]


def test_a_worker_that_dies_is_told_by_the_line_and_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = watch(monkeypatch, "killed", "--json")
    last = lines(result)[-1]
    assert last["phase"] == "failed"
    assert "SIGKILL" in last["failure"]
    assert last["latency_ms"] is None
    assert result.exit_code == 1


def test_a_reader_that_leaves_ends_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(headless, "_print", broken)
    assert watch(monkeypatch, "measures").exit_code == 0


def test_nothing_is_stored(monkeypatch: pytest.MonkeyPatch, history_file: Path) -> None:
    assert watch(monkeypatch, "measures").exit_code == 0
    assert not history_file.exists()
