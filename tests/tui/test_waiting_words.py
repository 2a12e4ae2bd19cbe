"""What a panel says while something is waited for, and where it failed."""

import pytest
from drawing_samples import (
    INT8,
    PALETTE,
    folded,
    frame,
    plain,
    run,
    style_of,
)

from resnettui.core.frame import frame_of
from resnettui.core.live_events import Reset
from resnettui.core.protocol import Samples
from resnettui.tui.widgets.latency import latency_lines
from resnettui.tui.widgets.words import wrapped


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("nothing known", "waiting for the first pass"),
        ("starting", "starting the worker"),
        ("importing", "importing torch, some seconds the first time"),
        ("building", "building resnet50 int8 fused 1/2"),
        ("warming up", "warming up, pass 12, 9.00 ms"),
    ],
)
def test_waiting_says_what_for(state: str, words: str) -> None:
    drawn = plain(latency_lines(frame(state), 90, 12, PALETTE))
    said = [text for text in drawn if text.strip()]
    assert said[0].strip() == words
    assert said[1].strip().startswith("resnet50 · ")
    for text in said:
        left = len(text) - len(text.lstrip())
        assert left == (90 - len(text.strip())) // 2


@pytest.mark.parametrize(
    "events", [[], [*run(INT8, 8.78)[8:], Reset()]], ids=["first", "after a reset"]
)
def test_the_first_pass_is_what_is_waited_for(events: list[Reset | Samples]) -> None:
    state = frame_of(folded([*run(INT8, 8.78)[:8], *events]))
    drawn = plain(latency_lines(state, 90, 12, PALETTE))
    assert "waiting for the first pass" in "\n".join(drawn)


def test_a_failure_is_told_whole_with_what_to_do() -> None:
    drawn = latency_lines(frame("failed"), 40, 12, PALETTE)
    assert plain(drawn) == [
        "",
        "This configuration was not measured.",
        "",
        "resnet50 bf16 fused: mkldnn: bf16 is not",
        "supported here",
        "",
        "try fusion none, or fp32",
        "",
        "Any other value tries again.",
    ]
    assert style_of(drawn[1], "This") == PALETTE.error
    assert style_of(drawn[6], "try") == PALETTE.accent


@pytest.mark.parametrize("width", [26, 40, 76])
def test_no_word_of_a_failure_is_lost(width: int) -> None:
    text = "".join(plain(latency_lines(frame("lost"), width, 60, PALETTE))).replace(" ", "")
    assert "theworkerwaskilled:" + "x" * 200 in text
    assert "chooseasmallerbatchsize" in text


def test_a_final_failure_does_not_promise_another_try() -> None:
    assert "tries again" not in "\n".join(plain(latency_lines(frame("lost"), 60, 60, PALETTE)))


@pytest.mark.parametrize("width", [20, 33, 120])
def test_wrapping_keeps_every_word_inside_the_width(width: int) -> None:
    words = " ".join(f"word{n}" for n in range(50))
    lines = plain(wrapped(words, PALETTE.text, width))
    assert " ".join(lines) == words
    assert max(map(len, lines)) <= width
