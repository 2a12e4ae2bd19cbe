"""Names of the kernels that ran, and which of them are reference loops.

A kernel is called "primitive implementation", as oneDNN names them in its verbose trace:
"convolution brgconv_1x1:avx512_core". Other libraries stand in the implementation's place:
"convolution fbgemm". A kernel that was allowed another math mode than strict says so at its end:
"convolution gemm:acl fpmath:bf16".
"""

import re
from collections.abc import Iterable, Mapping

_REFERENCE = re.compile(r"(^|[:_ ])ref($|[:_ ])")
_COMPUTING = ("convolution", "inner_product", "matmul")


def is_reference(kernel: str) -> bool:
    """Tell whether a computing kernel is a plain loop, kept for correctness and not for speed."""
    primitive, _, implementation = kernel.partition(" ")
    return primitive in _COMPUTING and _REFERENCE.search(implementation) is not None


def reference_kernels(kernels: Mapping[str, int]) -> dict[str, int]:
    """Return the reference kernels among those that ran, with their calls."""
    return {kernel: calls for kernel, calls in kernels.items() if is_reference(kernel)}


def with_math_mode(kernel: str, mode: str) -> str:
    """Return the name of a kernel that was allowed a math mode; "" for strict."""
    return f"{kernel} fpmath:{mode}" if mode else kernel


def in_math_mode(kernels: Iterable[str], mode: str) -> bool:
    """Tell whether any kernel was allowed that math mode."""
    return any(kernel.endswith(f" fpmath:{mode}") for kernel in kernels)


NO_EFFECT = "math mode had no effect"
"""The flag on what was computed as strict though another math mode was allowed."""

_X86_ISA = re.compile(r":(sse41|avx)")
_COMPUTES_IN = {"bf16": re.compile("bf16|amx")}


def computed_in_mode(kernels: Iterable[str], mode: str) -> bool:
    """Tell whether any kernel may have computed in the math mode that it was allowed.

    A name of x86 says the instruction set: oneDNN computes fp32 tensors in bf16 with AMX, and an
    "avx512_core" kernel that was allowed it computes in fp32. Other names do not tell.
    """
    named = _COMPUTES_IN.get(mode)
    return any(
        not _X86_ISA.search(kernel) or named is None or named.search(kernel.partition(" fpmath")[0])
        for kernel in kernels
        if in_math_mode([kernel], mode)
    )


def reorders(kernels: Mapping[str, int]) -> int:
    """Return how many copies between memory layouts one pass made."""
    return sum(calls for kernel, calls in kernels.items() if kernel.startswith("reorder "))


def convolution_kernels(kernels: Mapping[str, int]) -> dict[str, int]:
    """Return implementation -> calls of the convolutions, most frequent first."""
    found = {k.partition(" ")[2]: n for k, n in kernels.items() if k.startswith("convolution ")}
    return dict(sorted(found.items(), key=lambda item: -item[1]))
