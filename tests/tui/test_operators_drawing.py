"""What the panels of the screen of operators draw, from profiles made by hand."""

from dataclasses import replace

import pytest
from drawing_samples import BUILD, PALETTE, board, folded, plain, style_of
from profiling_stage import FUSED, PEAKS, UNFUSED, profile_of
from rich.text import Text

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live import Snapshot
from resnettui.core.live_events import Chosen
from resnettui.core.machine import Machine
from resnettui.core.op_view import OpView
from resnettui.core.operators import OpProfile
from resnettui.core.profiling import Profiling
from resnettui.core.protocol import FindPeaks, Profile, Ready, Step
from resnettui.core.roof import MEMORY
from resnettui.core.trial import Trial
from resnettui.tui.widgets.flow import flowed
from resnettui.tui.widgets.op_parts import parts_lines, parts_state
from resnettui.tui.widgets.op_table import BINDS, GONE, table_lines, table_state
from resnettui.tui.widgets.panel import Draw
from resnettui.tui.widgets.profile_words import operators_of
from resnettui.tui.widgets.roofline import roofline_lines, roofline_state
from resnettui.tui.widgets.status import status_lines
from resnettui.tui.widgets.verdict import BARS, verdict_lines, verdict_state

NONE = Trial(threads=2)
FULL = Trial(threads=2, fusion="full")
HALF = Trial(threads=2, precision="fp16")
MODEL = "resnet50 · fp32"


def known(trial: Trial = NONE, **changes: object) -> Snapshot:
    """Return the state with everything known of a configuration."""
    snapshot = folded([*board(), Chosen(1, trial), Ready(BUILD)])
    profiles = {one: profile_of(one) for one in (NONE, FULL)}
    return replace(snapshot, **{"profiles": profiles, "peaks": PEAKS, **changes})  # type: ignore


def frame(snapshot: Snapshot, profiling: Profiling | None = None, by: str = "kind") -> Frame:
    view = OpView(by=by).at(snapshot, profiling or Profiling())
    return replace(frame_of(snapshot), operators=view)


PEAK_JOB = FindPeaks(1, 2, ("fp32", MEMORY))
WAITING = Profiling((PEAK_JOB, Profile(1, FULL), Profile(1, NONE)), 0)
EMPTY = known(FULL, profiles={}, peaks=())

FRAMES: dict[str, Frame] = {
    "nothing known": frame(Snapshot()),
    "worker up": frame(EMPTY),
    "peaks": frame(folded([Step(1, "finding the peak of fp32", 3, 20)], EMPTY), WAITING),
    "profile": frame(EMPTY, replace(WAITING, position=1)),
    "unfused to come": frame(
        known(FULL, profiles={FULL: FUSED}), Profiling((Profile(1, NONE),), 0)
    ),
    "failed": frame(EMPTY, Profiling(failures={FULL: "the profiler broke: " + "x" * 100})),
    "unfused": frame(known()),
    "fused": frame(known(FULL)),
    "by stage": frame(known(FULL), by="stage"),
    "by shape": frame(known(FULL), by="shape"),
    "by call": frame(known(), by="call"),
    "unfused failed": frame(
        known(FULL, profiles={FULL: FUSED}), Profiling(failures={NONE: "too large"})
    ),
    "no roof": frame(known(peaks=()), Profiling(no_peaks={("fp32", 2): "emulated here"})),
    "emulated": frame(
        replace(
            known(HALF, profiles={HALF: UNFUSED}, peaks=()),
            machine=Machine(isa=("asimd", "asimddp")),
        )
    ),
    "not pinned": frame(known(profiles={NONE: replace(UNFUSED, not_pinned="all cores are alike")})),
    "low roof": frame(known(peaks=[replace(peak, per_s=1e9) for peak in PEAKS])),
    "processes": frame(known(replace(FULL, processes=4))),
    "uneven": frame(
        known(profiles={NONE: replace(UNFUSED, profiled_ns=UNFUSED.profiled_ns * 1.4)})
    ),
    "empty pass": frame(known(profiles={NONE: OpProfile((), 0, 0.0, 0.0)})),
}

