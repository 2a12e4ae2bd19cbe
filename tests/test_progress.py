import io
import re
from collections.abc import Sequence

import pytest

from resnettui.core.ops import OpLedger
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
from resnettui.core.trial import Check, InputSource, Trial, WarmUp
from resnettui.progress import CLEAR_LINE, Progress

MS = 1_000_000


def test_passes_are_counted_towards_those_of_all_processes() -> None:
    out = io.StringIO()
    progress = Progress(Measure(1, Trial(processes=3), iterations=20), out)
    progress.show(Samples(1, (8 * MS,) * 9, 72 * MS, 1, owners=(0, 1, 2) * 3))
    assert out.getvalue() == "measuring, pass 9 of 60, 8.00 ms\n"


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


def turned(stream: io.StringIO) -> str:
    """Return what is said of two runs, the second of them in brief."""
    with Progress(WISH, stream) as progress:
        for heading, brief in (("pair 1 of 2, A: ", False), ("pair 1 of 2, B: ", True)):
            progress.turn_to(WISH, heading, brief)
            for event in EVENTS[4:]:
                progress.show(event)
    return stream.getvalue()


def test_a_log_has_all_steps_of_the_first_run_and_one_line_of_a_brief_one() -> None:
    lines = [line for line in turned(io.StringIO()).splitlines() if line.startswith("pair")]
    assert lines == [
        "pair 1 of 2, A: building resnet50",
        "pair 1 of 2, A: warming up, pass 4",
        "pair 1 of 2, A: measuring, pass 3, 0.5 of 5.0 s, 9.00 ms",
        "pair 1 of 2, B: measuring, pass 3, 0.5 of 5.0 s, 9.00 ms",
    ]


def test_a_broken_file_is_named_once_for_all_runs() -> None:
    wish = Measure(2, Trial(), duration_s=5.0)
    stream = io.StringIO()
    with Progress(WISH, stream) as progress:
        for heading in ("A: ", "B: "):
            progress.turn_to(wish, heading)
            progress.show(prepared(UNREADABLE))
    assert stream.getvalue().count("no image: a.txt") == 1


def test_a_terminal_follows_a_brief_run_as_any_other_and_counts_anew() -> None:
    said = turned(Terminal()).split(CLEAR_LINE)
    assert "pair 1 of 2, B: warming up, pass 4" in said
    assert "pair 1 of 2, B: measuring, pass 4, 1.5 of 5.0 s, 12.0 ms" in said
