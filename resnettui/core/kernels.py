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


def reorders(kernels: Mapping[str, int]) -> int:
    """Return how many copies between memory layouts one pass made."""
    return sum(calls for kernel, calls in kernels.items() if kernel.startswith("reorder "))


def convolution_kernels(kernels: Mapping[str, int]) -> dict[str, int]:
    """Return implementation -> calls of the convolutions, most frequent first."""
    found = {k.partition(" ")[2]: n for k, n in kernels.items() if k.startswith("convolution ")}
    return dict(sorted(found.items(), key=lambda item: -item[1]))