PANELS: dict[str, Draw] = {
    "verdict": verdict_lines,
    "table": table_lines,
    "parts": parts_lines,
    "roofline": roofline_lines,
    "status": status_lines,
}


@pytest.mark.parametrize("state", FRAMES)
@pytest.mark.parametrize("name", PANELS)
def test_no_line_is_wider_than_its_panel_and_there_is_one(name: str, state: str) -> None:
    draw = PANELS[name]
    for width in (36, *range(38, 120, 3), 160):
        for height in (1, 5, 8, 14):
            lines = draw(FRAMES[state], width, height, PALETTE)
            assert all(line.cell_len <= width for line in lines), (width, height)
            assert any(line.plain.strip() for line in lines)


def drawn(name: str, state: str, width: int = 116, height: int = 14) -> list[str]:
    return plain(PANELS[name](FRAMES[state], width, height, PALETTE))


# The verdict.


def test_the_verdict_is_the_first_word_and_its_numbers_follow() -> None:
    first = verdict_lines(FRAMES["fused"], 116, 6, PALETTE)[0]
    assert first.plain.startswith("COMPUTE-BOUND  93 % near compute roof  9.24 ms")
    assert ", with the profiler 1.05×" in first.plain
    assert style_of(first, "COMPUTE").color == PALETTE.accent.color
    assert "of compute, " in first.plain


def test_unfused_and_fused_have_bars_of_their_length_and_hue() -> None:
    lines = verdict_lines(FRAMES["fused"], 116, 6, PALETTE)
    before, after = [line for line in lines if line.plain.startswith(("unfused", "fused"))]
    lengths = [sum(sign in BARS for sign in line.plain) for line in (before, after)]
    assert lengths[0] == 116 - 35
    assert lengths[1] == round(lengths[0] * FUSED.profiled_ns / UNFUSED.profiled_ns)
    assert "14.5 ms  compute-bound" in before.plain
    assert style_of(before, "█").color == PALETTE.unfused.color
    assert style_of(after, "█").color == PALETTE.fused.color


def test_the_parts_of_a_bar_are_named_with_shares_that_add_up() -> None:
    text = "  ".join(drawn("verdict", "unfused", height=6))
    shares = [int(word) for word in text.split("█ near")[1].split() if word.isdecimal()][:4]
    assert sum(shares[:4]) in {99, 100, 101}
    for words in ("▓ near memory roof", "▒ far from both", "░ between operators"):
        assert words in text
    assert "uneven" not in text
    assert "╱ uneven passes" in "  ".join(drawn("verdict", "uneven", height=6))


def test_a_narrow_panel_keeps_bars_and_legend() -> None:
    lines = drawn("verdict", "fused", width=76, height=6)
    assert "░ between" in lines[5]
    tiny = drawn("verdict", "fused", width=38, height=9)[:9]
    assert any("░ between" in line for line in tiny)


def test_what_is_to_be_taken_with_care_is_told_before_the_legend() -> None:
    lines = drawn("verdict", "unfused failed", width=76, height=5)
    assert any("! unfused: too large" in line for line in lines[:5])
    assert "! 1 call ran a reference kernel" in "  ".join(drawn("verdict", "unfused"))
    assert "! not pinned: all cores are alike" in "  ".join(drawn("verdict", "not pinned"))
    low = "  ".join(drawn("verdict", "low roof"))
    assert "over the compute roof: it is too low" in low
    assert "over the memory roof: cached" in low


def test_the_roof_names_the_kernels_that_reached_it() -> None:
    last = drawn("verdict", "unfused")[-1]
    assert "roof 200 GFLOP/s on 2 threads  convolution 256x28x28 3x3  and 20.0 GB/s  triad" in last


def test_an_emulated_precision_has_no_roof_and_says_why() -> None:
    for panel in ("verdict", "roofline"):
        assert "no roof: this processor has no fp16 arithmetic" in " ".join(
            drawn(panel, "emulated")
        )


