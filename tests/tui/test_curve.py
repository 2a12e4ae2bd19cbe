from dataclasses import replace

import pytest
from drawing_samples import PALETTE

from resnettui.core.curves import Curve, curves_of
from resnettui.core.outcome import Outcome
from resnettui.core.trial import Trial
from resnettui.tui.widgets.curve import curve_lines

BASE = Trial()


def curve(axis: str, points: dict[int, float], fusion: str = "none") -> Curve:
    trials = {
        replace(BASE, fusion=fusion).with_value(axis, value): img_s
        for value, img_s in points.items()
    }
    (made,) = curves_of([Outcome(t, 1e6, img_s) for t, img_s in trials.items()], axis)
    return made


def drawn(curves: list[Curve], width: int = 30, height: int = 8) -> list[str]:
    names = [c.trial.fusion for c in curves]
    return [line.plain.rstrip() for line in curve_lines(curves, names, width, height, PALETTE)]


def test_points_stand_at_their_values_and_are_signed_by_curve() -> None:
    lines = drawn([curve("batch_size", {1: 10, 2: 20, 4: 40})])
    assert lines[0] == "img/s against batch size"
    assert lines[1].startswith("  40.0│")
    assert lines[1].endswith("●")
    assert lines[-3].startswith("     0│")
    assert lines[-2].split() == ["1", "2", "4"]
    assert lines[-1] == "● none"
    assert sum(line.count("●") for line in lines[:-1]) == 3


def test_every_curve_has_a_sign_of_its_own() -> None:
    lines = drawn(
        [
            curve("batch_size", {1: 10, 2: 20}),
            curve("batch_size", {1: 20, 2: 40}, fusion="full"),
        ],
        height=10,
    )
    assert lines[-1] == "■ full   ● none"
    picture = "".join(lines[1:-1])
    assert (picture.count("●"), picture.count("■")) == (2, 2)


def dots_of(axis: str) -> int:
    curves = [curve(axis, {1: 30, 4: 32}), curve(axis, {1: 30, 4: 240}, fusion="full")]
    lines = curve_lines(curves, ["a", "b"], 30, 12, PALETTE)
    return sum(
        len(line.plain[span.start : span.end].strip())
        for line in lines[1:-2]
        for span in line.spans
        if span.style == PALETTE.dim and "│" not in line.plain[span.start : span.end]
    )


def test_only_cores_have_an_ideal_line() -> None:
    assert dots_of("threads") > 3
    assert dots_of("processes") == dots_of("threads")
    assert dots_of("batch_size") == 0


def test_labels_that_would_collide_are_left_out() -> None:
    points = {1000 + n: float(n) for n in range(1, 41)}
    labels = drawn([curve("batch_size", points)])[-2].split()
    assert labels[0] == "1001"
    assert len(labels) < 8
    assert all(len(label) == 4 for label in labels)


@pytest.mark.parametrize("width", [24, 40, 118])
@pytest.mark.parametrize("height", [6, 12, 30])
def test_it_fills_the_panel_and_no_more(width: int, height: int) -> None:
    curves = [curve("threads", {1: 10, 2: 19, 3: 27, 4: 30}, fusion=f) for f in ("none", "full")]
    names = ["int8 unfused batch 64 nchw", "int8 fused batch 64 nchw"]
    lines = curve_lines(curves, names, width, height, PALETTE)
    assert len(lines) == height
    assert max(line.cell_len for line in lines[:-2]) <= width
