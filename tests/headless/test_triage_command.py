"""`resnettui triage` as a user calls it, with workers that need no torch."""

import json
import sys
import tarfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from resnettui import cli
from resnettui.bench import crewed
from resnettui.core.machine import Machine
from resnettui.headless import triage as headless
from resnettui.supervisor.failures import installed

SCRIPT = str(Path(__file__).parent.with_name("supervisor") / "scripted_worker.py")
PI = {
    "proc/cpuinfo": "processor : 0\nFeatures : fp asimd\nCPU implementer : 0x41\n"
    "CPU part : 0xd08\nSerial : 10000000abcdef01\n",
    "proc/self/status": "Cpus_allowed_list:\t0\n",
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "sys/devices/system/cpu/online": "0\n",
    "vcgencmd/get_throttled": "throttled=0x5\n",
}


@pytest.fixture
def pi(tmp_path: Path) -> Path:
    """The tree of a board that is throttled on a weak supply."""
    root = tmp_path / "pi"
    for name, text in PI.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at this machine that does not wait for the load."""
    monkeypatch.setattr("resnettui.machine.load.LOOK_S", 0.0)


def answering(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """Let workers be scripted ones, that behave as `mode` says."""
    argv = (sys.executable, SCRIPT, mode)
    monkeypatch.setattr(headless, "crewed", partial(crewed, argv=argv))


def call(*words: str) -> Result:
    return CliRunner().invoke(cli.cli, ["triage", *words], catch_exceptions=False)


def found(*words: str) -> dict[str, Any]:
    result = call("--json", *words)
    assert result.exit_code == 0
    plain: dict[str, Any] = json.loads(result.stdout)
    return plain


def keys(plain: dict[str, Any]) -> list[str]:
    return [finding["key"] for finding in plain["findings"]]


def test_a_captured_board_is_read_without_asking_torch(
    pi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headless, "asked", lambda *_: pytest.fail("a worker was started"))
    plain = found("--fake-root", str(pi))
    assert keys(plain)[:2] == ["under-voltage", "throttled"]
    assert plain["machine"]["cpu"] == "Cortex-A72"
    assert plain["machine"]["host"] is None
    assert plain["torch"] is None


@pytest.mark.parametrize(
    ("words", "begins"),
    [((), "Triage: 2 critical"), (("--markdown",), "# Triage: 2 critical")],
)
def test_the_page_has_its_formats(pi: Path, words: Sequence[str], begins: str) -> None:
    result = call("--fake-root", str(pi), *words)
    assert (result.exit_code, result.stdout.startswith(begins)) == (0, True)
    assert "Raspberry Pi 4" in result.stdout


def test_what_is_captured_shows_the_same_page_elsewhere(pi: Path, tmp_path: Path) -> None:
    packed = tmp_path / "board.tar.gz"
    first = call("--fake-root", str(pi), "--capture", str(packed))
    assert str(packed) in first.stderr
    with tarfile.open(packed) as tar:
        for entry in tar:
            file = tar.extractfile(entry)
            assert file is not None
            target = tmp_path / "again" / entry.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read())
    again = call("--fake-root", str(tmp_path / "again"))
    assert again.stdout == first.stdout
    assert b"abcdef01" not in packed.read_bytes()


def test_a_worker_tells_its_torch(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "measures")
    plain = found()
    assert plain["torch"]["torch"] == "2.9.0"
    assert plain["machine"]["engines"] == ["x86", "qnnpack"]
    assert plain["machine"]["cores_allowed"] >= 1


def test_no_torch_asks_no_worker(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headless, "asked", lambda *_: pytest.fail("a worker was started"))
    assert found("--no-torch")["torch"] is None


@pytest.mark.parametrize(
    ("mode", "fact", "advice"),
    [
        ("illegal import", "illegal instruction", "torch==2.9.*"),
        ("missing torch", "No module named 'torch'", "pip install ."),
    ],
)
def test_a_worker_that_does_not_come_up_is_the_worst_finding(
    mode: str, fact: str, advice: str, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, mode)
    plain = found()
    worst = plain["findings"][0]
    assert (worst["severity"], worst["key"]) == ("critical", "no torch")
    assert fact in worst["fact"]
    assert advice in worst["advice"]
    assert plain["torch"] is None


def test_an_illegal_instruction_names_processor_and_torch(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "illegal import")
    monkeypatch.setattr(headless, "named", lambda machine: machine)
    monkeypatch.setattr(headless, "identify", lambda _root: Machine(cpu="Cortex-A72"))
    fact = found()["findings"][0]["fact"]
    assert "(Cortex-A72)" in fact
    assert f"torch {installed('torch')}" in fact


def test_a_worker_that_takes_too_long_is_a_finding(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "silent")
    monkeypatch.setattr(headless, "TORCH_PATIENCE_S", 0.1)
    assert "not imported within" in found()["findings"][0]["fact"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--json", "--markdown"), "exclude each other"),
        (("--fake-root", "/no/such"), "--fake-root: '/no/such' is not a folder"),
        (("--fake-root", ""), "--fake-root: '' is not a folder"),
        (("--fake-root", "x" * 5000), "--fake-root"),
        (("--capture", ""), "--capture: no file is named"),
    ],
)
def test_misuse_is_told(
    words: Sequence[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["resnettui", "triage", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    errors = capsys.readouterr().err.splitlines()
    assert reason in errors[0]
    assert len(errors) == 2


def test_a_capture_that_cannot_be_written_is_misuse(
    pi: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = str(tmp_path / "none" / "board.tar.gz")
    words = ["resnettui", "triage", "--fake-root", str(pi), "--capture", target]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert "No such file" in capsys.readouterr().err
