import pytest

from resnettui.core.kernels import (
    computed_in_mode,
    convolution_kernels,
    in_math_mode,
    is_reference,
    reference_kernels,
    reorders,
    with_math_mode,
)

KERNELS = {
    "convolution gemm_s8u8s32:ref": 53,
    "reorder jit:uni": 100,
    "reorder simple:any": 58,
    "convolution brgconv_1x1:avx512_core": 70,
    "inner_product ref:any": 1,
    "pooling ref:any": 2,
    "reorder_like thing": 1000,
}


@pytest.mark.parametrize(
    ("kernel", "reference"),
    [
        ("convolution gemm_s8u8s32:ref", True),
        ("convolution ref:any", True),
        ("convolution ref:any fpmath:bf16", True),
        ("convolution gemm:acl fpmath:bf16", False),
        ("convolution ref_int8:any", True),
        ("convolution simple_ref", True),
        ("matmul ref:any", True),
        ("inner_product gemm:ref", True),
        ("convolution gemm:acl", False),
        ("convolution indirect_gemm:acl", False),
        ("convolution brg_conv_fwd:avx512_core_vnni", False),
        ("convolution brgconv:sve_512", False),
        ("convolution prefetch:any", False),
        ("convolution reference", False),
        ("convolution fbgemm", False),
        ("convolution", False),
        ("pooling ref:any", False),  # A pool costs nothing, in whatever kernel.
        ("reorder ref:any", False),
        ("", False),
    ],
)
def test_a_computing_plain_loop_is_a_reference_kernel(kernel: str, reference: bool) -> None:
    assert is_reference(kernel) is reference


def test_reference_kernels_keep_their_calls() -> None:
    assert reference_kernels(KERNELS) == {
        "convolution gemm_s8u8s32:ref": 53,
        "inner_product ref:any": 1,
    }


def test_reorders_are_counted_over_their_kernels() -> None:
    assert reorders(KERNELS) == 158
    assert reorders({"convolution fbgemm": 53}) == 0


def test_convolutions_stand_with_the_most_frequent_first() -> None:
    assert list(convolution_kernels(KERNELS).items()) == [
        ("brgconv_1x1:avx512_core", 70),
        ("gemm_s8u8s32:ref", 53),
    ]
    assert convolution_kernels({}) == {}


def test_a_kernel_says_which_math_mode_it_was_allowed() -> None:
    strict, bf16 = (with_math_mode("convolution gemm:acl", mode) for mode in ("", "bf16"))
    assert (strict, bf16) == ("convolution gemm:acl", "convolution gemm:acl fpmath:bf16")
    assert in_math_mode([strict, bf16], "bf16")
    assert not in_math_mode([strict], "bf16")
    assert list(convolution_kernels({bf16: 3})) == ["gemm:acl fpmath:bf16"]


def test_an_x86_kernel_computes_in_bf16_only_where_its_instructions_do() -> None:
    def computed(implementation: str) -> bool:
        name = with_math_mode(f"convolution {implementation}", "bf16")
        return computed_in_mode([name, "convolution gemm:acl"], "bf16")

    assert not computed("brgconv_1x1:avx512_core")
    assert not computed("brg_conv_fwd:avx2")
    assert computed("brgconv:avx10_1_512_amx")
    assert computed("brgconv:avx512_core_bf16")
    assert computed("gemm:acl"), "what names no instructions may have"
