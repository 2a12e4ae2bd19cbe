import pytest
from core_samples import FLOAT_FUSED, FLOAT_UNFUSED, W8A8_FUSED, W8A8_UNFUSED

from resnettui.core.ops import OpChange, OpLedger, family, is_fused, op_changes


@pytest.mark.parametrize(
    ("ledger", "dispatched", "standalone", "fused"),
    [
        pytest.param(W8A8_UNFUSED, 160, 160, 0, id="W8A8 none"),
        pytest.param(W8A8_FUSED, 74, 41, 33, id="W8A8 full"),
        pytest.param(FLOAT_UNFUSED, 174, 174, 0, id="float none"),
        pytest.param(FLOAT_FUSED, 56, 7, 49, id="float full"),
        pytest.param(OpLedger(), 0, 0, 0, id="empty"),
    ],
)
def test_the_three_numbers_of_a_ledger(
    ledger: OpLedger, dispatched: int, standalone: int, fused: int
) -> None:
    assert (ledger.dispatched, ledger.standalone, ledger.fused) == (dispatched, standalone, fused)


KINDS = [
    ("quantized::conv2d", "conv2d", False),
    ("quantized::conv2d_relu", "conv2d_relu", True),
    ("quantized::conv2d_add_relu", "conv2d_add_relu", True),
    ("aten::conv2d", "conv2d", False),
    ("mkldnn::_convolution_pointwise[none]", "conv2d", False),
    ("mkldnn::_convolution_pointwise[relu]", "conv2d_relu", True),
    ("mkldnn::_convolution_pointwise_[add,relu]", "conv2d_add_relu", True),
    ("quantized::batch_norm2d", "batch_norm", False),
    ("aten::batch_norm", "batch_norm", False),
    ("aten::relu", "relu", False),
    ("aten::relu_", "relu", False),
    ("aten::add_", "add", False),
    ("quantized::add_relu", "add_relu", False),
    ("aten::max_pool2d", "max_pool", False),
    ("quantized::max_pool2d", "max_pool", False),
    ("aten::adaptive_avg_pool2d", "adaptive_avg_pool", False),
    ("quantized::linear", "linear", False),
    ("aten::linear", "linear", False),
    ("aten::quantize_per_tensor", "quantize_per_tensor", False),
]


@pytest.mark.parametrize(("kind", "name", "fused"), KINDS, ids=[kind for kind, *_ in KINDS])
def test_a_kind_has_its_family_and_is_fused_or_not(kind: str, name: str, fused: bool) -> None:
    assert (family(kind), is_fused(kind)) == (name, fused)


def test_what_fusion_changes_in_w8a8() -> None:
    changes = op_changes(W8A8_UNFUSED, W8A8_FUSED)
    assert changes[:5] == (
        OpChange("batch_norm", 53, 0, False),
        OpChange("conv2d", 53, 20, False),
        OpChange("relu", 33, 0, False),
        OpChange("conv2d_relu", 0, 33, True),
        OpChange("add_relu", 16, 16, False),
    )
    assert [(c.before, c.after) for c in changes[5:]] == [(1, 1)] * 5


def test_what_fusion_changes_in_float() -> None:
    changes = {
        c.family: (c.before, c.after, c.fused) for c in op_changes(FLOAT_UNFUSED, FLOAT_FUSED)
    }
    assert changes == {
        "batch_norm": (53, 0, False),
        "conv2d": (53, 4, False),
        "relu": (49, 0, False),
        "conv2d_relu": (0, 33, True),
        "add": (16, 0, False),
        "conv2d_add_relu": (0, 16, True),
        "adaptive_avg_pool": (1, 1, False),
        "linear": (1, 1, False),
        "max_pool": (1, 1, False),
    }


def test_kinds_of_one_family_are_counted_together() -> None:
    ledger = OpLedger({"aten::relu": 3, "aten::relu_": 4, "quantized::relu": 5})
    assert op_changes(ledger, OpLedger()) == (OpChange("relu", 12, 0, False),)


@pytest.mark.parametrize(
    ("before", "after"), [(W8A8_UNFUSED, W8A8_FUSED), (FLOAT_UNFUSED, FLOAT_FUSED)]
)
def test_the_changes_add_up_to_the_ledgers(before: OpLedger, after: OpLedger) -> None:
    changes = op_changes(before, after)
    assert sum(change.before for change in changes) == before.dispatched
    assert sum(change.after for change in changes) == after.dispatched
    assert sum(change.after for change in changes if change.fused) == after.fused
