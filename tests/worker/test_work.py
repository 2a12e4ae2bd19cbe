from dataclasses import replace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from resnettui.core.trial import Trial
from resnettui.worker.inputs import synthetic
from resnettui.worker.models import float_model
from resnettui.worker.variants import Builder, Variant, settings
from resnettui.worker.work import Work, counted

SIZE = 64
ENGINE = next(e for e in ("x86", "qnnpack") if e in torch.backends.quantized.supported_engines)


def built(trial: Trial) -> Variant:
    with settings(trial):
        builder = Builder(trial.model, synthetic(trial.image_size))
        return builder.build(trial, lambda what, done, total: None)


def test_resnet50_has_4_09_billion_multiply_adds() -> None:
    with torch.inference_mode():
        _, work = counted(lambda: float_model("resnet50")(torch.randn(1, 3, 224, 224)))
    assert work.flop == pytest.approx(2 * 4.09e9, rel=0.01)


@pytest.mark.parametrize(
    "trial",
    [
        Trial("resnet18", image_size=SIZE),
        Trial("resnet18", fusion="full", image_size=SIZE, batch_size=2),
        Trial("resnet18", "int8", engine=ENGINE, image_size=SIZE),
        Trial("resnet18", "int8", "full", engine=ENGINE, image_size=SIZE, batch_size=2),
    ],
    ids=lambda trial: f"{trial.precision} {trial.fusion}",
)
def test_every_variant_computes_what_the_reference_does(trial: Trial) -> None:
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        float_model("resnet18")(torch.randn(1, 3, SIZE, SIZE))
    assert built(trial).work.flop == counter.get_total_flops() * trial.batch_size


def test_what_a_convolution_moves_is_its_weights_input_and_output() -> None:
    convolution = torch.nn.Conv2d(8, 4, 3, padding=1)
    with torch.inference_mode():
        _, work = counted(lambda: convolution(torch.ones(2, 8, 5, 5)))
    weights, bias, read, written = 4 * 8 * 3 * 3, 4, 2 * 8 * 5 * 5, 2 * 4 * 5 * 5
    assert work == Work(2 * written * 8 * 3 * 3, 4 * (weights + bias + read + written))


def test_an_addition_in_place_reads_twice_and_writes_once() -> None:
    with torch.inference_mode():
        _, work = counted(lambda: torch.ones(10).add_(torch.ones(10)))
    assert work == Work(0, 3 * 40)


def test_a_view_moves_nothing() -> None:
    x = torch.ones(2, 3, 4)
    with torch.inference_mode():
        _, work = counted(lambda: torch.flatten(x, 1))
    assert work == Work()


def test_fusion_saves_what_batch_norm_and_relu_move() -> None:
    unfused = built(Trial("resnet18", image_size=SIZE, batch_size=8)).work
    fused = built(Trial("resnet18", fusion="full", image_size=SIZE, batch_size=8)).work
    assert fused.moved_bytes < 0.8 * unfused.moved_bytes
    assert fused.flop == unfused.flop


def test_int8_moves_about_a_quarter() -> None:
    wide = built(Trial("resnet18", fusion="full", image_size=SIZE)).work
    narrow = built(Trial("resnet18", "int8", "full", engine=ENGINE, image_size=SIZE)).work
    assert 0.2 < narrow.moved_bytes / wide.moved_bytes < 0.35


def test_pinning_changes_no_work() -> None:
    free = Trial("resnet18", image_size=SIZE)
    assert built(replace(free, pin="0", threads=2)).work == built(free).work
