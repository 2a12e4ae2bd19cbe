import pytest
import torch
from torch import nn

from resnettui.core.trial import Trial
from resnettui.worker.calls import Called, calls_of, primitives_by_call
from resnettui.worker.engines import probe_build
from resnettui.worker.inputs import synthetic
from resnettui.worker.kernels import primitive_of
from resnettui.worker.variants import Builder, settings

SIZE = 64

REORDER = (
    "onednn_verbose,v1,primitive,exec,cpu,reorder,jit:uni,undef,src:f32::blocked:acdb::f0 "
    "dst:bf16::blocked:Acdb64a::f0,attr-scratchpad:user,,64x3x7x7,0.5"
)
CONVOLUTION = (
    "onednn_verbose,v1,primitive,exec,cpu,convolution,gemm:acl,forward_inference,"
    "src:f32::blocked:acdb::f0 dst:f32::blocked:acdb::f0,,alg:convolution_direct,mb1_ic3oc64,2.0"
)


def called(trial: Trial) -> list[Called]:
    with settings(trial):
        builder = Builder(trial.model, synthetic(trial.image_size))
        variant = builder.build(trial, lambda what, done, total: None)
        return calls_of(variant.model, variant.batches[0])


def test_a_line_of_the_trace_tells_kernel_time_and_bytes() -> None:
    primitive = primitive_of(REORDER)
    assert primitive is not None
    assert (primitive.kernel, primitive.time_ns) == ("reorder jit:uni", 500_000)
    assert (primitive.shape, primitive.input_bytes) == ("64x3x7x7", 64 * 3 * 49 * 4)
    assert primitive.output_bytes == 64 * 3 * 49 * 2


@pytest.mark.parametrize(
    "line", ["", "text", CONVOLUTION[:-3], REORDER.replace("exec", "create"), REORDER[:60]]
)
def test_a_line_that_is_cut_or_of_something_else_tells_nothing(line: str) -> None:
    assert primitive_of(line) is None


def test_bytes_of_an_unknown_type_are_not_guessed() -> None:
    primitive = primitive_of(REORDER.replace("src:f32", "src:e8m0"))
    assert primitive is not None
    assert primitive.input_bytes == 0


def test_a_trace_is_split_at_the_calls_it_names() -> None:
    trace = f"{REORDER}\nresnettui call 3\n{REORDER}\n{CONVOLUTION}\nresnettui call 4\nnoise\n"
    found = primitives_by_call(trace)
    assert [primitive.kernel for primitive in found[3]] == [
        "reorder jit:uni",
        "convolution gemm:acl",
    ]
    assert len(found[-1]) == 1
    assert 4 not in found


def test_a_call_is_known_by_module_shape_and_work() -> None:
    calls = called(Trial(model="resnet18", image_size=SIZE, batch_size=2))
    assert len(calls) == 68
    first, norm = calls[0].work, calls[1].work
    assert calls[0].operator == "aten::conv2d"
    assert (first.module, first.shape) == ("conv1", "3x64x64 -> 64x32x32 7x7")
    assert first.flop == 2 * 2 * 64 * 32 * 32 * 3 * 49
    assert first.weight_bytes == 64 * 3 * 49 * 4
    assert (first.input_bytes, first.output_bytes) == (2 * 3 * 64**2 * 4, 2 * 64 * 32**2 * 4)
    assert (norm.module, norm.shape, norm.flop) == ("bn1", "64x32x32", 0)
    assert norm.weight_bytes == 4 * 64 * 4
    additions = [call.work for call in calls if call.operator.startswith("aten::add")]
    assert [work.module for work in additions][:2] == ["layer1.0", "layer1.1"]
    assert additions[0].input_bytes == 2 * additions[0].output_bytes


def test_a_fused_convolution_is_named_with_its_post_ops_and_reads_its_residual() -> None:
    calls = called(Trial(model="resnet18", fusion="full", image_size=SIZE))
    kinds = [call.work.kind for call in calls if call.work.kind]
    assert kinds.count("mkldnn::_convolution_pointwise_[add,relu]") == 8
    assert all(call.primitives for call in calls if call.work.kind)
    add = next(call.work for call in calls if call.work.kind.endswith("[add,relu]"))
    assert add.shape == "64x16x16 -> 64x16x16 3x3"
    assert add.input_bytes == 2 * add.output_bytes


@pytest.mark.parametrize("fusion", ["none", "full"])
def test_int8_moves_a_byte_a_number(fusion: str) -> None:
    engine = probe_build().engines[0]
    calls = called(
        Trial(model="resnet18", precision="int8", fusion=fusion, engine=engine, image_size=SIZE)
    )
    first = next(call.work for call in calls if "conv2d" in call.operator)
    # qnnpack packs a bias of zeros where a convolution has none.
    bias = 64 * 4 if fusion == "full" or engine == "qnnpack" else 0
    assert first.weight_bytes == 64 * 3 * 49 + bias
    assert (first.input_bytes, first.output_bytes) == (3 * 64**2, 64 * 32**2)
    assert sum(call.work.flop for call in calls) == pytest.approx(2 * 0.1486e9, rel=0.01)


def test_watching_leaves_no_hook_behind() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU())
    with torch.inference_mode():
        first, second = (calls_of(model, torch.ones(1, 3, 8, 8)) for _ in range(2))
    assert [call.operator for call in first] == [call.operator for call in second]
    assert [call.work.module for call in second] == ["0", "1"]
