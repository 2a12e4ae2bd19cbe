import json
from dataclasses import replace
from typing import Any

import pytest
from report_samples import BUILD, FUSED, IMAGES, MACHINE, PAIR, RESULT, UNFUSED

from resnettui.core.machine import Machine
from resnettui.core.trial import Trial, WarmUp
from resnettui.report.record import record

STRUCTURE = {
    "schema": None,
    "trial": {
        "model": None,
        "precision": None,
        "fusion": None,
        "memory_format": None,
        "batch_size": None,
        "threads": None,
        "processes": None,
        "engine": None,
        "image_size": None,
    },
    "latency_ms": {
        "n": None,
        "min": None,
        "mean": None,
        "p50": None,
        "p90": None,
        "p95": None,
        "p99": None,
        "max": None,
        "iqr": None,
    },
    "throughput_img_s": None,
    "processes": None,
    "warmup": {"iterations": None, "settled": None},
    "flags": None,
    "flag_reasons": {"noisy": None},
    "ops": {
        "dispatched": None,
        "standalone": None,
        "fused": None,
        "by_kind": dict.fromkeys(FUSED.by_kind),
        "unfused": {
            "dispatched": None,
            "standalone": None,
            "fused": None,
            "by_kind": dict.fromkeys(UNFUSED.by_kind),
        },
    },
    "check": dict.fromkeys(("max_abs_error", "cosine", "sqnr_db", "agreement", "top1", "images")),
    "kernels": dict.fromkeys(RESULT.kernels),
    "work": None,
    "roof": None,
    "input": dict.fromkeys(
        (
            *("weights", "images", "files", "looked_at"),
            *("unreadable", "unreadable_names", "no_top1"),
        )
    ),
    "machine": {
        "name": None,
        "host": None,
        "cpu": None,
        "board": None,
        "arch": None,
        "cores_allowed": None,
        "cores_online": None,
        "isa": None,
        "cache_bytes": {"L1d": None, "L3": None},
        "memory_bytes": None,
        "torch": None,
        "torchvision": None,
        "cpu_capability": None,
        "engines": None,
    },
}


def shape(value: Any) -> Any:
    """Return the keys of nested objects, with None in the place of their values."""
    return {key: shape(item) for key, item in value.items()} if isinstance(value, dict) else None


def through_json(samples: bool = False) -> Any:
    return json.loads(json.dumps(record(RESULT, MACHINE, BUILD, samples), allow_nan=False))


def test_the_record_has_this_structure_and_no_other() -> None:
    assert shape(record(RESULT, MACHINE, BUILD)) == STRUCTURE


def test_samples_are_added_at_the_end_and_change_nothing_else() -> None:
    plain, full = record(RESULT, MACHINE, BUILD), record(RESULT, MACHINE, BUILD, samples=True)
    assert full == {**plain, "samples_ns": list(RESULT.latencies_ns)}


@pytest.mark.parametrize("samples", [False, True])
def test_the_record_survives_strict_json(samples: bool) -> None:
    assert through_json(samples) == record(RESULT, MACHINE, BUILD, samples)


def test_latencies_are_in_ms_and_what_n_cannot_carry_is_null() -> None:
    assert record(RESULT, MACHINE, BUILD)["latency_ms"] == {
        "n": 120,
        "min": 8.0,
        "mean": 8.0595,
        "p50": 8.0595,
        "p90": 8.1071,
        "p95": 8.11305,
        "p99": None,
        "max": 8.119,
        "iqr": 0.0595,
    }


def test_the_trial_is_told_as_it_was_measured() -> None:
    assert record(RESULT, MACHINE, BUILD)["trial"] == {
        "model": "resnet50",
        "precision": "int8",
        "fusion": "full",
        "memory_format": "channels_last",
        "batch_size": 2,
        "threads": 2,
        "processes": 1,
        "engine": "x86",
        "image_size": 224,
    }


def test_a_float_trial_has_a_null_engine() -> None:
    result = replace(RESULT, trial=Trial())
    assert record(result, MACHINE, BUILD)["trial"]["engine"] is None


