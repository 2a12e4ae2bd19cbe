"""The live panels as plain text."""

import re
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from drawing_samples import STATES

from resnettui import cli
from resnettui.core.machine import Machine
from resnettui.live_run import living
from resnettui.store import History
from resnettui.tui import once
from resnettui.tui.once import page

SCRIPT = str(Path(__file__).parent.with_name("supervisor") / "scripted_worker.py")
MACHINE = Machine(cpu="Neoverse-N1", isa=("asimd",), cores_usable=(0,), cores_allowed=4)
BARS = "▏▎▍▌▋▊▉█▁▂▃▄▅▆▇─╵"


def call(monkeypatch: pytest.MonkeyPatch, mode: str, *words: str) -> Result:
    argv = (sys.executable, SCRIPT, mode)
    monkeypatch.setattr(once, "living", partial(living, argv=argv))
    monkeypatch.setattr(once, "probe", lambda: MACHINE)
    return CliRunner().invoke(cli.cli, words)


@pytest.mark.parametrize("width", [40, 80, 100, 200])
@pytest.mark.parametrize("state", ["measuring", "crew", "clusters"])
def test_it_is_words_and_figures_within_the_width(state: str, width: int) -> None:
    lines = list(page(STATES[state], width))
    assert not {*BARS} & {*"".join(lines)}
    assert "\x1b" not in "".join(lines)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for heading in ("Latency: one pass", "Cores: ", "Kernels: weights", "Operators"):
        assert f"\n{heading}" in text
    assert re.search(r"\n  \d+\.\d+ ms   \d+ img/s   n \d+\n  p90 ", text)
    assert "160 → 41 + 33 fused (= 74)" in text
    assert "36 brgconv_1x1:avx512_core_vnni" in text or width == 40


def test_every_flag_has_its_reason() -> None:
    snapshot = STATES["measuring"]
    result = snapshot.result()
    assert result is not None
    assert result.flags
    lines = list(page(snapshot, 300))
    for flag, why in result.flags.items():
        assert f"  ! {flag}: {why}" in lines


def test_every_core_has_a_line_with_its_use() -> None:
    lines = list(page(STATES["large crew"], 100))
    cores = lines[next(i for i, line in enumerate(lines) if line.startswith("Cores")) + 1 :]
    assert [line.split()[:2] for line in cores[:64:21]] == [
        *(["0", "0"], ["21", "33"], ["42", "67"], ["63", "100"]),
    ]


def test_what_is_measured_is_printed_and_kept(
    monkeypatch: pytest.MonkeyPatch, history_file: Path
) -> None:
    monkeypatch.setattr("resnettui.core.visits.PASSES_KEPT", 20)
    result = call(monkeypatch, "measures", "--once", "1", "-t", "2")
    assert result.exit_code == 0
    assert "5.00 ms" in result.stdout
    assert "resnet50 · fp32 · fusion none" in result.stdout
    with History.open(history_file) as history:
        (entry,) = history.listed()
    assert (entry.source, entry.trial.threads) == ("live", 2)


def test_the_seconds_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "n 20" in call(monkeypatch, "measures", "--once").stdout
    assert "n 20" in call(monkeypatch, "measures", "--once", "-t", "2").stdout


def test_a_failure_is_told_and_the_exit_code_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(monkeypatch, "killed", "--once")
    assert result.exit_code == 1
    assert "SIGKILL" in str(result.exception)
    assert result.stdout == ""


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_what_is_no_time_is_refused(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(monkeypatch, "measures", f"--once={seconds}").exit_code != 0
