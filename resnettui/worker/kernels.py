"""Which kernels one forward pass ran, from oneDNN's verbose trace."""

import ctypes
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import prod

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


@dataclass(frozen=True)
class Primitive:
    """One primitive that oneDNN executed."""

    kernel: str
    """"primitive implementation", e.g. "convolution brgconv_1x1:avx512_core"."""
    time_ns: float
    shape: str
    """The problem as oneDNN writes it: of a reorder the dimensions, e.g. "64x3x7x7"."""
    input_bytes: int
    """Of a reorder; 0 where the dimensions or the type are not told."""
    output_bytes: int


_TYPE = re.compile(r"\b(src|dst)[:_]([a-z]+\d+)")
_TYPE_BYTES = {"f64": 8, "f32": 4, "s32": 4, "bf16": 2, "f16": 2, "s8": 1, "u8": 1}


def primitive_of(line: str) -> Primitive | None:
    """Return what a line of oneDNN's verbose trace says was executed; None where it says nothing.

    A line is `onednn_verbose,v1,primitive,exec,cpu,convolution,brgconv_1x1:avx512_core,...`; the
    fields before exec differ between versions. Those after it are the engine, the primitive, the
    implementation, the kind of propagation, the memory, attributes, more, the problem, and ms.
    """
    fields = line.split(",")
    if "onednn_verbose" not in fields[0] or "exec" not in fields:
        return None
    after = fields[fields.index("exec") + 1 :]
    if len(after) < 4:
        return None
    try:
        time_ns = 1e6 * float(after[-1])
    except ValueError:
        return None  # The line is cut.
    types = dict(_TYPE.findall(after[4])) if len(after) > 4 else {}
    dimensions = after[-2].split("x")
    elements = prod(map(int, dimensions)) if all(map(str.isdecimal, dimensions)) else 0
    source, target = (elements * _TYPE_BYTES.get(types.get(end, ""), 0) for end in ("src", "dst"))
    return Primitive(f"{after[1]} {after[2]}", time_ns, after[-2], source, target)


def parse_trace(text: str) -> Counter[str]:
    """Count the executed primitives in a oneDNN verbose trace by "primitive implementation"."""
    primitives = map(primitive_of, text.splitlines())
    return Counter(primitive.kernel for primitive in primitives if primitive)


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
