from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from resnettui.core.trial import Trial
from resnettui.worker import fusion
from resnettui.worker.fusion import FusedConvolution, fuse, pack, round_weights
from resnettui.worker.inputs import synthetic
from resnettui.worker.math_mode import math_mode
from resnettui.worker.models import float_model
from resnettui.worker.variants import Builder, kernels_of, settings

BACKEND: Any = torch.backends.mkldnn
STRICT = Trial(model="resnet18", image_size=64, fusion="full", threads=2)
BF16 = replace(STRICT, math_mode="bf16")

LINE = (
    "onednn_verbose,v1,primitive,exec,cpu,convolution,gemm:acl,forward_inference,src:f32 {},x,y,0.1"
)


def words() -> tuple[str, str]:
    return BACKEND.conv.fp32_precision, BACKEND.matmul.fp32_precision


@pytest.mark.parametrize(("mode", "word"), [("strict", "ieee"), ("bf16", "bf16")])
def test_the_mode_holds_inside_and_is_undone_after_an_error(mode: str, word: str) -> None:
    before = words()

    def fail() -> None:
        with math_mode(mode):
            assert words() == (word, word)
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        fail()
    assert words() == before


def test_strict_inside_bf16_is_strict_and_then_bf16_again() -> None:
    with math_mode("bf16"):
        with math_mode("strict"):
            assert words() == ("ieee", "ieee")
        assert words() == ("bf16", "bf16")


@pytest.mark.parametrize("trial", [STRICT, BF16], ids=["strict", "bf16"])
def test_a_trial_is_measured_in_its_mode_and_leaves_none_behind(trial: Trial) -> None:
    before = words()
    with settings(trial):
        assert words() == (("bf16", "bf16") if trial.math_mode == "bf16" else ("ieee", "ieee"))
    assert words() == before


def test_the_reference_is_computed_strictly_in_every_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[tuple[str, torch.Tensor]] = []
    model, images = float_model("resnet18"), synthetic(64)

    def reference(x: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = model(x)
        computed.append((words()[0], output))
        return output

    for trial in (STRICT, BF16):
        builder = Builder("resnet18", images)
        monkeypatch.setattr(builder, "_reference", reference)
        with settings(trial):
            builder._checker.check(trial, model, lambda _start: images.pixels[:1], 0.0)
    assert [mode for mode, _ in computed] == ["ieee", "ieee"]
    assert torch.equal(computed[0][1], computed[1][1])


def test_kernels_say_that_they_were_allowed_bf16_or_the_processor_has_none() -> None:
    builder = Builder("resnet18", synthetic(64))
    found = []
    for trial in (STRICT, BF16, STRICT):
        with settings(trial):
            variant = builder.build(trial, lambda what, done, total: None)
            found.append({k for k in kernels_of(variant, trial) if k.startswith("convolution ")})
    strict, bf16, again = found
    assert strict == again
    assert not any("fpmath" in kernel for kernel in strict)
    assert {kernel.partition(" fpmath:")[2] for kernel in bf16} <= {"", "bf16"}


def packed_types(model: nn.Module) -> list[torch.dtype]:
    return [m.weight.dtype for m in model.modules() if isinstance(m, FusedConvolution)]


@pytest.mark.parametrize(
    ("weights", "rounded"),
    [
        (["wei:bf16:a:blocked:AcdB8a4b::f0"] * 20, 20),
        (["wei:f32::blocked:acdb::f0", *["wei:bf16:a:blocked:AcdB8a4b::f0"] * 19], 19),
        (["wei:f32:a:blocked:Acdb64a::f0"] * 20, 0),
        (["wei:bf16:a:blocked:AcdB8a4b::f0"] * 19, 0),  # Whose line is missing cannot be told.
        ([], 0),
    ],
    ids=["all", "all but the first", "none", "one too few", "no trace"],
)
def test_weights_are_rounded_once_where_each_pass_would_round_them(
    weights: list[str], rounded: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trace(run: Any) -> str:
        run()
        return "\n".join(map(LINE.format, weights))

    if rounded and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("torch packs no bf16 weights on this processor")
    monkeypatch.setattr(fusion, "onednn_trace", trace)
    with torch.inference_mode():
        model, x = float_model("resnet18"), torch.randn(1, 3, 64, 64)
        fused = fuse(model)
        pack(fused, x)
        expected = fused(x)
        round_weights(fused, x)
        assert packed_types(fused).count(torch.bfloat16) == rounded
        largest = (fused(x) - expected).abs().max().item()
        assert largest < 0.05 * expected.abs().max().item()
        assert (largest > 0) is (rounded > 0)
        pack(fused, x)
        assert set(packed_types(fused)) == {torch.float32}
