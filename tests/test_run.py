"""The real command with real workers, on the smallest model."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from resnettui.core.history import Entry
from resnettui.report.record import record
from resnettui.store import History

SMALL = ("--model", "resnet18", "--image-size", "64")
PATIENCE_S = 600


def stored(path: Path) -> list[Entry]:
    with History.open(path) as history:
        return list(history.entries(listed.id for listed in history.listed()))


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "resnettui", "run", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str) -> tuple[int, str, str]:
    process = start(*arguments)
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def measured(*arguments: str) -> dict[str, Any]:
    code, out, err = run(*SMALL, "--json", *arguments)
    assert code == 0, err
    plain: dict[str, Any] = json.loads(out)
    return plain


def worker_of(process: "subprocess.Popen[str]") -> psutil.Process:
    """Wait until the command has its worker, and return it."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for child in psutil.Process(process.pid).children():
            if "resnettui.worker" in " ".join(child.cmdline()):
                return child
        time.sleep(0.05)
    raise TimeoutError("no worker was started")


def test_a_fused_float_trial_has_all_that_the_json_promises(history_file: Path) -> None:
    got = measured("--fusion", "full", "--iterations", "30", "--samples", "-t", "2")
    assert got["trial"]["threads"] == 2
    assert got["trial"]["engine"] is None
    assert got["latency_ms"]["n"] == 30 == len(got["samples_ns"])
    assert got["latency_ms"]["p90"] is not None
    assert got["latency_ms"]["p95"] is None
    assert got["ops"]["fused"] == 17
    assert got["ops"]["unfused"]["dispatched"] == 68
    assert got["check"]["cosine"] == pytest.approx(1, abs=1e-6)
    assert got["machine"]["cores_allowed"] >= 1
    assert got["machine"]["torch"].startswith("2.")
    (entry,) = stored(history_file)
    assert (entry.source, entry.failure, entry.build is None) == ("run", "", False)
    assert entry.result is not None
    assert list(entry.result.latencies_ns) == got.pop("samples_ns")
    assert record(entry.result, entry.machine, entry.build) == got
    assert entry.facts["resnettui"]


def test_int8_measures_photographs_and_names_the_broken_one(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"n{number}").mkdir()
        picture = Image.linear_gradient("L").rotate(40 * number).convert("RGB")
        picture.save(tmp_path / f"n{number}/photo.JPEG")
    (tmp_path / "n0/broken.JPEG").write_bytes(b"\xff\xd8\xff\xe0 no more")
    got = measured(
        *("--precision", "int8", "--iterations", "3", "--data", str(tmp_path)),
        *("--history", str(tmp_path.parent / "other.sqlite"), "--no-store"),
    )
    assert not (tmp_path.parent / "other.sqlite").exists()
    assert got["input"]["images"] == 3
    assert got["input"]["unreadable"] == 1
    assert got["input"]["unreadable_names"][0].startswith("n0/broken.JPEG (")
    assert got["trial"]["engine"] in got["machine"]["engines"]
    assert got["check"]["cosine"] > 0.99


def test_a_folder_whose_every_file_is_broken_is_bad_usage(
    tmp_path: Path, history_file: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.jpg").write_text("text")
    code, out, err = run(*SMALL, "--data", str(folder))
    assert stored(history_file) == []
    assert (code, out) == (2, "")
    assert "holds no image that can be read" in err.splitlines()[-2]


def test_a_batch_beyond_all_memory_fails_with_a_hint(history_file: Path) -> None:
    code, out, err = run("--model", "resnet18", "-b", "100000000", "--json")
    assert (code, out) == (1, "")
    assert "does not fit into memory" in err.splitlines()[-2]
    assert "smaller batch" in err.splitlines()[-1]
    (entry,) = stored(history_file)
    assert "does not fit into memory" in entry.failure
    assert (entry.result, entry.trial.batch_size) == (None, 100_000_000)
    assert entry.build is not None


def test_a_worker_killed_in_mid_trial_is_a_failed_trial(history_file: Path) -> None:
    process = start(*SMALL, "--duration", "600")
    worker_of(process).kill()
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (1, "")
    assert "was killed (SIGKILL)" in err
    assert "Traceback" not in err
    assert "was killed (SIGKILL)" in stored(history_file)[0].failure


def test_control_c_ends_the_command_and_its_worker() -> None:
    process = start(*SMALL, "--duration", "600")
    worker = worker_of(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert not worker.is_running()
