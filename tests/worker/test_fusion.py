import pytest
import torch
from torch import nn

from resnettui.worker.fusion import FusedConvolution, fuse, pack
from resnettui.worker.models import float_model

FORMATS = [torch.contiguous_format, torch.channels_last]


def kinds(model: nn.Module) -> dict[str, int]:
    found: dict[str, int] = {}
    for module in model.modules():
        if isinstance(module, FusedConvolution):
            found[module.kind] = found.get(module.kind, 0) + 1
    return found


def trained_like(model: nn.Module) -> nn.Module:
    """Give the batch norms statistics, so that folding them is not the identity."""
    generator = torch.Generator().manual_seed(1)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
            module.weight.data.uniform_(0.5, 1.5, generator=generator)
            module.bias.data.normal_(0, 0.1, generator=generator)
    return model


@pytest.mark.parametrize("memory_format", FORMATS, ids=["contiguous", "channels_last"])
@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_the_fused_model_computes_the_same(name: str, memory_format: torch.memory_format) -> None:
    with torch.inference_mode():
        model = trained_like(float_model(name))
        x = torch.randn(2, 3, 64, 64).contiguous(memory_format=memory_format)
        expected = model(x)
        fused = fuse(model)
        pack(fused, x)
        largest = (fused(x) - expected).abs().max().item()
    assert largest < 1e-4 * expected.abs().max().item()


def test_every_convolution_of_resnet50_is_fused_as_far_as_it_can_be() -> None:
    assert kinds(fuse(float_model("resnet50"))) == {
        "mkldnn::_convolution_pointwise[relu]": 33,
        "mkldnn::_convolution_pointwise_[add,relu]": 16,
        "mkldnn::_convolution_pointwise[none]": 4,
    }


def test_no_batch_norm_relu_or_plain_convolution_is_left() -> None:
    left = {type(module) for module in fuse(float_model("resnet18")).modules()}
    assert not left & {nn.BatchNorm2d, nn.ReLU, nn.Conv2d}


def test_the_model_that_was_fused_is_unchanged() -> None:
    model = float_model("resnet18")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    fuse(model)
    after = model.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_the_fused_model_shares_nothing_with_the_one_it_came_from() -> None:
    model = float_model("resnet18")
    fuse(model).to(torch.bfloat16)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_packing_again_for_another_batch_keeps_the_result() -> None:
    with torch.inference_mode():
        model = float_model("resnet18")
        fused = fuse(model).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for batch in (1, 4, 2):
            x = torch.randn(batch, 3, 64, 64).contiguous(memory_format=torch.channels_last)
            pack(fused, x)
            assert torch.allclose(fused(x), model(x), atol=1e-3)


class Reused(nn.Module):
    """A residual that is read once more after the addition: it must not be overwritten."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(4, 4, 3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        residual = self.relu(x)
        joined: torch.Tensor = self.relu(self.convolution(x) + residual)
        summed: torch.Tensor = joined + residual
        return summed


def test_a_residual_that_is_needed_later_is_not_fused_away() -> None:
    with torch.inference_mode():
        model = Reused().eval()
        fused = fuse(model)
        x = torch.randn(1, 4, 8, 8)
        pack(fused, x)
        assert torch.allclose(fused(x), model(x), atol=1e-5)
    assert "mkldnn::_convolution_pointwise_[add,relu]" not in kinds(fused)


class Branching(nn.Module):
    """A convolution whose output is read twice: its ReLU cannot move into it."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(4, 4, 3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.convolution(x)
        difference: torch.Tensor = self.relu(y) - y
        return difference


def test_a_convolution_whose_output_is_read_twice_keeps_its_relu_outside() -> None:
    with torch.inference_mode():
        model = Branching().eval()
        fused = fuse(model)
        x = torch.randn(1, 4, 8, 8)
        pack(fused, x)
        assert torch.allclose(fused(x), model(x), atol=1e-5)
