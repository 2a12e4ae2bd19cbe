"""The real `resnettui compare` with a real worker, on the smallest model."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

SMALL = ("--model", "resnet18", "--image-size", "64", "--no-store")
PATIENCE_S = 600


def start(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "resnettui", "compare", *words, *SMALL],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_configurations_are_measured_in_turns_in_one_process() -> None:
    process = start(
        "precision=int8 fusion=none", "threads=2", "--block-s", "0.05", "--pairs", "6", "--json"
    )
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    (found,) = json.loads(out)["comparisons"]
    assert found["pairs"] == 6
    assert found["interleaved"]
    low, high = found["interval"]
    assert low <= found["ratio"] <= high
    assert found["a"]["trial"]["precision"] == "int8"
    assert found["a"]["trial"]["engine"] in found["a"]["machine"]["engines"]
    assert (found["b"]["trial"]["precision"], found["b"]["trial"]["threads"]) == ("fp32", 2)
    assert found["a"]["latency_ms"]["n"] >= 6
    assert found["a"]["warmup"]["iterations"] >= 60
    assert "pair 6 of 6, B: measuring" in err


def test_control_c_ends_a_comparison_and_its_worker() -> None:
    process = start("fusion=none", "fusion=full", "--block-s", "600")
    deadline = time.monotonic() + PATIENCE_S
    children: list[psutil.Process] = []
    while not children and time.monotonic() < deadline:
        children = psutil.Process(process.pid).children()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert not any(child.is_running() for child in children)


def test_a_folder_whose_every_file_is_broken_ends_a_comparison(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("text")
    process = start("fusion=none", "fusion=full", "--data", str(tmp_path))
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (2, "")
    assert "holds no image that can be read" in err


def test_the_help_of_compare_imports_nothing_heavy() -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import atexit, sys\n"
            "heavy = ('torch', 'numpy', 'textual', 'rich', 'psutil', 'asyncio')\n"
            "atexit.register(lambda: print([m for m in heavy if m in sys.modules]))\n"
            "from resnettui.cli import main\n"
            "main()\n",
            *("compare", "--help"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout.splitlines()[-1] == "[]"
    assert "--fail-over" in ended.stdout
