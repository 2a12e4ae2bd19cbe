"""Which kernels one forward pass ran, from oneDNN's verbose trace."""

import ctypes
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator

import torch
from torch import nn

from resnettui.core.kernels import with_math_mode
from resnettui.core.ops import OpLedger, family


def trace_kernels(
    model: nn.Module, x: torch.Tensor, ledger: OpLedger, other: str
) -> dict[str, int]:
    """Return "primitive implementation" -> calls of one pass, most frequent first.

    Convolutions that oneDNN did not run stand as "convolution OTHER".
    """
    kernels = parse_trace(onednn_trace(lambda: model(x)))
    by_onednn = sum(n for kernel, n in kernels.items() if kernel.startswith("convolution "))
    missing = _convolutions(ledger) - by_onednn
    if missing > 0:
        kernels[f"convolution {other}"] += missing
    return dict(kernels.most_common())


def _convolutions(ledger: OpLedger) -> int:
    return sum(n for kind, n in ledger.by_kind.items() if family(kind).startswith("conv2d"))


def onednn_trace(run: Callable[[], object]) -> str:
    """Return oneDNN's verbose trace of a call, a line for each primitive."""

    def traced() -> None:
        with torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
            run()

    return native_output(traced)


def parse_trace(text: str) -> Counter[str]:
    """Count the executed primitives in a oneDNN verbose trace by "primitive implementation"."""
    return Counter(
        with_math_mode(f"{primitive} {implementation}", _found(_MATH_MODE, details))
        for primitive, implementation, details in _executed(text)
    )


def convolution_weights(text: str) -> list[str]:
    """Return the type of the weights that each convolution of a trace took: f32, bf16, ..."""
    return [
        _found(_WEIGHTS, details)
        for primitive, _, details in _executed(text)
        if primitive == "convolution"
    ]


_MATH_MODE = re.compile(r"attr-fpmath:(\w+)")
_WEIGHTS = re.compile(r"wei:(\w+)")


def _found(pattern: re.Pattern[str], details: str) -> str:
    match = pattern.search(details)
    return match[1] if match else ""


def _executed(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield primitive, implementation and the rest of every line about an executed primitive.

    A line is `onednn_verbose,v1,primitive,exec,cpu,convolution,brgconv_1x1:avx512_core,...`; the
    fields before exec differ between versions, the three after it do not.
    """
    for line in text.splitlines():
        fields = line.split(",")
        if "onednn_verbose" not in fields[0] or "exec" not in fields:
            continue
        at = fields.index("exec")
        if len(fields) > at + 3:
            yield fields[at + 2], fields[at + 3], ",".join(fields[at + 4 :])


def native_output(run: Callable[[], None]) -> str:
    """Return what native code prints to file descriptor 1 while `run` is called."""
    libc = ctypes.CDLL(None)
    libc.fflush(None)
    stdout = os.dup(1)
    with tempfile.TemporaryFile() as collected:
        os.dup2(collected.fileno(), 1)
        try:
            run()
        finally:
            libc.fflush(None)
            os.dup2(stdout, 1)
            os.close(stdout)
        collected.seek(0)
        return collected.read().decode("utf-8", "replace")
