"""The drawing functions of the sweep screen, in literal characters."""

from dataclasses import replace

import pytest
from drawing_samples import PALETTE, plain, style_of

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live import Snapshot
from resnettui.core.outcome import Outcome
from resnettui.core.plan import Plan, Skipped
from resnettui.core.sweep import SweepOrder, SweepState, SweepView
from resnettui.core.trial import Trial
from resnettui.tui.widgets.panel import Draw
from resnettui.tui.widgets.scaling import sweep_rows_lines, sweep_rows_state
from resnettui.tui.widgets.sweep import (
    curve_state,
    progress_lines,
    progress_state,
    studies_lines,
    studies_state,
    sweep_curve_lines,
)

ONE, TWO = Trial(), Trial(threads=2)
FUSED = Trial(fusion="full")
PLAN = Plan((ONE, FUSED, TWO, ONE), (Skipped(Trial(precision="int8"), "no engine"),), True)
ORDER = SweepOrder(PLAN)


def framed(**view: object) -> Frame:
    return replace(frame_of(Snapshot()), sweep=SweepView(**view))  # type: ignore[arg-type]


def swept(state: SweepState, *, running: bool = True, **view: object) -> Frame:
    made = SweepView(running=running, **view).at(state)  # type: ignore[arg-type]
    return replace(frame_of(Snapshot()), sweep=made)


def outcome(trial: Trial, img_s: float) -> Outcome:
    return Outcome(trial, 1e9 * trial.batch_size / img_s, img_s)


BEGUN = SweepState(ORDER, id="ab", doing="warming up, pass 3")
HALF = replace(
    BEGUN,
    outcomes={0: outcome(ONE, 10), 1: outcome(FUSED, 20)},
    position=2,
    doing="measuring, 40 passes",
    elapsed_s=70,
    finished_s=60,
)
DONE = replace(
    HALF,
    outcomes={**HALF.outcomes, 2: outcome(TWO, 18), 3: outcome(ONE, 9)},
    position=4,
    doing="",
    elapsed_s=120,
    finished_s=120,
)


# Studies.


def test_studies_stand_beside_their_questions() -> None:
    frame = framed(study="threads", preview=Plan((ONE, TWO)))
    assert plain(studies_lines(frame, 50, 10, PALETTE)) == [
        "  batch         how large a batch pays",
        "  precision     what fp32, bf16, fp16, int8 cost",
        "▸ threads       how far threads scale",
        "  processes     whether processes scale better",
        "  memory-format whether NHWC pays",
        "  fusion        what fusion gains",
        "  roof          how near the roof",
        "  all           the whole study",
        "",
        "up to 30 s a trial",
    ]
    assert studies_state(frame) == "enter starts 2 trials"


def test_where_there_is_no_room_the_selected_question_stands_below() -> None:
    lines = studies_lines(framed(study="fusion", preview=PLAN), 24, 11, PALETTE)
    assert [line.rstrip() for line in plain(lines)] == [
        "  batch",
        "  precision",
        "  threads",
        "  processes",
        "  memory-format",
        "▸ fusion",
        "  roof",
        "  all",
        "what fusion gains",
        "up to 30 s a trial; 1",
        "skipped: no engine",
    ]
    assert style_of(lines[5], "fusion") == PALETTE.accent
    assert style_of(lines[4], "memory") == PALETTE.text


def test_nothing_is_promised_before_the_plan_and_no_start_during_a_sweep() -> None:
    assert plain(studies_lines(framed(), 50, 10, PALETTE))[-1] == "planned when the worker is up"
    assert studies_state(framed()) == ""
    assert studies_state(framed(preview=PLAN, running=True)) == "4 trials"


def test_a_study_of_which_nothing_runs_says_why() -> None:
    frame = framed(preview=Plan((), PLAN.skipped))
    assert plain(studies_lines(frame, 50, 10, PALETTE))[-1] == (
        "nothing can run here; 1 skipped: no engine"
    )
    assert studies_state(frame) == ""


# Progress.


def test_before_the_first_sweep_the_panel_says_how_to_begin() -> None:
    assert " ".join(plain(progress_lines(framed(), 60, 10, PALETTE))) == (
        "choose a study with ↑ and ↓; enter measures it, one trial after the other, in place of"
        " the live configuration, and keeps each in the history"
    )
    assert progress_state(framed()) == ""


def test_the_first_trial_has_no_time_left() -> None:
    assert plain(progress_lines(swept(BEGUN), 30, 10, PALETTE)) == [
        "──────────────────────────────",
        "0 of 4   elapsed 0:00",
        "fp32 unfused nhwc b1 on 1 core",
        "warming up, pass 3",
    ]
    assert progress_state(swept(BEGUN)) == "running, x stops"


def test_half_a_sweep_has_half_a_bar_and_the_best_so_far() -> None:
    assert plain(progress_lines(swept(HALF), 60, 10, PALETTE)) == [
        "██████████████████████████████──────────────────────────────",
        "2 of 4   elapsed 1:10   left 0:50",
        "fp32 unfused nhwc b1 on 2 cores",
        "measuring, 40 passes",
        "fastest    50.0 ms  fp32 fused nhwc b1 on 1 core",
        "most    20.0 img/s  fp32 fused nhwc b1 on 1 core",
    ]


def test_progress_leaves_out_what_no_study_varies() -> None:
    small = Trial(model="resnet18", image_size=32, processes=2)
    state = replace(BEGUN, order=SweepOrder(Plan((small,))))
    assert plain(progress_lines(swept(state), 60, 10, PALETTE))[2] == (
        "fp32 unfused nhwc b1 on 2×1 cores"
    )


