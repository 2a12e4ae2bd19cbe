import pytest
import torch

from resnettui.worker import engines
from resnettui.worker.engines import REASON_LENGTH, SLOW_FACTOR, first_line, probe_build
from resnettui.worker.quantize import ENGINES


def test_every_engine_either_runs_or_has_a_reason() -> None:
    build = probe_build()
    assert set(build.engines) | set(build.unavailable_engines) == set(ENGINES)
    assert not set(build.engines) & set(build.unavailable_engines)
    assert build.engines


def test_probing_leaves_the_engine_of_torch_alone() -> None:
    before = torch.backends.quantized.engine
    assert probe_build().default_engine == before
    assert torch.backends.quantized.engine == before


def test_every_engine_that_runs_tells_its_kernel() -> None:
    build = probe_build()
    assert build.engine_kernels.keys() == set(build.engines)
    assert all(kernel.startswith("convolution ") for kernel in build.engine_kernels.values())


@pytest.mark.parametrize(
    ("trace", "kernel"),
    [
        (["reorder simple:any", "convolution gemm_s8u8s32:ref"], "convolution gemm_s8u8s32:ref"),
        (["reorder simple:any"], "convolution fbgemm"),
        ([], "convolution fbgemm"),
    ],
)
def test_a_convolution_without_a_trace_is_the_engines_own(trace: list[str], kernel: str) -> None:
    assert engines._kernel(trace, "x86") == kernel


def test_an_engine_that_torch_refuses_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def convolve(engine: str) -> tuple[int, str]:
        if engine == "onednn":
            raise RuntimeError("no such engine\nC++ stack")
        return 100, "convolution fbgemm"

    monkeypatch.setattr(engines, "_convolve", convolve)
    build = probe_build()
    assert "onednn" not in build.engines
    assert build.unavailable_engines == {"onednn": "no such engine"}


@pytest.mark.parametrize(
    ("times_ns", "default", "expected"),
    [
        ({"x86": 10, "fbgemm": 12, "qnnpack": 90}, "x86", ("x86", "fbgemm", "qnnpack")),
        ({"onednn": SLOW_FACTOR * 10 + 1, "qnnpack": 10}, "onednn", ("qnnpack", "onednn")),
        ({"onednn": SLOW_FACTOR * 10, "qnnpack": 10}, "onednn", ("onednn", "qnnpack")),
        ({}, "x86", ()),
    ],
)
def test_the_default_comes_first_unless_it_is_many_times_slower(
    times_ns: dict[str, int], default: str, expected: tuple[str, ...]
) -> None:
    assert engines._ranked(times_ns, default) == expected


def test_a_reason_is_one_line_of_bounded_length() -> None:
    assert first_line(RuntimeError("short\nlong stack")) == "short"
    assert len(first_line(RuntimeError("word " * 1000))) <= REASON_LENGTH
    assert first_line(RuntimeError()) == "RuntimeError"
