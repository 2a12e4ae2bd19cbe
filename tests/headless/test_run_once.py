"""What `run` keeps and prints, with a worker that needs no torch."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import Event, Measure, Prepared, Ready
from resnettui.core.trial import Check, Trial, TrialResult, WarmUp
from resnettui.errors import HistoryError, TrialError, UsageError
from resnettui.headless import run as headless
from resnettui.store import History

TRIAL = Trial(precision="int8", threads=2)
CHOSEN = replace(TRIAL, engine="qnnpack")
WISH = Measure(1, TRIAL, iterations=3)
MACHINE = Machine(cpu="Neoverse-N1", isa=("asimd",), cores_allowed=4)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
OPS = OpLedger({"quantized::conv2d": 53})
RESULT = TrialResult(
    CHOSEN, (5_000_000,) * 3, 15_000_000, WarmUp(10, True), Check(0.1, 0.99), OPS, OPS, {}, 3
)

Measured = Callable[..., Awaitable[tuple[TrialResult, Build]]]


def worker(*events: Event, error: Exception | None = None) -> Measured:
    """Return a stand-in for measure_once that tells these events, then ends well or not."""

    async def measure_once(
        _wish: Measure, watch: Callable[[Event], None], _cpu: str | None, **_more: Any
    ) -> tuple[TrialResult, Build]:
        for event in events:
            watch(event)
        await asyncio.sleep(0)
        if error is not None:
            raise error
        return RESULT, BUILD

    return measure_once


TOLD = (Ready(BUILD), Prepared(1, CHOSEN, Check(0.1, 0.99), OPS, OPS, {}))


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headless, "probe", lambda: MACHINE)


def run(monkeypatch: pytest.MonkeyPatch, measured: Measured, history: Path, **options: Any) -> None:
    monkeypatch.setattr(headless, "measure_once", measured)
    given = {"as_json": True, "samples": False, "store": True, **options}
    headless.run_once(WISH, history=history, **given)


def stored(path: Path) -> Sequence[Entry]:
    with History.open(path) as history:
        return list(history.entries(listed.id for listed in history.listed()))


def test_what_is_measured_is_printed_and_stored(
    monkeypatch: pytest.MonkeyPatch, history_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, worker(*TOLD), history_file)
    (entry,) = stored(history_file)
    assert (entry.source, entry.trial, entry.machine) == ("run", CHOSEN, MACHINE)
    assert (entry.build, entry.failure) == (BUILD, "")
    assert entry.result is not None
    assert entry.result.latencies_ns == RESULT.latencies_ns
    assert entry.result.flags == json.loads(capsys.readouterr().out)["flag_reasons"]


def test_what_is_not_to_be_stored_makes_no_history(
    monkeypatch: pytest.MonkeyPatch, history_file: Path
) -> None:
    run(monkeypatch, worker(*TOLD), history_file, store=False)
    failing = worker(error=TrialError("too large"))
    with pytest.raises(TrialError):
        run(monkeypatch, failing, history_file, store=False)
    assert not history_file.exists()


@pytest.mark.parametrize(
    ("events", "trial", "build"),
    [(TOLD, CHOSEN, BUILD), (TOLD[:1], TRIAL, BUILD), ((), TRIAL, None)],
)
def test_a_failed_trial_is_stored_with_what_was_told(
    events: Sequence[Event],
    trial: Trial,
    build: Build | None,
    monkeypatch: pytest.MonkeyPatch,
    history_file: Path,
) -> None:
    with pytest.raises(TrialError, match="too large"):
        run(monkeypatch, worker(*events, error=TrialError("too large", "less")), history_file)
    (entry,) = stored(history_file)
    assert (entry.failure, entry.result) == ("too large", None)
    assert (entry.trial, entry.build) == (trial, build)


@pytest.mark.parametrize("error", [UsageError("no image"), KeyboardInterrupt()])
def test_bad_usage_and_an_interrupt_are_no_trial(
    error: Exception, monkeypatch: pytest.MonkeyPatch, history_file: Path
) -> None:
    with pytest.raises(type(error)):
        run(monkeypatch, worker(*TOLD, error=error), history_file)
    assert not history_file.exists()


def test_the_result_is_printed_where_it_cannot_be_stored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(HistoryError, match="is a folder") as error:
        run(monkeypatch, worker(*TOLD), tmp_path)
    assert error.value.exit_code == 1
    assert json.loads(capsys.readouterr().out)["latency_ms"]["p50"] == 5.0


def test_a_failure_that_cannot_be_stored_is_told_with_both_reasons(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(TrialError) as error:
        run(monkeypatch, worker(error=TrialError("too large", "less")), tmp_path)
    assert error.value.reason == f"too large; nor could this be stored: {tmp_path} is a folder"
    assert error.value.hint == "less"
