"""The panel of the kernels, in literal characters."""

from dataclasses import replace

import pytest
from drawing_samples import (
    IMAGES,
    INT8,
    PALETTE,
    folded,
    frame,
    plain,
    prepared,
    style_of,
)
from rich.style import Style

from resnettui.core.frame import frame_of
from resnettui.core.live_events import Chosen
from resnettui.core.trial import InputSource
from resnettui.tui.widgets.kernels import kernels_lines, kernels_state


def test_kernels_stand_with_their_calls_and_the_reference_kernel_in_warning() -> None:
    drawn = kernels_lines(frame("measuring"), 40, 20, PALETTE)
    assert plain(drawn)[:4] == [
        "convolutions of one pass",
        "  36 brgconv_1x1:avx512_core_vnni",
        "! 17 gemm_s8u8s32:ref",
        "",
    ]
    assert style_of(drawn[1], "brgconv").color == PALETTE.text.color
    assert style_of(drawn[2], "gemm").color == PALETTE.warning.color


@pytest.mark.parametrize(
    ("kernel", "sign", "hue", "below"),
    [
        ("brgconv_1x1:avx512_core_vnni", " ", PALETTE.text, PALETTE.dim),
        ("some_convolution_by:ref_int8", "!", PALETTE.warning, PALETTE.warning),
    ],
)
def test_a_long_kernel_takes_two_lines(kernel: str, sign: str, hue: Style, below: Style) -> None:
    state = frame_of(folded([Chosen(1, INT8), prepared(kernels={f"convolution {kernel}": 36})]))
    drawn = kernels_lines(state, 28, 20, PALETTE)
    name, _, isa = kernel.partition(":")
    assert plain(drawn)[1:3] == [f"{sign} 36 {name}", isa.rjust(28)]
    assert (style_of(drawn[1], name), style_of(drawn[2], isa)) == (hue, below)


def test_the_facts_of_a_pass_are_told() -> None:
    reorders, *others = plain(kernels_lines(frame("measuring"), 60, 20, PALETTE))[4:]
    assert reorders.split()[:2] == ["reorders", "158"]
    assert [text.split() for text in others] == [
        ["SQNR", "27.9", "dB"],
        ["agreement", "95", "%", "of", "64"],
        ["warm-up", "12", "passes"],
        ["input", "12", "images"],
        ["!", "2", "are", "no", "images"],
        ["!", "a/long/path/to/a/file/of/text.txt", "(no", "image)"],
        ["!", "b.jpg", "(truncated)"],
    ]
    assert (
        len(
            {
                text.index(word)
                for text, word in zip(others, ("27.9", "95", "12", "12"), strict=False)
            }
        )
        == 1
    )


@pytest.mark.parametrize(
    ("count", "told"), [(0, "none"), (1, "1 layout copy"), (2, "2 layout copies")]
)
def test_layout_copies_are_counted(count: int, told: str) -> None:
    kernels = {"convolution gemm:acl": 53, **({"reorder jit:uni": count} if count else {})}
    state = frame_of(folded([Chosen(1, INT8), prepared(kernels=kernels)]))
    lines = [line.rstrip() for line in plain(kernels_lines(state, 28, 20, PALETTE))]
    assert f"reorders   {told}" in lines


def test_top1_stands_among_the_facts_where_there_is_one() -> None:
    right = prepared()
    event = replace(right, check=replace(right.check, top1=0.75))
    state = frame_of(folded([Chosen(1, INT8), event]))
    assert "top-1      75 % of 64" in plain(kernels_lines(state, 28, 20, PALETTE))


@pytest.mark.parametrize(("state", "text"), [("measuring", "weights: random"), ("building", "")])
def test_the_border_of_the_kernels_tells_the_weights(state: str, text: str) -> None:
    assert kernels_state(frame(state)) == text


def test_what_there_is_none_of_is_said() -> None:
    event = prepared(kernels={"convolution fbgemm": 53}, source=InputSource())
    state = frame_of(folded([Chosen(1, INT8), event]))
    drawn = plain(kernels_lines(state, 60, 20, PALETTE))
    assert drawn[1] == "  53 fbgemm"
    assert drawn[3] == "reorders   none"
    assert drawn[-2:] == ["warm-up    -", "input      synthetic"]


def test_without_a_trace_kernels_say_when_it_comes() -> None:
    assert plain(kernels_lines(frame("building"), 28, 20, PALETTE)) == ["read in the first pass"]


def test_unreadable_files_are_counted_where_not_all_are_named() -> None:
    source = replace(IMAGES, unreadable=57)
    state = frame_of(folded([Chosen(1, INT8), prepared(source=source)]))
    assert "57" in "\n".join(plain(kernels_lines(state, 60, 40, PALETTE)))
