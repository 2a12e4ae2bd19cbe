"""`resnettui claims` on made-up histories."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from resnettui.cli import cli
from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.platforms import place_of
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Check, Trial, TrialResult, WarmUp
from resnettui.errors import UsageError
from resnettui.headless import claims as headless
from resnettui.store import History, new_id, now

MACHINE = Machine(cpu="Neoverse-N1", isa=("asimd",), cores_allowed=2, host="here")
OTHER = Machine(cpu="Cortex-A72", isa=("asimd",), cores_allowed=4, host="there")
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
PEAKS = (Peak("fp32", 1, 1e12, "convolution"), Peak(MEMORY, 1, 1e10, "triad"))


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headless, "probe", lambda: MACHINE)


def entry(trial: Trial, milliseconds: int, machine: Machine = MACHINE, **more: Any) -> Entry:
    ops = OpLedger({"aten::conv2d": 53})
    latency_ns = milliseconds * 1_000_000
    result = TrialResult(
        *(trial, (latency_ns,), latency_ns, WarmUp(10, True), Check(0.0, 1.0), ops, ops, {}, 1),
        flop=8_000_000_000,
        moved_bytes=100_000_000,
    )
    fields = {"build": BUILD, "result": result, **more}
    return Entry(new_id(), now(), "sweep", trial, machine, **fields)


def keep(path: Path, entries: Iterable[Entry]) -> None:
    with History.open(path) as history:
        for one in entries:
            history.add(one)


def claims(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    cli.main(["claims", *words], standalone_mode=False)
    return capsys.readouterr().out


def verdicts(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    plain = json.loads(claims(capsys, "--json", *words))
    return {claim["name"]: claim["verdict"] for claim in plain["claims"]}


@pytest.mark.parametrize("words", [(), ("--json",), ("--markdown",)])
def test_an_empty_history_has_measured_nothing_yet(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESNETTUI_HISTORY")
    out = claims(capsys, *words)
    assert out.count("not measured yet") == 8
    assert "resnettui sweep --study roof" in out


def test_this_machine_is_asked_with_its_roof(
    capsys: pytest.CaptureFixture[str], history_file: Path
) -> None:
    keep(history_file, [entry(Trial(), 100), entry(Trial(threads=2), 60)])
    with History.open(history_file) as history:
        history.keep_peaks(place_of(MACHINE, BUILD), PEAKS)
    found = verdicts(capsys)
    assert found["threads-efficiency"] == "holds"
    assert found["memory-bound"] == "holds"
    assert found["processes-moderate"] == "cannot be answered here"
    assert found["batch-knee"] == "not measured yet"


def test_another_machine_is_asked_by_a_part_of_its_name(
    capsys: pytest.CaptureFixture[str], history_file: Path
) -> None:
    keep(
        history_file,
        [
            entry(Trial(), 100),
            *(entry(Trial(threads=t), 100 // t, OTHER) for t in (1, 4)),
        ],
    )
    assert verdicts(capsys)["threads-efficiency"] == "not measured yet"
    assert verdicts(capsys, "--platform", "a72")["threads-efficiency"] == "not decided"
    with pytest.raises(UsageError, match="part of several"):
        claims(capsys, "--platform", "cores")
    with pytest.raises(UsageError, match="none of the history"):
        claims(capsys, "--platform", "Pentium")


def test_versions_of_torch_are_not_mixed(
    capsys: pytest.CaptureFixture[str], history_file: Path
) -> None:
    older = Build("2.8.0", *("0.23.0", (), "x86", "DEFAULT", True))
    keep(history_file, [entry(Trial(), 100, build=older), entry(Trial(threads=2), 60)])
    assert verdicts(capsys)["threads-efficiency"] == "not measured yet"


def test_what_failed_is_an_answer(capsys: pytest.CaptureFixture[str], history_file: Path) -> None:
    half = entry(Trial(precision="fp16"), 1, result=None, failure="no support")
    keep(history_file, [entry(Trial(), 100), half])
    out = claims(capsys)
    assert "fp16 does not run here: no support" in out


def test_the_formats_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="exclude"):
        claims(capsys, "--json", "--markdown")
