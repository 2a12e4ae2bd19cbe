from contextlib import suppress
from dataclasses import replace

import pytest
import torch

from resnettui.core.trial import Trial
from resnettui.worker.engines import probe_build
from resnettui.worker.inputs import synthetic
from resnettui.worker.ledger import computes
from resnettui.worker.variants import Builder, Unavailable, Variant, settings

SIZE = 64


def build(trial: Trial) -> Variant:
    with settings(trial):
        builder = Builder(trial.model, synthetic(trial.image_size))
        return builder.build(trial, lambda what, done, total: None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fusion", "dispatched", "standalone", "fused"), [("none", 160, 160, 0), ("full", 74, 41, 33)]
)
def test_w8a8_has_the_operators_of_the_study(
    fusion: str, dispatched: int, standalone: int, fused: int
) -> None:
    engine = probe_build().engines[0]
    trial = Trial(precision="int8", fusion=fusion, engine=engine, image_size=SIZE)
    variant = build(trial)
    ops = variant.profiled.ops
    assert (ops.dispatched, ops.standalone, ops.fused) == (dispatched, standalone, fused)
    assert variant.unfused.standalone == 160
    assert ops.by_kind["quantized::add_relu"] == 16


@pytest.mark.parametrize(
    ("fusion", "dispatched", "standalone"), [("none", 174, 174), ("full", 56, 7)]
)
def test_float_has_174_operators_and_56_when_fused(
    fusion: str, dispatched: int, standalone: int
) -> None:
    variant = build(Trial(fusion=fusion, image_size=SIZE))
    assert variant.profiled.ops.dispatched == dispatched
    assert variant.profiled.ops.standalone == standalone
    assert variant.unfused.dispatched == 174


@pytest.mark.parametrize("fusion", ["none", "full"])
def test_a_variant_does_not_depend_on_those_built_before_it(fusion: str) -> None:
    fp32 = Trial(model="resnet18", fusion=fusion, image_size=SIZE)
    bf16 = replace(fp32, precision="bf16", fusion="full")
    builder = Builder("resnet18", synthetic(SIZE))
    # Where the processor has no bf16 this is refused, after the model was converted.
    with suppress(Unavailable), settings(bf16):
        builder.build(bf16, lambda what, done, total: None)
    with settings(fp32):
        check = builder.build(fp32, lambda what, done, total: None).check
    assert check.max_abs_error < 1e-3


def test_counting_leaves_the_model_as_it_was() -> None:
    trial = Trial(model="resnet18", fusion="full", image_size=SIZE)
    with settings(trial):
        builder = Builder("resnet18", synthetic(SIZE))
        first = builder.build(trial, lambda what, done, total: None)
        second = builder.build(trial, lambda what, done, total: None)
        output = first.model(first.batches[0])
    assert first.profiled.ops == second.profiled.ops
    assert torch.isfinite(output).all()


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("aten::conv2d", True),
        ("aten::relu_", True),
        ("aten::add_", True),
        ("aten::max_pool2d", True),
        ("aten::quantize_per_tensor", True),
        ("aten::flatten", False),
        ("aten::view", False),
        ("aten::item", False),
        ("aten::empty", False),
        ("a range of the profiler", False),
        ("nobody::knows_this", False),
    ],
)
def test_views_and_bookkeeping_do_not_compute(operator: str, expected: bool) -> None:
    assert computes(operator) is expected
