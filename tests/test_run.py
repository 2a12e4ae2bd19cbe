"""The real command with real workers, on the smallest model."""

import json
import os
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


def usable() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


@pytest.mark.skipif(usable() < 2, reason="needs two cores")
def test_two_processes_are_pinned_apart_and_their_throughputs_add_up() -> None:
    got = measured("-p", "2", "-t", "1", "--iterations", "20")
    first, second = got["processes"]
    assert len(first["cores"]) == len(second["cores"]) == 1
    assert first["cores"] != second["cores"]
    assert first["pid"] != second["pid"]
    assert "not pinned" not in got["flags"]
    assert min(first["passes"], second["passes"]) >= 20
    assert first["passes"] + second["passes"] == got["latency_ms"]["n"]
    together = first["throughput_img_s"] + second["throughput_img_s"]
    assert got["throughput_img_s"] == pytest.approx(together, abs=0.01)
    assert first["memory_bytes"] > 100 << 20
    assert not any(psutil.pid_exists(process["pid"]) for process in got["processes"])


@pytest.mark.skipif(usable() < 1, reason="needs affinity")
def test_a_process_is_pinned_and_tells_its_threads_and_surroundings() -> None:
    core = max(os.sched_getaffinity(0))
    got = measured("--pin", str(core), "--iterations", "20")
    (process,) = got["processes"]
    assert (got["trial"]["pin"], process["cores"]) == (str(core), [core])
    assert process["threads"]["torch"] == 1
    assert process["threads"]["busy"] in (1, None)
    assert "not pinned" not in got["flags"]
    if Path("/proc/self/schedstat").exists():
        assert 0 <= got["surroundings"]["waited_share"] < 1
        assert got["surroundings"]["switches_per_s"] >= 0


@pytest.mark.skipif(usable() < 1, reason="needs affinity")
def test_a_core_that_is_not_there_is_bad_usage() -> None:
    code, out, err = run(*SMALL, "--pin", str(max(os.sched_getaffinity(0)) + 1))
    assert (code, out) == (2, "")
    assert "does not exist or may not be used" in err


def test_more_processes_than_cores_are_measured_unpinned_and_say_so() -> None:
    processes = usable() + 1
    got = measured("-p", str(processes), "--iterations", "3")
    assert [process["cores"] for process in got["processes"]] == [[]] * processes
    assert "do not fit" in got["flag_reasons"]["not pinned"]
    assert "oversubscribed" in got["flags"]


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


def state_dict(file: Path, model: str = "resnet18") -> Path:
    """Write seeded weights of a ResNet."""
    code = """
import sys, torch
from resnettui.worker import models
models.SEED = 7
torch.save(models.float_model(sys.argv[1]).state_dict(), sys.argv[2])
"""
    subprocess.run([sys.executable, "-c", code, model, str(file)], check=True, timeout=PATIENCE_S)
    return file


def test_weights_of_a_file_and_class_folders_give_agreement_and_top1(tmp_path: Path) -> None:
    weights, folder = state_dict(tmp_path / "seeded.pth"), tmp_path / "val"
    for number, wnid in enumerate(("n01440764", "n02102040", "n03888257")):
        (folder / wnid).mkdir(parents=True)
        for turn, mode in enumerate(("RGB", "L", "CMYK")):
            picture = Image.linear_gradient("L").rotate(40 * number + 13 * turn).convert("RGB")
            picture.convert(mode).save(folder / wnid / f"{mode}.JPEG")
    Image.new("RGB", (1, 1), "red").save(folder / "n01440764/dot.png")
    (folder / "n03000684").mkdir()
    given = ("--weights", str(weights), "--data", str(folder), "--iterations", "3")
    fused = measured("--fusion", "full", *given)
    assert fused["check"]["agreement"] == 1.0
    assert fused["check"]["images"] == fused["input"]["images"] == 10
    assert fused["check"]["sqnr_db"] > 80
    assert 0 <= fused["check"]["top1"] <= 1
    assert fused["input"]["weights"] == "seeded.pth"
    assert fused["input"]["no_top1"] == ""
    assert fused["input"]["unreadable_names"] == ["n03000684 (an empty folder)"]
    int8 = measured("--precision", "int8", *given)
    assert 10 < int8["check"]["sqnr_db"] < 60
    assert 0.5 <= int8["check"]["agreement"] <= 1
    assert int8["check"]["top1"] == pytest.approx(fused["check"]["top1"], abs=0.5)


def test_weights_of_another_depth_are_bad_usage(tmp_path: Path) -> None:
    file = state_dict(tmp_path / "deep.pth", "resnet34")
    code, out, err = run(*SMALL, "--weights", str(file))
    assert (code, out) == (2, "")
    assert "holds the weights of resnet34, not of resnet18" in err.splitlines()[-2]
    assert "--model resnet34" in err.splitlines()[-1]


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
