import io
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from resnettui.core.ops import OpLedger
from resnettui.core.outcome import Outcome
from resnettui.core.plan import Plan
from resnettui.core.protocol import (
    Event,
    Finished,
    Hello,
    Measure,
    Prepared,
    Samples,
    Starting,
    Step,
    WarmingUp,
)
from resnettui.core.sweep import SweepOrder, SweepState
from resnettui.core.trial import Check, InputSource, Trial, WarmUp
from resnettui.progress import CLEAR_LINE, Progress, SweepProgress

MS = 1_000_000


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


WISH = Measure(1, Trial(), duration_s=5.0)
UNREADABLE = InputSource(3, 2, ("a.txt (no image)", "b.jpg (truncated)"))


def prepared(source: InputSource) -> Prepared:
    return Prepared(1, Trial(), Check(0.0, 1.0), OpLedger(), OpLedger(), {}, source)


EVENTS: list[Event] = [
    Starting(1),
    Hello(1, 4711),
    Step(1, "decoding", 1, 3),
    Step(1, "decoding", 2, 3),
    Step(1, "building resnet50"),
    prepared(UNREADABLE),
    WarmingUp(1, WarmUp(4, False), 9 * MS),
    WarmingUp(1, WarmUp(10, True), 0, done=True),
    Samples(1, (8 * MS, 9 * MS, 10 * MS), 500 * MS, 1),
    Samples(1, (12 * MS,), 1000 * MS, 2),
    Finished(1),
]

STEPS = [
    "starting the worker, which imports torch",
    "decoding 1/3",
    "building resnet50",
    "no image: a.txt (no image)",
    "no image: b.jpg (truncated)",
    "warming up, pass 4",
    "measuring, pass 3, 0.5 of 5.0 s, 9.00 ms",
]


def shown(stream: io.StringIO, events: Sequence[Event] = EVENTS, wish: Measure = WISH) -> str:
    with Progress(wish, stream) as progress:
        for event in events:
            progress.show(event)
    return stream.getvalue()


def test_a_file_gets_a_line_per_step_and_no_escape_code() -> None:
    assert shown(io.StringIO()).split("\n") == [*STEPS, ""]


def test_a_terminal_rewrites_one_line_and_clears_it_at_the_end() -> None:
    assert shown(Terminal()).split(CLEAR_LINE) == [
        "",
        "starting the worker, which imports torch",
        "decoding 1/3",
        "decoding 2/3",
        "building resnet50",
        "no image: a.txt (no image)\n",
        "no image: b.jpg (truncated)\n",
        "warming up, pass 4",
        "warming up, pass 10",
        "measuring, pass 3, 0.5 of 5.0 s, 9.00 ms",
        "measuring, pass 4, 1.5 of 5.0 s, 12.0 ms",
        "",
    ]


def test_a_terminal_keeps_the_notes_alone() -> None:
    """Only what ends a line stays."""
    screen = [re.split(r"\r\x1b\[K", line)[-1] for line in shown(Terminal()).split("\n")]
    assert screen == ["no image: a.txt (no image)", "no image: b.jpg (truncated)", ""]


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_wish_for_passes_counts_passes(stream: type[io.StringIO]) -> None:
    text = shown(stream(), EVENTS, Measure(1, Trial(), iterations=40))
    assert "measuring, pass 3 of 40, 9.00 ms" in text
    assert " s," not in text.partition("measuring")[2]


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_readable_images_are_no_note(stream: type[io.StringIO]) -> None:
    assert shown(stream(), [prepared(InputSource(3))]).strip("\r\x1b[K") == ""


def test_an_error_clears_the_line_and_is_passed_on() -> None:
    def fail(stream: io.StringIO) -> None:
        with Progress(WISH, stream) as progress:
            progress.show(Starting(1))
            raise KeyError

    stream = Terminal()
    with pytest.raises(KeyError):
        fail(stream)
    assert stream.getvalue().endswith("torch" + CLEAR_LINE)


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_every_step_is_written_out_at_once(
    stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    out = stream()
    monkeypatch.setattr(out, "flush", lambda: flushed.append(out.getvalue()))
    Progress(WISH, out).show(Starting(1))
    assert flushed == [out.getvalue()]
    assert "starting" in flushed[0]


ORDER = SweepOrder(Plan((Trial(), Trial(threads=2), Trial()), repeats=True))
FIRST = Outcome(Trial(), 80.0 * MS, 12.5)
SECOND = Outcome(Trial(threads=2), 50.0 * MS, 20.0, flags={"noisy": "so"})


def swept(stream: io.StringIO) -> str:
    progress = SweepProgress(stream)
    begun = SweepState(ORDER, doing="warming up, pass 3")
    progress.show(begun)
    progress.show(replace(begun, outcomes={0: FIRST}, position=1, elapsed_s=10))
    progress.show(
        replace(
            begun,
            outcomes={0: FIRST, 1: SECOND},
            failures={2: "refused"},
            position=3,
            doing="",
            elapsed_s=30,
        )
    )
    progress.end()
    return stream.getvalue()


def test_a_sweep_leaves_a_line_per_trial_in_a_log_file() -> None:
    lines = swept(io.StringIO()).splitlines()
    assert lines[0].startswith("1 of 3  resnet50 · fp32")
    assert lines[0].endswith("80.0 ms, 12.5 img/s   1/3, 0:10 elapsed, 0:20 left")
    assert "50.0 ms, 20.0 img/s  ! noisy" in lines[1]
    assert lines[2].endswith("not measured: refused   3/3, 0:30 elapsed, 0:00 left")
    assert len(lines) == 3


def test_a_sweep_keeps_a_bar_below_them_on_a_terminal() -> None:
    written = swept(Terminal())
    assert "[######..............] 1/3, 0:10 elapsed, 0:20 left" in written
    assert written.endswith(CLEAR_LINE)


def test_trials_of_an_earlier_run_are_not_told_again() -> None:
    stream = io.StringIO()
    before = SweepState(ORDER, outcomes={0: FIRST}, measured_before=frozenset({0}))
    SweepProgress(stream).show(before)
    assert stream.getvalue() == ""
