import os

import pytest
import torch

from resnettui.core.trial import Trial
from resnettui.worker.inputs import synthetic
from resnettui.worker.kernels import convolution_weights, native_output, parse_trace
from resnettui.worker.variants import Builder, kernels_of, settings

TRACE = """\
onednn_verbose,v1,info,oneDNN v3.9.1 (commit ...)
onednn_verbose,v1,primitive,create:cache_miss,cpu,convolution,brgconv_1x1:avx512_core,forward_inference,x,,,y,0.1
onednn_verbose,v1,primitive,exec,cpu,convolution,brgconv_1x1:avx512_core,forward_inference,src:f32,attr,alg,mb1,0.3
onednn_verbose,v1,primitive,exec,cpu,convolution,gemm:acl,forward_inference,src:f32,attr,alg,mb1,0.3
onednn_verbose,v1,primitive,exec,cpu,convolution,gemm:acl,forward_inference,src:f32,attr,alg,mb1,0.3
onednn_verbose,exec,cpu,reorder,jit:uni,undef,src_f32::blocked:abcd,,,64x3x7x7,0.01
some line of another library
"""


def test_executed_primitives_are_counted_by_implementation() -> None:
    assert parse_trace(TRACE) == {
        "convolution brgconv_1x1:avx512_core": 1,
        "convolution gemm:acl": 2,
        "reorder jit:uni": 1,
    }


@pytest.mark.parametrize("text", ["", "exec", "onednn_verbose,exec", "onednn_verbose,v1,exec,cpu"])
def test_cut_lines_count_nothing(text: str) -> None:
    assert not parse_trace(text)


def test_a_kernel_that_was_allowed_a_math_mode_says_so() -> None:
    details = "src:f32 wei:bf16:a dst:f32,attr-scratchpad:user attr-fpmath:bf16 attr-post-ops:relu"
    line = (
        f"onednn_verbose,v1,primitive,exec,cpu,convolution,gemm:acl,forward,{details},alg,mb1,0.3"
    )
    assert parse_trace(line) == {"convolution gemm:acl fpmath:bf16": 1}
    assert convolution_weights(line) == ["bf16"]


def test_the_weights_of_every_convolution_have_a_type() -> None:
    assert convolution_weights(TRACE) == ["", "", ""]
    assert convolution_weights(TRACE.replace("src:f32", "src:f32 wei:f32:a")) == ["f32"] * 3


def test_native_prints_are_collected_and_stdout_is_restored(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def say() -> None:
        os.write(1, b"inside")

    assert native_output(say) == "inside"
    os.write(1, b"after")
    assert capfd.readouterr().out == "after"


def test_stdout_is_restored_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        os.write(1, b"lost")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        native_output(fail)
    os.write(1, b"after")
    assert capfd.readouterr().out == "after"


@pytest.mark.parametrize("fusion", ["none", "full"])
def test_every_convolution_of_a_pass_has_a_kernel(fusion: str) -> None:
    trial = Trial(model="resnet18", fusion=fusion, image_size=64, threads=2)
    with settings(trial):
        builder = Builder("resnet18", synthetic(64))
        variant = builder.build(trial, lambda what, done, total: None)
        kernels = kernels_of(variant, trial)
    convolutions = {k: n for k, n in kernels.items() if k.startswith("convolution ")}
    assert sum(convolutions.values()) == 20
    assert not any(kernel == "convolution " for kernel in convolutions)
    assert torch.get_num_threads() == 2


def test_a_fused_model_copies_no_weight_between_layouts() -> None:
    trial = Trial(model="resnet18", fusion="full", image_size=64, threads=2)
    with settings(trial):
        builder = Builder("resnet18", synthetic(64))
        variant = builder.build(trial, lambda what, done, total: None)
        kernels = kernels_of(variant, trial)
    assert sum(n for k, n in kernels.items() if k.startswith("reorder ")) <= 2
