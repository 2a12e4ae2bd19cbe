"""The instruction sets that matter to a convolution, and what each of them does for it."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """One instruction set, or several that do the same."""

    label: str
    """As everybody calls it."""
    flags: tuple[str, ...]
    """As Linux spells it; any one of them will do."""
    precisions: tuple[str, ...]
    """The precisions that it computes, or speeds up."""
    does: str

    def present(self, isa: Collection[str]) -> bool:
        """Tell whether a processor with these flags has it."""
        return any(flag in isa for flag in self.flags)


ARM = (
    Feature("NEON", ("asimd",), ("fp32",), "vectors of 128 bit: every fast kernel needs it"),
    Feature("fp16", ("asimdhp", "fphp"), ("fp16",), "computes in fp16, which is emulated without"),
    Feature("dotprod", ("asimddp",), ("int8",), "sums four int8 products in one instruction"),
    Feature("i8mm", ("i8mm", "svei8mm"), ("int8",), "multiplies int8 matrices, twice dotprod"),
    Feature(
        "bf16", ("bf16", "svebf16"), ("bf16",), "multiplies bf16; fp32, too, in math mode bf16"
    ),
    Feature("SVE", ("sve",), ("fp32",), "vectors as wide as the core has them, 128 to 2048 bit"),
    Feature("SVE2", ("sve2",), ("int8",), "SVE's integer instructions"),
)
X86 = (
    Feature("AVX2", ("avx2",), ("fp32", "int8"), "vectors of 256 bit"),
    Feature("AVX-512", ("avx512f",), ("fp32", "int8"), "vectors of 512 bit"),
    Feature(
        "VNNI",
        ("avx512_vnni", "avx_vnni"),
        ("int8",),
        "sums four int8 products in one instruction; without it int8 sums may saturate",
    ),
    Feature("AVX-512 bf16", ("avx512_bf16",), ("bf16",), "multiplies bf16"),
    Feature(
        *("AVX-512 fp16", ("avx512_fp16",), ("fp16",)),
        "computes in fp16, which is emulated without",
    ),
    Feature("AMX int8", ("amx_int8",), ("int8",), "multiplies tiles of int8"),
    Feature("AMX bf16", ("amx_bf16",), ("bf16",), "multiplies tiles of bf16"),
    Feature("AMX fp16", ("amx_fp16",), ("fp16",), "multiplies tiles of fp16"),
)
"""What each does is said in Arm's and Intel's own instruction set manuals."""

NATIVE_ISA: dict[str, tuple[str, ...]] = {
    "bf16": ("avx512_bf16", "amx_bf16", "bf16", "svebf16"),
    "fp16": ("avx512_fp16", "amx_fp16", "asimdhp", "fphp"),
}
"""Instruction sets, any one of which computes in that precision; others emulate it."""

_FAMILIES = {"aarch64": ARM, "arm64": ARM, "x86_64": X86, "AMD64": X86}

_DOT_LABELS = ("dotprod", "i8mm", "VNNI", "AMX int8")
DOT_PRODUCT = tuple(
    flag for feature in (*ARM, *X86) if feature.label in _DOT_LABELS for flag in feature.flags
)
"""Flags, any one of which makes int8 more than narrower fp32."""


def features_of(arch: str) -> tuple[Feature, ...]:
    """Return the features that a processor of this architecture can have, weakest first."""
    return _FAMILIES.get(arch, ())


def emulates(precision: str, isa: Collection[str]) -> bool:
    """Tell whether none of the instruction sets, where they are known, has that arithmetic."""
    native = NATIVE_ISA.get(precision)
    return bool(native and isa) and set(isa).isdisjoint(native or ())
