"""oneDNN's math mode: what its kernels may compute in where the tensors are fp32.

torch sets it on each primitive that it makes (torch.backends.mkldnn.conv.fp32_precision, torch 2.9
and later; oneDNN's "Floating-point Math Mode"). Primitives of another mode are others in oneDNN's
cache. It reaches every convolution of oneDNN's, fused or not, and through "matmul" those that torch
makes a matrix product of, and linear layers; the latter not on aarch64 (torch 2.9 and 2.10).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from resnettui.core.trial import STRICT

_TORCH_WORDS = {STRICT: "ieee", "bf16": "bf16"}


@contextmanager
def math_mode(mode: str) -> Iterator[None]:
    """Let oneDNN compute in this mode inside, and in the one before afterwards."""
    backend: Any = torch.backends.mkldnn
    operators = (backend.conv, backend.matmul)
    before = [operator.fp32_precision for operator in operators]
    try:
        for operator in operators:
            operator.fp32_precision = _TORCH_WORDS[mode]
        yield
    finally:
        for operator, precision in zip(operators, before, strict=True):
            operator.fp32_precision = precision