def test_without_a_roof_there_is_no_verdict_but_the_reason() -> None:
    text = " ".join(drawn("verdict", "no roof"))
    assert "no verdict, for there is no roof: emulated here" in text
    assert "-bound" not in text.lower()
    assert "14.5" not in text
    assert "13.8 ms" in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("nothing known", "waiting for the first pass"),
        ("worker up", "every operator of this configuration"),
        ("peaks", "the roof of fp32 and memory bandwidth on 2 threads (1 of 3): finding the peak"),
        ("profile", "operators, fused (2 of 3)"),
        ("failed", "These operators were not profiled."),
    ],
)
def test_a_panel_without_a_profile_says_what_it_waits_for(state: str, words: str) -> None:
    assert words in " ".join(drawn("verdict", state))
    others = {name: " ".join(drawn(name, state)) for name in ("table", "parts", "roofline")}
    assert all(others.values())
    assert len(set(others.values())) == (1 if state == "failed" else 3)


def test_waiting_has_a_bar_where_it_can_be_counted() -> None:
    lines = drawn("verdict", "peaks", width=40)
    (progress,) = [line for line in lines if line.startswith("█")]
    assert (progress.count("█"), len(progress)) == (6, 40)
    assert not any(line.startswith("█") for line in drawn("verdict", "profile"))


def test_the_border_says_what_is_profiled_or_waited_for() -> None:
    assert verdict_state(FRAMES["fused"]) == (
        "fp32 fused nhwc b1 on 2 cores · 20 passes, r profiles again"
    )
    assert verdict_state(FRAMES["unfused to come"]).startswith("operators, unfused: ")
    assert verdict_state(FRAMES["failed"]) == ""
    assert "◌ profiling" in status_lines(FRAMES["peaks"], 80, 1, PALETTE)[0].plain


# The table.


def test_a_wide_table_has_every_column_and_the_kernels() -> None:
    heading, whole, first, *_ = drawn("table", "unfused")
    assert heading.split() == [
        *("calls", "ms", "share", "GFLOP/s", "compute", "memory", "FLOP/B", "MB", "kernel")
    ]
    assert whole.split()[:5] == ["whole", "pass", "8", "14.5", "100"]
    assert first.startswith("▸ conv2d")
    assert "150" in first
    assert f"75 % {BINDS}" in first
    assert first.endswith("brgconv:sve_512")


def test_unfused_stands_beside_fused_and_what_is_gone_is_dim() -> None:
    lines = table_lines(FRAMES["fused"], 116, 14, PALETTE)
    (gone,) = [line for line in lines if line.plain.startswith("  batch_norm  ")]
    assert gone.plain.split() == ["batch_norm", "2", "3.00", *[GONE] * 6]
    assert style_of(gone, "batch_norm").color == PALETTE.dim.color
    assert style_of(gone, "3.00").color == PALETTE.unfused.color
    (merged,) = [line for line in lines if line.plain.startswith("  conv2d_relu")]
    assert merged.plain.split()[1:4] == ["2", "-", "5.00"]


def test_reference_kernels_are_marked() -> None:
    lines = table_lines(FRAMES["unfused"], 116, 14, PALETTE)
    (linear,) = [line for line in lines if line.plain.startswith("  linear")]
    assert linear.plain.endswith("! gemm:ref")
    assert style_of(linear, "! gemm").color == PALETTE.warning.color


@pytest.mark.parametrize("width", [36, 56, 76, 116])
def test_what_has_no_column_stands_below_the_table(width: int) -> None:
    text = " ".join(drawn("table", "unfused", width=width, height=16))
    for facts in (("GFLOP/s",), ("MB",), ("FLOP/B", "FLOP/byte"), ("share", "of the pass")):
        assert any(fact in text for fact in facts), facts
    assert "bound by compute" in text
    assert "brgconv:sve_512" in text


def test_a_low_table_shows_the_rows_around_the_selected_one() -> None:
    view = operators_of(FRAMES["by call"]).moved(6)
    lines = plain(table_lines(replace(FRAMES["by call"], operators=view), 76, 9, PALETTE))
    assert len(lines) == 9
    assert view.line is not None
    assert sum(line.startswith(f"▸ {view.line.label}") for line in lines) == 1


