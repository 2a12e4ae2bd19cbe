from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from resnettui.core.trial import Trial
from resnettui.worker import fusion, quantize, variants
from resnettui.worker.inputs import synthetic
from resnettui.worker.variants import Builder, settings

FUSED = Trial(model="resnet18", fusion="full", image_size=32)


@pytest.mark.parametrize(
    ("trials", "packings"),
    [
        ([FUSED, FUSED], [(1, 1)]),
        ([FUSED, replace(FUSED, threads=2)], [(1, 1), (1, 2)]),
        ([FUSED, replace(FUSED, threads=2), FUSED], [(1, 1), (1, 2), (1, 1)]),
        ([FUSED, replace(FUSED, batch_size=2)], [(1, 1), (2, 1)]),
        ([replace(FUSED, fusion="none"), replace(FUSED, fusion="none", threads=2)], []),
    ],
    ids=["again", "threads", "threads and back", "batch", "unfused"],
)
def test_fused_weights_are_laid_out_anew_for_other_inputs_and_other_threads(
    trials: list[Trial], packings: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed: list[tuple[int, int]] = []

    def pack(model: nn.Module, example: torch.Tensor) -> None:
        packed.append((example.shape[0], torch.get_num_threads()))
        fusion.pack(model, example)

    monkeypatch.setattr(variants, "pack", pack)
    builder = Builder("resnet18", synthetic(32))
    for trial in trials:
        with settings(trial):
            builder.build(trial, lambda what, done, total: None)
    assert packed == packings


ENGINE = next(e for e in ("x86", "qnnpack") if e in torch.backends.quantized.supported_engines)
INT8 = Trial(model="resnet18", precision="int8", engine=ENGINE, image_size=32)


@pytest.mark.parametrize("fusion", ["none", "full"])
def test_int8_weights_are_laid_out_anew_for_other_inputs_and_other_threads(
    fusion: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repacked: list[tuple[nn.Module, int]] = []

    def repack(model: nn.Module) -> None:
        repacked.append((model, torch.get_num_threads()))
        quantize.repack(model)

    monkeypatch.setattr(variants, "repack", repack)
    builder = Builder("resnet18", synthetic(32))
    trial = replace(INT8, fusion=fusion)
    outputs = []
    for wanted in (trial, trial, replace(trial, threads=2), replace(trial, batch_size=2), trial):
        with settings(wanted), torch.inference_mode():
            built = builder.build(wanted, lambda what, done, total: None)
            outputs.append(built.model(built.batches[0][:1]))
    assert [threads for _, threads in repacked] == [1, 2, 1, 1]
    assert all(model is repacked[0][0] for model, _ in repacked)
    assert all(torch.equal(output, outputs[0]) for output in outputs)


def test_packing_int8_weights_anew_replaces_those_of_every_layer() -> None:
    builder = Builder("resnet18", synthetic(32))
    with settings(INT8):
        model = builder.build(INT8, lambda what, done, total: None).model
        before = packed_weights(model)
        quantize.repack(model)
    after = packed_weights(model)
    assert len({id(each) for each in before}) == 21  # 20 convolutions and the linear layer
    assert not {id(each) for each in before} & {id(each) for each in after}


def packed_weights(model: nn.Module) -> list[object]:
    """Return what the engine packed of each layer; those of a linear layer lie one deeper."""
    layers: list[Any] = [each for each in model.modules() if hasattr(each, "set_weight_bias")]
    packed = [each._packed_params for each in layers]
    return [getattr(each, "_packed_params", each) for each in packed]
