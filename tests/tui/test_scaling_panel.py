"""The panel of the configurations visited, in literal characters."""

from dataclasses import replace

import pytest
from drawing_samples import (
    INT8,
    PALETTE,
    STATES,
    STUDY,
    folded,
    frame,
    plain,
    run,
    style_of,
)

from resnettui.core.axes import AXES, Axis
from resnettui.core.frame import frame_of
from resnettui.core.live_events import Chosen
from resnettui.core.trial import Trial
from resnettui.tui.widgets.scaling import (
    HEADINGS,
    rows_lines,
    scaling_lines,
    scaling_state,
    variant,
)


def test_the_scaling_table_is_that_of_the_study() -> None:
    drawn = plain(scaling_lines(frame("study"), 116, 20, PALETTE))
    assert len(drawn) == 1 + len(STUDY)
    figures = [
        [word for word in text.replace(" %", "%").split() if word[0].isdigit()][-6:]
        for text in drawn[1:]
    ]
    assert figures == [
        ["1", "585", "1.70", "1.00×", "100%", "1.38×"],
        ["4", "202", "4.91", "2.89×", "72%", "1.75×"],
        ["8", "134", "7.43", "4.37×", "55%", "2.13×"],
        ["1", "423", "2.35", "1.00×", "100%", "1.38×"],
        ["4", "116", "8.59", "3.65×", "91%", "1.75×"],
        ["8", "62.7", "15.8", "6.74×", "84%", "2.13×"],
    ]


def test_the_cores_of_several_processes_are_processes_times_threads() -> None:
    (row,) = plain(scaling_lines(frame("crew"), 116, 20, PALETTE))[1:]
    assert "2×1" in row.split()


def test_the_current_row_is_marked_and_rows_have_the_hues_of_fusion() -> None:
    drawn = scaling_lines(frame("study"), 116, 20, PALETTE)[1:]
    assert ["▸" in line.plain for line in drawn] == [False] * 5 + [True]
    hues = [style_of(line, "int8").color for line in drawn]
    assert hues == [PALETTE.unfused.color] * 3 + [PALETTE.fused.color] * 3
    assert style_of(drawn[0], "!") == PALETTE.warning


@pytest.mark.parametrize("width", [60, 76, 96, 116])
def test_the_figures_of_all_rows_end_in_the_same_columns(width: int) -> None:
    heading, *rows = plain(scaling_lines(frame("study"), width, 20, PALETTE))
    ends = {tuple(i for i, sign in enumerate(text) if sign == "×") for text in rows}
    assert len(ends) == 1
    assert {len(text) for text in (heading, *rows)} == {width}


@pytest.mark.parametrize("height", [2, 3, 4, 6])
@pytest.mark.parametrize("current", range(6))
def test_the_current_row_is_seen_however_low_the_panel(height: int, current: int) -> None:
    trials = [replace(INT8, fusion=fusion, threads=threads) for fusion, threads in STUDY]
    state = folded([Chosen(99, trials[current])], STATES["study"])
    state = folded(run(trials[current], 50.0, run_id=99)[1:], state)
    drawn = plain(scaling_lines(frame_of(state), 116, height, PALETTE))
    assert len(drawn) == height
    assert sum("▸" in text for text in drawn) == 1
    assert "latency ms" in drawn[0]


@pytest.mark.parametrize(
    "width",
    [96, 116],
)
def test_the_headings_are_whole_from_a_hundred_columns_on(width: int) -> None:
    heading = scaling_lines(frame("study"), width, 20, PALETTE)[0].plain
    assert "".join(heading.split()) == "".join(HEADINGS).replace(" ", "")


@pytest.mark.parametrize(
    "width",
    [
        96,
        116,
    ],
)
def test_the_names_of_configurations_are_whole_from_a_hundred_columns_on(width: int) -> None:
    _, *rows = plain(scaling_lines(frame("study"), width, 20, PALETTE))
    names = [variant(row.trial) for row in frame("study").scaling]
    assert [name for name, row in zip(names, rows, strict=True) if name not in row] == []


@pytest.mark.parametrize("width", [36, 40, 46])
def test_figures_do_not_touch_on_a_narrow_terminal(width: int) -> None:
    _, *rows = plain(scaling_lines(frame("study"), width, 20, PALETTE))
    assert "585" in rows[0].split()
    assert "202" in rows[1].split()


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        (Trial(), "fp32 unfused nhwc b1"),
        (INT8, "int8 fused nhwc b1 qnnpack"),
        (Trial(model="resnet18", memory_format="contiguous"), "resnet18 fp32 unfused nchw b1"),
    ],
)
def test_a_configuration_has_a_short_name(trial: Trial, words: str) -> None:
    assert variant(trial) == words


IN_THE_NAME = [axis for axis in AXES if axis.name not in ("threads", "processes")]
"""The others stand in the column of cores."""


@pytest.mark.parametrize("axis", IN_THE_NAME, ids=lambda axis: axis.name)
def test_configurations_that_differ_have_different_names(axis: Axis) -> None:
    other = Trial().with_value(axis.name, axis.domain.step(getattr(Trial(), axis.name), 1))
    assert variant(Trial()) != variant(other)


def test_an_empty_table_says_what_fills_it() -> None:
    (line,) = plain(scaling_lines(frame("building"), 116, 20, PALETTE))
    assert "t and T" in line


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("building", "0 configurations"),
        ("measuring", "1 configuration"),
        ("study", "6 configurations"),
    ],
)
def test_the_border_counts_the_configurations(state: str, words: str) -> None:
    assert scaling_state(frame(state)) == words


@pytest.mark.parametrize(
    ("flags", "name"), [({}, "  r152 fp32 unf…"), ({"noisy": "wide"}, "  r152 fp32 u… !")]
)
def test_a_name_that_is_cut_says_so(flags: dict[str, str], name: str) -> None:
    trial = Trial(model="resnet152", memory_format="contiguous", image_size=64)
    row = frame("study").scaling[0]
    row = replace(row, outcome=replace(row.outcome, trial=trial, flags=flags))
    _, line = plain(rows_lines([row], 55, 3, PALETTE, marks={}, centre=None))
    assert line.startswith(name)