def test_the_table_ends_with_what_is_in_no_operator() -> None:
    rows = [line for line in drawn("table", "unfused", height=20) if line.strip()]
    (between,) = [row for row in rows if row.startswith("  between operators")]
    assert between.split()[2:5] == ["-", "0.50", "3"]


@pytest.mark.parametrize("by", ["kind", "stage", "shape", "call"])
def test_the_border_names_group_order_and_their_keys(by: str) -> None:
    assert table_state(frame(known(), by=by)) == f"g by {by}, s sorted by time"
    assert table_state(FRAMES["peaks"]) == ""
    assert roofline_state(frame(known(), by=by)) == f"a mark for each {by}"


# The parts.


def test_each_part_has_two_halves_of_a_bar() -> None:
    lines = parts_lines(FRAMES["fused"], 56, 12, PALETTE)
    assert plain(lines)[0].split() == ["unfused", "ms", "ms"]
    conv, norm = (
        next(line for line in lines if line.plain.startswith(name))
        for name in ("conv2d", "batch_norm")
    )
    assert conv.plain.split()[:3] == ["conv2d", "9.00", "9.00"]
    assert set(conv.plain.split()[3]) == {"▀"}
    both = style_of(conv, "▀")
    assert (both.color, both.bgcolor) == (PALETTE.unfused.color, PALETTE.fused.color)
    assert norm.plain.split()[:3] == ["batch_norm", "3.00", GONE]
    assert len(norm.plain.split()[3]) == round(len(conv.plain.split()[3]) / 3)
    assert style_of(norm, "▀").bgcolor is None
    assert parts_state(FRAMES["fused"]) == "▀ unfused  ▄ fused"


def test_an_unfused_pass_has_plain_bars_by_what_the_table_is_not() -> None:
    lines = drawn("parts", "unfused", width=56)
    assert [line.split()[0] for line in lines[1:4]] == ["stem", "layer1", "head"]
    assert parts_state(FRAMES["unfused"]) == "by stage"
    assert parts_state(FRAMES["by call"]) == "by kind"
    assert lines[2].rstrip().endswith("█")
    assert any(line.startswith("between operators") for line in lines)


def test_bars_keep_their_room_on_a_narrow_panel() -> None:
    lines = drawn("parts", "fused", width=36)
    conv = next(line for line in lines if line.startswith("conv2d"))
    assert conv.count("▀") >= 8
    assert "9.00" in conv


# The roofline.


def test_the_roofline_is_drawn_in_the_hue_of_the_variant() -> None:
    for state, hue in (("unfused", PALETTE.unfused), ("fused", PALETTE.fused)):
        lines = roofline_lines(FRAMES[state], 58, 12, PALETTE)
        assert len(lines) == 12
        marked = next(line for line in lines[1:-1] if "linear" in line.plain)
        assert style_of(marked, "•" if state == "fused" else "·").color == hue.color
    assert lines[0].plain.startswith("GFLOP/s against FLOP per byte")


def test_the_selected_row_stands_out_in_the_roofline() -> None:
    lines = roofline_lines(FRAMES["unfused"], 58, 12, PALETTE)
    marked = next(line for line in lines[1:-1] if "◉" in line.plain)
    assert style_of(marked, "◉").color == PALETTE.accent.color
    assert style_of(marked, "conv2d").color == PALETTE.accent.color


def test_without_room_or_roof_there_are_words() -> None:
    assert "needs more room" in " ".join(drawn("roofline", "fused", width=20, height=4))
    assert "no roof: emulated here" in " ".join(drawn("roofline", "no roof"))


# Flowing.


def test_parts_flow_into_as_few_lines_as_fit() -> None:
    parts = [Text(word) for word in ("one", "two", "three")]
    assert plain(flowed(parts, 15, "  ")) == ["one  two  three"]
    assert plain(flowed(parts, 14, "  ")) == ["one  two", "three"]
    assert plain(flowed(parts, 3, "  ")) == ["one", "two", "three"]
    assert flowed([], 10) == []


def test_a_part_whose_name_is_cut_says_so() -> None:
    lines = plain(parts_lines(FRAMES["fused"], 36, 12, PALETTE))
    assert "batch_n…" in [line.split()[0] for line in lines[1:]]
