from dataclasses import replace

import pytest
import torch
from torch import nn

from resnettui.core.trial import Trial
from resnettui.worker import fusion, variants
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