def test_times_take_two_lines_where_one_is_too_short() -> None:
    assert plain(progress_lines(swept(HALF), 28, 10, PALETTE))[1:3] == [
        "2 of 4",
        "elapsed 1:10   left 0:50",
    ]


def test_the_end_tells_the_drift_and_where_the_results_are() -> None:
    frame = swept(DONE, running=False)
    lines = plain(progress_lines(frame, 70, 10, PALETTE))
    assert lines[2] == "every trial is done; what is measured is in the history"
    assert lines[3] == "! drift: the baseline moved by +11.1% between start and end"
    assert progress_state(frame) == "ended"


@pytest.mark.parametrize(
    ("state", "trouble", "said"),
    [
        (
            *(HALF, ""),
            "stopped; what is measured is in the history;"
            " resnettui sweep --resume measures the rest",
        ),
        (replace(HALF, id=""), "", "stopped; there is no history to keep it"),
        (replace(DONE, id=""), "", "every trial is done; there is no history to keep it"),
        (HALF, "the disk is full", "✗ the disk is full"),
    ],
)
def test_how_a_sweep_ended_is_told_as_it_is(state: SweepState, trouble: str, said: str) -> None:
    frame = swept(state, running=False, trouble=trouble)
    lines = plain(progress_lines(frame, 60, 10, PALETTE))
    assert said in " ".join(lines)
    assert "left" not in lines[1]


def test_failures_are_told_the_newest_first_as_far_as_there_is_room() -> None:
    failed = replace(BEGUN, failures={0: "refused", 1: "does not fit"}, position=2)
    lines = plain(progress_lines(swept(failed), 50, 10, PALETTE))
    assert lines[1] == "2 of 4  ✗ 2   elapsed 0:00   left 0:00"
    assert lines[-2:] == [
        "✗ fp32 fused nhwc b1 on 1 core: does not fit",
        "✗ fp32 unfused nhwc b1 on 1 core: refused",
    ]
    short = plain(progress_lines(swept(failed), 50, 5, PALETTE))
    assert short[-1] == "✗ fp32 fused nhwc b1 on 1 core: does not fit …"


# Curves and rows.


def test_curve_and_rows_say_what_will_stand_there() -> None:
    for draw in (sweep_curve_lines, sweep_rows_lines):
        assert "".join(plain(draw(swept(BEGUN), 60, 10, PALETTE))).strip()
    assert (curve_state(framed()), sweep_rows_state(framed())) == ("", "")


def test_curves_are_named_by_what_tells_them_apart_the_highest_first() -> None:
    trials = [
        replace(base, precision=precision, threads=threads, batch_size=4)
        for base in (ONE, FUSED)
        for precision in ("fp32", "int8")
        for threads in (1, 2)
    ]
    rates = (10, 18, 30, 50, 20, 38, 40, 70)
    outcomes = {n: outcome(t, rate) for n, (t, rate) in enumerate(zip(trials, rates, strict=True))}
    lines = plain(sweep_curve_lines(swept(replace(BEGUN, outcomes=outcomes)), 80, 12, PALETTE))
    assert lines[0] == "img/s against threads, dotted: perfect scaling of ●"
    assert lines[-1] == "◆ int8 fused b4   ▲ int8 unfused b4   ■ fp32 fused b4   ● fp32 unfused b4"
    assert lines[-2].split() == ["1", "2"]
    assert len(lines) == 12


EIGHT = {
    n: outcome(Trial(precision=p, fusion=f, memory_format=m, threads=t), 10 * (n + 1))
    for n, (p, f, m, t) in enumerate(
        (p, f, m, t)
        for p in ("fp32", "int8")
        for f in ("none", "full")
        for m in ("contiguous", "channels_last")
        for t in (1, 4)
    )
}


def test_eight_curves_have_a_sign_each() -> None:
    lines = plain(sweep_curve_lines(swept(replace(BEGUN, outcomes=EIGHT)), 116, 14, PALETTE))
    legend = "".join(line for line in lines if "fused" in line)
    assert all(legend.count(sign) == 1 for sign in "●■▲◆○□△◇")
    assert all(sign in "".join(lines[1:-3]) for sign in "●■▲◆○□△◇")


@pytest.mark.parametrize(("width", "height"), [(24, 6), (36, 8), (50, 6)])
def test_names_without_room_are_counted(width: int, height: int) -> None:
    lines = plain(sweep_curve_lines(swept(replace(BEGUN, outcomes=EIGHT)), width, height, PALETTE))
    named = sum(line.count("fused") for line in lines)
    assert lines[-1].endswith(f"+ {8 - named}")
    assert len(lines) == height


PANELS: dict[str, tuple[Draw, int]] = {
    "studies": (studies_lines, 24),
    "progress": (progress_lines, 28),
    "curve": (sweep_curve_lines, 36),
    "rows": (sweep_rows_lines, 36),
}
STATES = {
    "nothing": framed(),
    "planned": framed(preview=PLAN),
    "begun": swept(BEGUN),
    "half": swept(HALF),
    "done": swept(DONE, running=False),
    "eight": swept(replace(BEGUN, outcomes=EIGHT)),
    "trouble": swept(HALF, running=False, trouble="the disk is full " + "x" * 200),
    "failed": swept(replace(BEGUN, failures={0: "refused " + "y" * 200}, position=1)),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", PANELS)
def test_no_line_is_wider_than_its_panel_and_none_is_empty(name: str, state: str) -> None:
    draw, least = PANELS[name]
    for width in range(least, 121):
        for height in (6, 10, 30):
            lines = draw(STATES[state], width, height, PALETTE)
            assert max(line.cell_len for line in lines) <= width
            assert any(line.plain.strip() for line in lines)
