"""What one forward pass must do at least: operations, and bytes moved; from its operators."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from resnettui.worker.ledger import computes

_CONVOLUTIONS: Mapping[str, int] = {
    "aten::conv2d": 1,
    "aten::convolution": 1,
    "mkldnn::_convolution_pointwise": 1,
    "mkldnn::_convolution_pointwise_": 2,
    "quantized::conv2d": 1,
    "quantized::conv2d_relu": 1,
}
"""Operator -> where its weight stands among the tensors that it reads."""


@dataclass(frozen=True)
class Work:
    """The least work of one pass of one batch."""

    flop: int = 0
    """Of convolutions and linear layers, a multiply and add counted as two; the rest is little."""
    moved_bytes: int = 0
    """Weights and inputs read, outputs written, of every operator that computes."""

    def __add__(self, other: "Work") -> "Work":
        return Work(self.flop + other.flop, self.moved_bytes + other.moved_bytes)


def counted(forward: Callable[[], torch.Tensor]) -> tuple[torch.Tensor, Work]:
    """Return the output of a pass, and its work. The operators run as ever, a little later each."""
    with _Counting() as counting:
        output = forward()
    return output, counting.work


class _Counting(TorchDispatchMode):
    """Sees every operator that is called directly, as the profiler's top level does."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.work = Work()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        output = func(*args, **(kwargs or {}))
        name = func._schema.name
        if computes(name):
            self.work += work_of(name, args, output)
        return output


def work_of(name: str, args: tuple[Any, ...], output: Any) -> Work:
    """Return the work of one call. An output that overwrites an input is read and written."""
    read, written = list(_tensors(args)), list(_tensors((output,)))
    moved_bytes = sum(tensor.numel() * tensor.element_size() for tensor in (*read, *written))
    return Work(_flop(name, read, output), moved_bytes)


def _flop(name: str, read: list[torch.Tensor], output: Any) -> int:
    """Each output is a sum of products over all weights of its channel."""
    at = 1 if name.endswith("::linear") else _CONVOLUTIONS.get(name)
    if at is None:
        return 0
    weight = read[at]
    return 2 * int(output.numel()) * (weight.numel() // weight.shape[0])


def _tensors(values: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors among arguments; of packed int8 weights those that are inside."""
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, torch.ScriptObject):
            packed: Any = value
            yield from _tensors(packed.unpack())
        elif isinstance(value, list | tuple):
            yield from _tensors(value)
