"""The panel of the axes, in literal characters."""

from dataclasses import replace

import pytest
from drawing_samples import (
    PALETTE,
    folded,
    frame,
    plain,
    style_of,
)

from resnettui.core.axes import AXES
from resnettui.core.frame import frame_of
from resnettui.core.live_events import Chosen
from resnettui.core.trial import Trial
from resnettui.tui.widgets.configuration import PANEL_AXES, configuration_lines


def test_the_configuration_names_key_and_value_of_every_axis() -> None:
    assert plain(configuration_lines(frame("measuring"), 30, 10, PALETTE)) == [
        "    model         ‹ resnet50 ›",
        "  p precision         ‹ int8 ›",
        "  f fusion            ‹ full ›",
        "  m memory format     ‹ nhwc ›",
        "  b batch size           ‹ 1 ›",
        "▸ t threads              ‹ 2 ›",
        "  n processes            ‹ 1 ›",
        "  i pin               ‹ auto ›",
        "  e int8 engine    ‹ qnnpack ›",
        "  a math mode          ‹ n/a ›",
    ]


@pytest.mark.parametrize("selected", [axis.name for axis in PANEL_AXES])
def test_the_selected_axis_alone_stands_out(selected: str) -> None:
    drawn = configuration_lines(replace(frame("measuring"), selected=selected), 40, 10, PALETTE)
    labels = [axis.label for axis in AXES if axis.panel]
    accented = [
        axis.name
        for axis, label, line in zip(PANEL_AXES, labels, drawn, strict=True)
        if style_of(line, label).color == PALETTE.accent.color
    ]
    assert accented == [selected]
    assert [
        axis.name for axis, line in zip(PANEL_AXES, drawn, strict=True) if "▸" in line.plain
    ] == [selected]


@pytest.mark.parametrize("selected", [axis.name for axis in PANEL_AXES])
@pytest.mark.parametrize("height", [1, 3, 8])
def test_where_not_all_axes_fit_the_selected_one_does(selected: str, height: int) -> None:
    drawn = configuration_lines(replace(frame("measuring"), selected=selected), 40, height, PALETTE)
    assert len(drawn) == height
    assert [selected] == [
        axis.name
        for axis in AXES
        if any(line.plain.startswith("▸") and f" {axis.label} " in line.plain for line in drawn)
    ]


@pytest.mark.parametrize(
    ("trial", "engine", "mode"),
    [
        (Trial(), "‹ float ›", "‹ strict ›"),
        (Trial(math_mode="bf16"), "‹ float ›", "‹ bf16 ›"),
        (Trial(precision="bf16"), "‹ float ›", "‹ n/a ›"),
        (Trial(precision="int8"), "‹ auto ›", "‹ n/a ›"),
        (Trial(precision="int8", engine="onednn"), "‹ onednn ›", "‹ n/a ›"),
    ],
)
def test_the_engine_is_one_of_int8_and_the_math_mode_one_of_fp32_alone(
    trial: Trial, engine: str, mode: str
) -> None:
    drawn = plain(configuration_lines(frame_of(folded([Chosen(1, trial)])), 40, 10, PALETTE))
    assert [line.split("  ")[-1].strip() for line in drawn[-2:]] == [engine, mode]


@pytest.mark.parametrize(
    ("width", "word"), [(30, "‹ nhwc ›"), (33, "‹ nhwc ›"), (40, "‹ channels_last ›")]
)
def test_a_value_is_written_out_where_there_is_room(width: int, word: str) -> None:
    (line,) = [
        text
        for text in plain(configuration_lines(frame("measuring"), width, 8, PALETTE))
        if "memory format" in text
    ]
    assert line.endswith(word)
    assert len(line) == width


@pytest.mark.parametrize(
    ("fragment", "action"),
    [
        ("threads", "screen.select('threads')"),
        ("‹", "screen.step('threads', -1)"),
        ("2", "screen.step('threads', 1)"),
        ("›", "screen.step('threads', 1)"),
    ],
)
def test_labels_and_arrows_can_be_clicked(fragment: str, action: str) -> None:
    drawn = configuration_lines(frame("measuring"), 40, 8, PALETTE)
    (line,) = [line for line in drawn if "threads" in line.plain]
    assert style_of(line, fragment).meta == {"@click": action}
