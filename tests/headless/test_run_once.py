"""What `run` keeps and prints, with a worker that needs no torch."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resnettui.bench import Bench
from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.platforms import place_of
from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Measure,
    Prepared,
    Ready,
    Samples,
    WarmingUp,
)
from resnettui.core.roof import MEMORY, Peak
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


def told(*latencies_ns: int) -> tuple[Event, ...]:
    """Return what a worker tells after it is prepared."""
    return (
        WarmingUp(1, WarmUp(10, True), 5_000_000, True),
        Samples(1, latencies_ns, sum(latencies_ns), 1),
        Finished(1),
    )


TOLD = (Ready(BUILD), Prepared(1, CHOSEN, Check(0.1, 0.99), OPS, OPS, {}))
MEASURED = (*TOLD, *told(*RESULT.latencies_ns))
TOO_LARGE = Failed(1, "memory", "too large", "less")


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headless, "probe", lambda: MACHINE)


def run(
    monkeypatch: pytest.MonkeyPatch, events: Sequence[Event], history: Path, **options: Any
) -> None:
    """Run with a worker that tells these events; without any it is interrupted."""

    @asynccontextmanager
    async def crewed(bench: Bench) -> AsyncIterator[object]:
        def measure(_wish: Measure) -> None:
            if not events:
                raise KeyboardInterrupt
            for event in events:
                bench.receive(event)

        yield SimpleNamespace(measure=measure)

    monkeypatch.setattr(headless, "crewed", crewed)
    given = {"as_json": True, "samples": False, "store": True, **options}
    headless.run_once(WISH, history=history, **given)


def stored(path: Path) -> Sequence[Entry]:
    with History.open(path) as history:
        return list(history.entries(listed.id for listed in history.listed()))


def test_what_is_measured_is_printed_and_stored(
    monkeypatch: pytest.MonkeyPatch, history_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, MEASURED, history_file)
    (entry,) = stored(history_file)
    assert (entry.source, entry.trial, entry.machine) == ("run", CHOSEN, MACHINE)
    assert (entry.build, entry.failure) == (BUILD, "")
    assert entry.result is not None
    assert entry.result.latencies_ns == RESULT.latencies_ns
    assert entry.result.flags == json.loads(capsys.readouterr().out)["flag_reasons"]


def test_what_is_not_to_be_stored_makes_no_history(
    monkeypatch: pytest.MonkeyPatch, history_file: Path
) -> None:
    run(monkeypatch, MEASURED, history_file, store=False)
    with pytest.raises(TrialError):
        run(monkeypatch, [TOO_LARGE], history_file, store=False)
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
        run(monkeypatch, [*events, TOO_LARGE], history_file)
    (entry,) = stored(history_file)
    assert (entry.failure, entry.result) == ("too large", None)
    assert (entry.trial, entry.build) == (trial, build)


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([*TOLD, Failed(1, "data", "no image")], UsageError),
        ([*TOLD, Failed(1, "weights", "of another depth")], UsageError),
        ([], KeyboardInterrupt),
    ],
)
def test_bad_usage_and_an_interrupt_are_no_trial(
    events: Sequence[Event],
    error: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
    history_file: Path,
) -> None:
    with pytest.raises(error):
        run(monkeypatch, events, history_file)
    assert not history_file.exists()


def test_the_result_is_printed_where_it_cannot_be_stored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(HistoryError, match="is a folder") as error:
        run(monkeypatch, MEASURED, tmp_path)
    assert error.value.exit_code == 1
    assert json.loads(capsys.readouterr().out)["latency_ms"]["p50"] == 5.0


def test_a_failure_that_cannot_be_stored_is_told_with_both_reasons(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(TrialError) as error:
        run(monkeypatch, [TOO_LARGE], tmp_path)
    assert error.value.reason == f"too large; nor could this be stored: {tmp_path} is a folder"
    assert error.value.hint == "less"


def under_a_roof(path: Path) -> list[Event]:
    """Return what a worker tells of 10 GFLOP a pass, with the peaks in the history."""
    with History.open(path) as history:
        peaks = (Peak("int8", 2, 1e12, "convolution"), Peak(MEMORY, 2, 4e10, "triad"))
        history.keep_peaks(place_of(MACHINE, BUILD), peaks)
    return [
        replace(event, flop=10**10, moved_bytes=10**8) if isinstance(event, Prepared) else event
        for event in MEASURED
    ]


@pytest.mark.parametrize("store", [True, False])
def test_a_result_is_compared_with_the_roof_that_the_history_knows(
    store: bool,
    monkeypatch: pytest.MonkeyPatch,
    history_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(monkeypatch, under_a_roof(history_file), history_file, store=store)
    plain = json.loads(capsys.readouterr().out)
    assert plain["roof"]["compute_share"] == 2.0
    assert plain["flags"] == ["over the roof"]
    assert [entry.result and list(entry.result.flags) for entry in stored(history_file)] == (
        [["over the roof"]] if store else []
    )


def test_without_a_known_roof_there_is_none(
    monkeypatch: pytest.MonkeyPatch, history_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, MEASURED, history_file)
    assert json.loads(capsys.readouterr().out)["roof"] is None


def test_a_history_that_cannot_be_read_hides_no_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, MEASURED, tmp_path, store=False)
    out, err = capsys.readouterr()
    assert json.loads(out)["roof"] is None
    assert f"the roof is not known: {tmp_path} is a folder" in err
