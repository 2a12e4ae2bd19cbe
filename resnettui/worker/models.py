"""The models: torchvision's ResNets, float and quantizable, with the same random weights."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from resnettui.core.trial import IMAGENET
from resnettui.worker.extension import ensure_torchvision_imports

ensure_torchvision_imports()

import torchvision  # noqa: E402
from torchvision.datasets.folder import IMG_EXTENSIONS  # noqa: E402
from torchvision.models import get_model_weights, quantization, resnet  # noqa: E402
from torchvision.transforms._presets import ImageClassification  # noqa: E402

__all__ = [
    "IMG_EXTENSIONS",
    "ImageClassification",
    "float_model",
    "imagenet_weights",
    "quantizable_model",
]

TORCHVISION_VERSION: str = torchvision.__version__

SEED = 20260101

RESIZE_FACTOR = 256 / 224
"""torchvision's preset for ImageNet: resize the short side to 256, then crop 224."""


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


def imagenet_weights(name: str) -> Any:
    """Return torchvision's entry for its best ImageNet weights: url, transforms, meta."""
    return get_model_weights(name).DEFAULT


CATEGORIES: tuple[str, ...] = tuple(imagenet_weights("resnet50").meta["categories"])
"""The names of ImageNet's classes, in their order."""


def resize_side(name: str, weights: str, size: int) -> int:
    """Return to what the short side of an image is resized before a square of `size` is cut.

    torchvision states it with each of its weights, for a crop of 224.
    """
    if weights != IMAGENET:
        return round(size * RESIZE_FACTOR)
    preset = imagenet_weights(name).transforms()
    factor: float = preset.resize_size[0] / preset.crop_size[0]
    return round(size * factor)


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
