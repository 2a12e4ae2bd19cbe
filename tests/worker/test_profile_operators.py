from itertools import cycle

import pytest
import torch

from resnettui.core.kernels import is_reference
from resnettui.core.operators import REORDER, STAGES, OpProfile
from resnettui.core.trial import Trial
from resnettui.worker.calls import Called, Work
from resnettui.worker.inputs import synthetic
from resnettui.worker.kernels import Primitive
from resnettui.worker.operators import profile_operators, split, stage_of
from resnettui.worker.variants import Builder, settings


def profile(trial: Trial, library: str = "") -> OpProfile:
    with settings(trial):
        builder = Builder(trial.model, synthetic(trial.image_size))
        variant = builder.build(trial, lambda what, done, total: None)
        return profile_operators(
            *(variant.model, variant.batches, 3, library, lambda what, done, total: None)
        )


def primitive(kernel: str, time_ns: float) -> Primitive:
    return Primitive(kernel, time_ns, "64x3x7x7", 8, 4)


def a_call(*primitives: Primitive, operator: str = "aten::conv2d", backend: str = "") -> Called:
    return Called(operator, Work("conv1", flop=10), primitives, backend)


REORDERED = (
    primitive("reorder jit:uni", 30),
    primitive("convolution gemm:acl", 60),
    primitive("reorder jit:blk", 10),
)


def test_reorders_stand_around_the_operator_with_a_time_of_their_own() -> None:
    calls = list(split([a_call(*REORDERED)], 120, "stem", ""))
    assert [(call.kind, call.kernel, call.time_ns) for call in calls] == [
        (REORDER, "reorder jit:uni", 30),
        ("aten::conv2d", "convolution gemm:acl", 80),
        (REORDER, "reorder jit:blk", 10),
    ]
    assert [call.flop for call in calls] == [0, 10, 0]
    assert calls[0].moved_bytes == 12


def test_reorders_never_take_more_than_the_operator_has() -> None:
    calls = list(split([a_call(*REORDERED)], 20, "stem", ""))
    assert [call.time_ns for call in calls] == pytest.approx([15, 0, 5])


def test_the_time_of_a_reorder_is_the_median_of_the_traced_passes() -> None:
    traced = [a_call(primitive("reorder jit:uni", ns)) for ns in (10, 500, 12)]
    operator, reorder = split(traced, 100, "stem", "")
    assert (operator.time_ns, reorder.time_ns) == (88, 12)


@pytest.mark.parametrize(
    ("called", "kernel"),
    [
        (a_call(backend="thnn_conv2d"), "convolution thnn_conv2d"),
        (a_call(operator="quantized::conv2d_relu"), "convolution qnnpack"),
        (a_call(operator="quantized::linear"), "inner_product qnnpack"),
        (a_call(operator="aten::relu_"), ""),
    ],
)
def test_what_onednn_did_not_run_is_named_by_what_did(called: Called, kernel: str) -> None:
    (call,) = split([called], 100, "stem", "qnnpack")
    assert call.kernel == kernel


def test_a_reference_kernel_is_known_by_its_name() -> None:
    (call,) = split([a_call(primitive("convolution gemm_s8u8s32:ref", 9))], 9, "stem", "onednn")
    assert is_reference(call.kernel)


def test_what_is_in_no_layer_belongs_to_the_stem_or_the_head() -> None:
    stage, stages = STAGES[0], []
    for module in ("conv1", "", "layer1.0.conv1", "layer4.1", "avgpool", "fc"):
        stage = stage_of(module, stage)
        stages.append(stage)
    assert stages == ["stem", "stem", "layer1", "layer4", "head", "head"]


@pytest.mark.parametrize("fusion", ["none", "full"])
def test_a_profile_has_every_operator_and_the_work_of_the_model(fusion: str) -> None:
    found = profile(Trial(model="resnet18", fusion=fusion, image_size=64))
    operators = [call for call in found.calls if call.kind != REORDER]
    assert len(operators) == (68 if fusion == "none" else 23)
    assert sum(call.flop for call in found.calls) == pytest.approx(2 * 0.1486e9, rel=0.01)
    assert all(call.kernel for call in operators if call.flop and call.kind != "aten::linear")
    assert {call.stage for call in found.calls} == set(STAGES)
    assert found.passes == 3
    assert found.pass_ns > 0
    parts_ns = found.operators_ns + found.between_ns + found.uneven_ns
    assert parts_ns == pytest.approx(found.profiled_ns)
    assert found.between_ns > 0


def test_a_model_whose_passes_differ_is_refused() -> None:
    turns = cycle([torch.relu, torch.tanh, torch.sigmoid])

    class Fickle(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return next(turns)(x)

    with pytest.raises(RuntimeError, match="different operators"):
        profile_operators(Fickle(), [torch.ones(2)], 10, "", lambda what, done, total: None)
