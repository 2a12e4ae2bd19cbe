"""The first line of every screen, in literal characters."""

from dataclasses import replace

import pytest
from drawing_samples import (
    PALETTE,
    folded,
    frame,
    machine_of,
    reading_of,
    style_of,
)

from resnettui.core.frame import frame_of
from resnettui.core.live_events import Looked, Probed
from resnettui.core.plan import Plan
from resnettui.core.sweep import SweepOrder, SweepState, SweepView
from resnettui.core.trial import Trial
from resnettui.tui.widgets.status import status_lines


def test_the_status_is_the_machine_and_the_phase() -> None:
    (line,) = status_lines(frame("measuring"), 120, 1, PALETTE)
    left = "resnettui Neoverse-N1 · 4 of 4 cores · asimddp · torch 2.9.1 · 51 °C · 2.60 GHz"
    right = "ui 0.8 %  ● measuring"
    assert line.plain == left + " " * (120 - len(left) - len(right)) + right


@pytest.mark.parametrize("width", [38, 60, 100])
@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("nothing known", "○ idle"),
        ("starting", "◌ starting"),
        ("building", "◌ building"),
        ("warming up", "◔ warming up"),
        ("measuring", "● measuring"),
        ("failed", "✗ failed"),
    ],
)
def test_the_phase_stands_at_the_end_at_any_width(width: int, state: str, phase: str) -> None:
    (line,) = status_lines(frame(state), width, 1, PALETTE)
    assert line.plain.endswith(f" %  {phase}")
    assert line.cell_len == width


def test_a_pause_is_told_with_what_goes_on_behind_it() -> None:
    (line,) = status_lines(replace(frame("measuring"), paused=True), 100, 1, PALETTE)
    assert line.plain.endswith("‖ paused, measuring")


def test_a_failure_and_throttling_have_the_colours_of_flags() -> None:
    (failed,) = status_lines(frame("failed"), 100, 1, PALETTE)
    assert style_of(failed, "✗") == PALETTE.error
    (throttled,) = status_lines(frame("clusters"), 160, 1, PALETTE)
    assert "! thermal limit: cooling device at 3" in throttled.plain
    assert style_of(throttled, "!") == PALETTE.warning


@pytest.mark.parametrize("width", [38, 60, 100])
def test_throttling_has_room_in_the_first_line_and_is_told_only_where_it_is(width: int) -> None:
    (throttled,) = status_lines(frame("clusters"), width, 1, PALETTE)
    assert style_of(throttled, "! t") == PALETTE.warning
    assert throttled.cell_len == width
    (calm,) = status_lines(frame("measuring"), width, 1, PALETTE)
    assert "!" not in calm.plain


def test_what_the_sensors_do_not_tell_is_left_out() -> None:
    silent = replace(reading_of(4), temperature_celsius=None, clock_hz={}, ui_cores=None)
    state = frame_of(folded([Probed(machine_of(4)), Looked(silent)]))
    (line,) = status_lines(state, 80, 1, PALETTE)
    assert line.plain.startswith("resnettui Neoverse-N1 · 4 of 4 cores · asimddp  ")
    assert line.plain.endswith("ui - %  ○ idle")


def test_before_the_machine_is_known_no_core_is_counted() -> None:
    (line,) = status_lines(frame("nothing known"), 100, 1, PALETTE)
    assert "reading the machine" in line.plain
    assert "of 0 cores" not in line.plain


@pytest.mark.parametrize(("running", "phase"), [(True, "● sweep 0/2"), (False, "● measuring")])
def test_a_sweep_is_told_on_every_screen_as_long_as_it_runs(running: bool, phase: str) -> None:
    state = SweepState(SweepOrder(Plan((Trial(), Trial(threads=2)))))
    sweeping = replace(frame("measuring"), sweep=SweepView(state=state, running=running))
    (line,) = status_lines(sweeping, 60, 1, PALETTE)
    assert line.plain.endswith(f"%  {phase}")