def test_throughput_is_in_images() -> None:
    assert record(RESULT, MACHINE, BUILD)["throughput_img_s"] == 240.0


def test_each_process_is_told() -> None:
    assert record(RESULT, MACHINE, BUILD)["processes"] == []
    assert record(replace(RESULT, members=PAIR), MACHINE, BUILD)["processes"] == [
        {
            "pid": 4711,
            "cores": [0],
            "passes": 61,
            "median_ms": 8.06,
            "throughput_img_s": 122.0,
            "memory_bytes": 320 << 20,
        },
        {
            "pid": 4712,
            "cores": [],
            "passes": 59,
            "median_ms": 8.5,
            "throughput_img_s": 118.0,
            "memory_bytes": None,
        },
    ]


def test_operators_are_told_before_and_after_fusion() -> None:
    ops = record(RESULT, MACHINE, BUILD)["ops"]
    unfused = ops.pop("unfused")
    assert ops == {
        "dispatched": 74,
        "standalone": 41,
        "fused": 33,
        "by_kind": dict(FUSED.by_kind),
    }
    assert unfused == {
        "dispatched": 160,
        "standalone": 160,
        "fused": 0,
        "by_kind": dict(UNFUSED.by_kind),
    }


def test_flags_are_names_with_their_reasons_beside_them() -> None:
    plain = record(RESULT, MACHINE, BUILD)
    assert plain["flags"] == ["noisy"]
    assert plain["flag_reasons"] == dict(RESULT.flags)


@pytest.mark.parametrize("settled", [True, False])
def test_the_warm_up_tells_whether_it_settled(settled: bool) -> None:
    result = replace(RESULT, warmup=WarmUp(100, settled))
    assert record(result, MACHINE, BUILD)["warmup"] == {"iterations": 100, "settled": settled}


def test_what_explains_the_latency_is_told() -> None:
    plain = record(replace(RESULT, input=IMAGES), MACHINE, BUILD)
    assert plain["check"] == {
        "max_abs_error": 0.25,
        "cosine": 0.99875,
        "sqnr_db": 27.94,
        "agreement": 61 / 64,
        "top1": None,
        "images": 64,
    }
    assert plain["kernels"] == dict(RESULT.kernels)
    assert plain["input"] == {
        "weights": "random",
        "images": 12,
        "files": 15,
        "looked_at": 15,
        "unreadable": 3,
        "unreadable_names": ["a.txt (no image)", "b.jpg (truncated)"],
        "no_top1": "random weights",
    }


def test_a_top1_is_told_with_the_weights_it_is_of() -> None:
    right = replace(RESULT.check, top1=0.75)
    result = replace(RESULT, check=right, input=replace(IMAGES, weights="imagenet"))
    plain = record(result, MACHINE, BUILD)
    assert plain["check"]["top1"] == 0.75
    assert (plain["input"]["weights"], plain["input"]["no_top1"]) == ("imagenet", "")


def test_the_machine_and_its_torch_are_told() -> None:
    assert record(RESULT, MACHINE, BUILD)["machine"] == {
        "name": None,
        "host": None,
        "cpu": "AMD EPYC 9655",
        "board": None,
        "arch": "x86_64",
        "cores_allowed": 2,
        "cores_online": 4,
        "isa": ["avx2", "avx512_vnni"],
        "cache_bytes": {"L1d": 49152, "L3": 33554432},
        "memory_bytes": 8589934592,
        "torch": "2.13.0",
        "torchvision": "0.28.0",
        "cpu_capability": "AVX512",
        "engines": ["x86", "onednn"],
    }


def test_what_a_machine_does_not_tell_is_null_or_empty() -> None:
    machine = record(RESULT, Machine(), BUILD)["machine"]
    assert [machine[name] for name in ("cpu", "board", "memory_bytes")] == [None, None, None]
    assert (machine["isa"], machine["cache_bytes"]) == ([], {})


def test_cores_that_could_not_be_counted_are_null() -> None:
    assert record(RESULT, Machine(), BUILD)["machine"]["cores_online"] is None
