"""W8A8, static and calibrated: the one module that knows torch.ao.quantization.

It is deprecated, and in torch 2.9 to 2.13 still the only eager way to an int8 convolution.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from resnettui.worker.models import quantizable_model

ENGINES = ("x86", "fbgemm", "onednn", "qnnpack")
"""All that torch knows; which of them run here is probed."""


@contextmanager
def quantized_engine(engine: str) -> Iterator[None]:
    """Make torch pack and run quantized operators with this engine; RuntimeError if it cannot."""
    before = torch.backends.quantized.engine
    torch.backends.quantized.engine = engine
    try:
        yield
    finally:
        torch.backends.quantized.engine = before


def quantize(
    name: str,
    state: dict[str, Any],
    *,
    engine: str,
    fused: bool,
    calibration: Iterable[torch.Tensor],
    calibrated: Callable[[], None] = lambda: None,
) -> nn.Module:
    """Return the int8 model, its ranges observed on the calibration batches.

    `calibrated` is called after each batch. The engine must be the current one (quantized_engine).
    """
    model = quantizable_model(name, state)
    with warnings.catch_warnings():
        # torch.ao announces its own removal on every call; that is known and handled above.
        warnings.simplefilter("ignore")
        from torch.ao import quantization

        if fused:
            model.fuse_model(is_qat=False)
        model.qconfig = quantization.get_default_qconfig(engine)
        quantization.prepare(model, inplace=True)
        for batch in calibration:
            model(batch)
            calibrated()
        quantized: nn.Module = quantization.convert(model, inplace=True)
    return quantized


def repack(model: nn.Module) -> None:
    """Pack the weights of an int8 model anew, for the threads and the input of the next pass.

    The engine must be the current one. Neither weights nor outputs change.
    """
    layers: Iterator[Any] = model.modules()
    for module in layers:
        # Convolutions and linear layers, whatever is fused into them, have these two.
        if hasattr(module, "set_weight_bias") and hasattr(module, "_weight_bias"):
            module.set_weight_bias(*module._weight_bias())
