import pytest

from resnettui.core.isa import ARM, DOT_PRODUCT, NATIVE_ISA, X86, emulates, features_of
from resnettui.machine.probe import ISA


@pytest.mark.parametrize("precision", NATIVE_ISA)
def test_the_table_agrees_with_the_flag_emulated(precision: str) -> None:
    alone = [f for f in (*ARM, *X86) if f.precisions == (precision,)]
    assert {flag for feature in alone for flag in feature.flags} == set(NATIVE_ISA[precision])


def test_every_flag_is_looked_for() -> None:
    # fphp comes with asimdhp, which is looked for.
    flags = {flag for feature in (*ARM, *X86) for flag in feature.flags}
    assert flags - set(ISA) == {"fphp"}


def test_labels_are_unique_within_an_architecture() -> None:
    for features in (ARM, X86):
        assert len({feature.label for feature in features}) == len(features)


def test_an_architecture_has_its_own_features() -> None:
    assert features_of("aarch64") == ARM
    assert features_of("x86_64") == X86
    assert features_of("riscv64") == ()


def test_any_of_its_flags_is_a_feature() -> None:
    vnni = next(feature for feature in X86 if feature.label == "VNNI")
    assert vnni.present(("avx_vnni",))
    assert vnni.present({"avx512_vnni"})
    assert not vnni.present(("avx512f",))


def test_the_dot_product_is_int8s() -> None:
    assert set(DOT_PRODUCT) == {
        *("asimddp", "i8mm", "svei8mm", "avx512_vnni", "avx_vnni", "amx_int8"),
    }


def test_a_precision_is_emulated_where_no_instruction_set_has_it() -> None:
    assert emulates("fp16", ("asimd", "asimddp"))
    assert not emulates("fp16", ("asimd", "asimdhp"))
    assert not emulates("fp32", ("asimd",))
    assert not emulates("bf16", ())
