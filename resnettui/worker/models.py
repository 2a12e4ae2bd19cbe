"""The models: torchvision's ResNets, float and quantizable, with the same random weights."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from resnettui.worker.extension import ensure_torchvision_imports

ensure_torchvision_imports()

import torchvision  # noqa: E402
from torchvision.models import quantization, resnet  # noqa: E402
from torchvision.transforms._presets import ImageClassification  # noqa: E402

__all__ = ["ImageClassification", "float_model", "quantizable_model"]

TORCHVISION_VERSION: str = torchvision.__version__

SEED = 20260101


@dataclass(frozen=True)
class Architecture:
    """How deep a ResNet is, and of which blocks."""

    layers: tuple[int, int, int, int]
    bottleneck: bool


ARCHITECTURES: dict[str, Architecture] = {
    "resnet18": Architecture((2, 2, 2, 2), bottleneck=False),
    "resnet34": Architecture((3, 4, 6, 3), bottleneck=False),
    "resnet50": Architecture((3, 4, 6, 3), bottleneck=True),
    "resnet101": Architecture((3, 4, 23, 3), bottleneck=True),
    "resnet152": Architecture((3, 8, 36, 3), bottleneck=True),
}


def float_model(name: str) -> nn.Module:
    """Return the ResNet in fp32 and eval mode, with the same random weights each time."""
    architecture = ARCHITECTURES[name]
    block = resnet.Bottleneck if architecture.bottleneck else resnet.BasicBlock
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        model: nn.Module = resnet.ResNet(block, list(architecture.layers))
    return model.eval()


def quantizable_model(name: str, state: dict[str, Any]) -> Any:
    """Return torchvision's quantizable ResNet (fp32 so far, eval mode) with the weights `state`."""
    architecture = ARCHITECTURES[name]
    blocks = quantization.resnet
    block = (
        blocks.QuantizableBottleneck if architecture.bottleneck else blocks.QuantizableBasicBlock
    )
    model = blocks.QuantizableResNet(block, list(architecture.layers))
    model.load_state_dict(state)
    return model.eval()
