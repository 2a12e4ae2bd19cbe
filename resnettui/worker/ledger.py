"""Counts the operators of one forward pass with torch's profiler, in a pass of its own."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile, record_function

from resnettui.core.ops import OpLedger
from resnettui.worker.fusion import FusedConvolution


@dataclass(frozen=True)
class ProfiledPass:
    """What the profiler saw of one pass."""

    ops: OpLedger
    convolution_backend: str
    """The operator that most of aten's convolutions were handed to; "" where there was none."""


def profile_pass(model: nn.Module, x: torch.Tensor) -> ProfiledPass:
    """Return the top-level operators of one pass that compute, and what aten's convolutions ran on.

    Views and bookkeeping (aten::flatten, aten::item) are left out, by their schemas. The profiler
    does not tell the post-ops of a FusedConvolution, so it is named for the pass by a label.
    """
    with _labelled(model) as labels, profile(activities=[ProfilerActivity.CPU]) as profiler:
        model(x)
    events = profiler.events() or []
    top = Counter(event.name for event in events if event.cpu_parent is None)
    counted = {name: n for name, n in top.items() if name in labels or computes(name)}
    inside = (e for e in events if e.cpu_parent and e.cpu_parent.name == "aten::_convolution")
    backends = Counter(event.name for event in inside if "conv" in event.name)
    return ProfiledPass(OpLedger(counted), backends.most_common(1)[0][0] if backends else "")


@cache
def computes(name: str) -> bool:
    """Tell whether an operator makes new data: takes a tensor, and writes or returns a fresh one.

    A view returns an alias of its input, bookkeeping returns a number, a factory takes no tensor.
    """
    schemas: list[Any] = torch._C._jit_get_schemas_for_operator(name) if "::" in name else []
    return any(_takes_tensor(schema) and _writes_tensor(schema) for schema in schemas)


def _takes_tensor(schema: Any) -> bool:
    inputs = (argument for argument in schema.arguments if not argument.is_out)
    return any("Tensor" in str(argument.type) for argument in inputs)


def _writes_tensor(schema: Any) -> bool:
    return any(
        "Tensor" in str(value.type) and (value.alias_info is None or value.alias_info.is_write)
        for value in schema.returns
    )


@contextmanager
def _labelled(model: nn.Module) -> Iterator[set[str]]:
    """Wrap every FusedConvolution in a profiler range of its kind while the context lasts."""
    fused = [module for module in model.modules() if isinstance(module, FusedConvolution)]
    for module in fused:
        module.forward = _ranged(module.kind, module.forward)  # type: ignore[method-assign]
    try:
        yield {module.kind for module in fused}
    finally:
        for module in fused:
            del module.forward


def _ranged(label: str, forward: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    def call(*arguments: torch.Tensor) -> torch.Tensor:
        with record_function(label):
            return forward(*arguments)

    return call
