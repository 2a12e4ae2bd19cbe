"""The real `ops` with a real worker, on the smallest model."""

import json
import subprocess
import sys
from typing import Any

import pytest

PATIENCE_S = 600


def profiled(*flags: str) -> dict[str, Any]:
    words = ["--model", "resnet18", "--image-size", "64", "--passes", "3", "--json"]
    ended = subprocess.run(
        [sys.executable, "-m", "resnettui", "ops", *words, "--no-measure-peaks", *flags],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    plain: dict[str, Any] = json.loads(ended.stdout)
    return plain


def test_a_fused_pass_is_told_operator_by_operator_beside_the_unfused_one() -> None:
    found = profiled("--fusion", "full")
    fused, unfused = (
        {row["label"]: row["calls"] for row in side["operators"]}
        for side in (found, found["unfused"])
    )
    assert (fused["conv2d_relu"], fused["conv2d_add_relu"], fused["conv2d"]) == (9, 8, 3)
    assert "batch_norm" not in fused
    assert (unfused["conv2d"], unfused["batch_norm"], unfused["relu"]) == (20, 20, 17)
    assert found["pass"]["macs"] == pytest.approx(0.1486e9, rel=0.01)
    assert found["pass"]["macs"] == found["unfused"]["pass"]["macs"]
    parts = ("operators_ms", "between_ms", "uneven_ms")
    whole = sum(found["pass"][part] for part in parts)
    assert whole == pytest.approx(found["pass"]["profiled_ms"])
    assert found["verdict"] is None


def test_int8_names_the_engine_it_chose_and_its_kernels() -> None:
    found = profiled("--precision", "int8", "--by", "call", "--sort", "order")
    assert found["trial"]["engine"]
    convolutions = [row for row in found["operators"] if row["label"].endswith(" conv2d")]
    assert len(convolutions) == 20
    assert convolutions[0]["label"] == "conv1 conv2d"
    assert all(row["kernels"] for row in convolutions)
