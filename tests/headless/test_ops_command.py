"""What `ops` asks its workers for and prints, with workers that need no torch."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from resnettui.bench import Bench
from resnettui.cli.ops import ops_command
from resnettui.core.machine import Build, Machine
from resnettui.core.operators import OpCall, OpProfile
from resnettui.core.protocol import (
    Event,
    Failed,
    FindPeaks,
    Finished,
    Job,
    PeaksFound,
    Profile,
    Profiled,
    Ready,
    Step,
)
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError, TrialError, UsageError
from resnettui.headless import ops as headless
from resnettui.headless.ops import Wanted, profile_once

MACHINE = Machine(cpu="Neoverse-N1", isa=("asimd",), cores_allowed=4)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
TRIAL = Trial(precision="int8", fusion="full", threads=2)
CHOSEN = replace(TRIAL, engine="qnnpack")
CALL = OpCall(
    *("quantized::conv2d_relu", "conv1", "stem", "3x8x8", 8e6, 600_000_000, 0, 1, 1),
    "convolution qnnpack",
)
PROFILE = OpProfile((CALL,), 20, 8.5e6, 9e6, 0.8e6)
PEAKS = (Peak("int8", 2, 100e9, "convolution"), Peak(MEMORY, 2, 10e9, "triad"))
TOO_LARGE = Failed(1, "memory", "too large", "less")

Answer = Callable[[Job], Sequence[Event]]


def answer(job: Job) -> Sequence[Event]:
    """Do a job as a worker does, in no time."""
    run = job.run_id
    match job:
        case FindPeaks():
            return PeaksFound(run, PEAKS), Finished(run)
        case Profile():
            trial = replace(job.trial, engine="qnnpack")
            told = (Ready(BUILD), Step(run, "profiling", 1, 2), Profiled(run, trial, PROFILE))
            return *told, Finished(run)
    raise AssertionError(job)


class Crew:
    """Workers that answer every job, and remember it."""

    def __init__(self, bench: Bench, answer: Answer) -> None:
        self.jobs: list[Job] = []
        self._bench, self._answer = bench, answer

    def measure(self, job: Job) -> None:
        self.jobs.append(job)
        for event in self._answer(job):
            self._bench.receive(event)


@pytest.fixture
def crews(monkeypatch: pytest.MonkeyPatch) -> list[Crew]:
    return employ(monkeypatch, answer)


def employ(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> list[Crew]:
    found: list[Crew] = []

    @asynccontextmanager
    async def crewed(bench: Bench) -> AsyncIterator[Crew]:
        found.append(Crew(bench, answer))
        yield found[-1]

    monkeypatch.setattr(headless, "crewed", crewed)
    monkeypatch.setattr(headless, "probe", lambda: MACHINE)
    return found


def test_a_fused_configuration_is_profiled_beside_the_unfused_one(
    crews: list[Crew], capsys: pytest.CaptureFixture[str]
) -> None:
    profile_once(Profile(1, TRIAL), Wanted(format="json"), None)
    first, unfused, peaks = crews[0].jobs
    assert first == Profile(1, TRIAL)
    assert unfused == Profile(2, replace(CHOSEN, fusion="none"))
    assert isinstance(peaks, FindPeaks)
    assert (peaks.threads, peaks.kinds) == (2, ("int8", MEMORY))
    found = json.loads(capsys.readouterr().out)
    assert found["trial"]["engine"] == "qnnpack"
    assert found["verdict"]["bound"] == "compute"
    assert found["unfused"]["pass"]["ms"] == 8.5
    assert found["machine"]["torch"] == "2.9.1"


def test_without_fusion_there_is_nothing_to_stand_beside(
    crews: list[Crew], capsys: pytest.CaptureFixture[str]
) -> None:
    profile_once(Profile(1, replace(TRIAL, fusion="none")), Wanted(format="json"), None)
    assert len(crews[0].jobs) == 2
    assert json.loads(capsys.readouterr().out)["unfused"] is None


def test_a_known_roof_is_not_measured_again_unless_wanted(crews: list[Crew]) -> None:
    for wanted in (Wanted(beside=False), Wanted(beside=False), Wanted(beside=False, peaks=True)):
        profile_once(Profile(1, TRIAL), wanted, None)
    assert [len(crew.jobs) for crew in crews] == [2, 1, 2]


def test_the_roof_may_be_left_alone(crews: list[Crew], capsys: pytest.CaptureFixture[str]) -> None:
    profile_once(Profile(1, TRIAL), Wanted(beside=False, peaks=False), None)
    assert crews[0].jobs == [Profile(1, TRIAL)]
    assert "no verdict" in capsys.readouterr().out


@pytest.mark.parametrize("peaks", [None, True, False])
def test_what_was_profiled_is_printed_where_the_history_cannot_be_used(
    peaks: bool | None, crews: list[Crew], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(HistoryError, match="is a folder"):
        profile_once(Profile(1, TRIAL), Wanted(peaks=peaks, format="json"), tmp_path)
    assert json.loads(capsys.readouterr().out)["pass"]["ms"] == 8.5


def test_markdown(crews: list[Crew], capsys: pytest.CaptureFixture[str]) -> None:
    profile_once(Profile(1, TRIAL), Wanted(format="markdown"), None)
    assert capsys.readouterr().out.startswith("## resnet50 · int8 · fusion full")


@pytest.mark.parametrize(
    ("failed", "error"),
    [(TOO_LARGE, TrialError), (Failed(1, "data", "no image", ""), UsageError)],
)
def test_what_cannot_be_profiled_is_an_error(
    failed: Failed, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    employ(monkeypatch, lambda _job: [failed])
    with pytest.raises(error, match=failed.reason):
        profile_once(Profile(1, TRIAL), Wanted(), None)


def test_a_worker_that_profiles_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    employ(monkeypatch, lambda job: [Finished(job.run_id)])
    with pytest.raises(TrialError, match="nothing was profiled"):
        profile_once(Profile(1, TRIAL), Wanted(), None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Profile, Wanted]]:
    found: list[tuple[Profile, Wanted]] = []
    monkeypatch.setattr(
        headless, "profile_once", lambda job, wanted, _: found.append((job, wanted))
    )
    return found


def test_flags_become_the_job_and_what_is_shown(asked: list[tuple[Profile, Wanted]]) -> None:
    flags = ["--precision", "bf16", "-t", "2", "--by", "stage", "--sort", "order", "--top", "3"]
    flags += ["--no-beside", "--no-measure-peaks", "--passes", "5", "--markdown"]
    outcome = CliRunner().invoke(ops_command, flags)
    assert outcome.exit_code == 0, outcome.output
    assert asked == [
        (
            Profile(1, Trial(precision="bf16", threads=2), passes=5),
            Wanted("stage", "order", 3, beside=False, peaks=False, format="markdown"),
        )
    ]


def test_without_flags_kinds_are_shown_by_time(asked: list[tuple[Profile, Wanted]]) -> None:
    assert CliRunner().invoke(ops_command, []).exit_code == 0
    assert asked == [(Profile(1, Trial(), passes=20), Wanted())]


@pytest.mark.parametrize(
    ("flags", "reason"),
    [(["--json", "--markdown"], "exclude each other"), (["-p", "2"], "one process")],
)
def test_misuse_is_told(flags: list[str], reason: str, asked: list[tuple[Profile, Wanted]]) -> None:
    outcome = CliRunner().invoke(ops_command, flags)
    assert isinstance(outcome.exception, UsageError)
    assert reason in outcome.exception.reason
    assert asked == []
