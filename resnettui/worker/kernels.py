"""Which kernels one forward pass ran, from oneDNN's verbose trace."""

import ctypes
import os
import tempfile
from collections import Counter
from collections.abc import Callable

import torch
from torch import nn

from resnettui.core.ops import OpLedger, family


def trace_kernels(
    model: nn.Module, x: torch.Tensor, ledger: OpLedger, other: str
) -> dict[str, int]:
    """Return "primitive implementation" -> calls of one pass, most frequent first.

    Convolutions that oneDNN did not run stand as "convolution OTHER".
    """
    kernels = traced(lambda: model(x))
    by_onednn = sum(n for kernel, n in kernels.items() if kernel.startswith("convolution "))
    missing = _convolutions(ledger) - by_onednn
    if missing > 0:
        kernels[f"convolution {other}"] += missing
    return dict(kernels.most_common())


def traced(run: Callable[[], object]) -> Counter[str]:
    """Count the primitives that oneDNN executes while `run` is called, as parse_trace does."""

    def verbosely() -> None:
        with torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
            run()

    return parse_trace(native_output(verbosely))


def _convolutions(ledger: OpLedger) -> int:
    return sum(n for kind, n in ledger.by_kind.items() if family(kind).startswith("conv2d"))


def parse_trace(text: str) -> Counter[str]:
    """Count the executed primitives in a oneDNN verbose trace by "primitive implementation".

    A line is `onednn_verbose,v1,primitive,exec,cpu,convolution,brgconv_1x1:avx512_core,...`; the
    fields before exec differ between versions, the three after it do not.
    """
    kernels: Counter[str] = Counter()
    for line in text.splitlines():
        fields = line.split(",")
        if "onednn_verbose" not in fields[0] or "exec" not in fields:
            continue
        at = fields.index("exec")
        if len(fields) > at + 3:
            kernels[f"{fields[at + 2]} {fields[at + 3]}"] += 1
    return kernels


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
