"""The panel of the latency, in literal characters."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from drawing_samples import (
    INT8,
    MS,
    PALETTE,
    SECOND,
    folded,
    frame,
    plain,
    run,
    style_of,
)
from rich.style import Style
from rich.text import Text

from resnettui.core.frame import frame_of
from resnettui.core.live_events import Chosen
from resnettui.core.protocol import Samples
from resnettui.core.trial import Trial
from resnettui.tui.widgets.bars import EIGHTHS_UP
from resnettui.tui.widgets.latency import TALL, large_digits, latency_lines, latency_title

Drawn = Sequence[Text]


@pytest.mark.parametrize(
    ("number", "drawn"),
    [
        ("14.7", ["╺┓ ╻ ╻ ╺━┓", " ┃ ┗━┫   ┃", "╺┻╸  ╹•  ╹"]),
        ("203", ["╺━┓┏━┓╺━┓", "┏━┛┃ ┃ ━┫", "┗━╸┗━┛╺━┛"]),
    ],
)
def test_large_digits_are_three_lines(number: str, drawn: list[str]) -> None:
    assert large_digits(number) == drawn


def test_no_two_large_digits_look_alike() -> None:
    assert len({tuple(large_digits(digit)) for digit in "0123456789"}) == 10


def test_the_median_is_the_first_and_largest_thing() -> None:
    drawn = latency_lines(frame("measuring"), 60, 20, PALETTE)
    for line, digits in zip(drawn, large_digits("8.78"), strict=False):
        assert line.plain.startswith(digits)
        assert style_of(line, digits.split()[0]).bold
    assert drawn[0].plain.removeprefix(large_digits("8.78")[0]).split("  ")[1] == "ms median"


def test_the_figures_stand_beside_the_median() -> None:
    drawn = plain(latency_lines(frame("measuring"), 76, 20, PALETTE))[:3]
    for line, figures in zip(
        drawn,
        [
            ("ms median", "p90 8.92", "min 8.60"),
            ("113 img/s", "p95 8.94", "max 26.3"),
            ("n 299", "p99 8.96", "IQR 2 %"),
        ],
        strict=True,
    ):
        assert [figure for figure in figures if figure not in line] == []


@pytest.mark.parametrize(
    ("passes", "words"),
    [
        (28, ("p90 - (28/29)", "p95 - (28/59)", "p99 - (28/299)")),
        (120, ("p90 8.92", "p95 8.94", "p99 - (120/299)")),
    ],
)
@pytest.mark.parametrize("width", [26, 34, 80])
@pytest.mark.parametrize("height", [TALL - 1, TALL])
def test_a_percentile_is_a_number_or_what_it_lacks(
    passes: int, words: Sequence[str], width: int, height: int
) -> None:
    state = frame_of(folded(run(INT8, 8.78, passes)))
    text = "\n".join(plain(latency_lines(state, width, height, PALETTE)))
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(("height", "large"), [(TALL - 1, False), (TALL, True)])
def test_the_median_is_large_where_there_is_height(height: int, large: bool) -> None:
    drawn = plain(latency_lines(frame("measuring"), 60, height, PALETTE))
    assert drawn[0].startswith(large_digits("8.78")[0]) is large
    assert drawn[0].startswith("8.78 ms") is not large


@pytest.mark.parametrize(("fusion", "hue"), [("none", PALETTE.unfused), ("full", PALETTE.fused)])
def test_the_median_has_the_hue_of_its_fusion(fusion: str, hue: Style) -> None:
    state = frame_of(folded(run(replace(INT8, fusion=fusion), 8.78)))
    assert style_of(latency_lines(state, 60, 20, PALETTE)[0], "┏").color == hue.color


def test_a_flag_is_told_with_its_reason_in_warning() -> None:
    drawn = latency_lines(frame("measuring"), 90, 20, PALETTE)
    (line,) = [line for line in drawn if line.plain.startswith("!")]
    assert line.plain.startswith("! reference kernel: 17 calls ran a plain loop: conv")
    assert style_of(line, "!") == PALETTE.warning


def test_a_long_reason_goes_on_in_a_second_line_where_there_is_room_for_it() -> None:
    tall = plain(latency_lines(frame("measuring"), 50, 20, PALETTE))
    assert tall[3].startswith("! reference kernel: 17 calls")
    assert any(map(str.isalpha, tall[4]))
    low = plain(latency_lines(frame("measuring"), 50, 12, PALETTE))
    assert low[3].endswith(" …")
    assert not tall[3].endswith("…")


def test_every_flag_is_told() -> None:
    text = "\n".join(plain(latency_lines(frame("slow"), 110, 20, PALETTE)))
    for flag in ("not settled", "oversubscribed", "emulated", "reference kernel"):
        assert f"! {flag}" in text


def block_rows(drawn: Drawn) -> list[str]:
    """Return the lines that hold nothing but columns."""
    return [text for text in plain(drawn) if text.strip() and not set(text) - set(EIGHTHS_UP)]


@pytest.mark.parametrize(("width", "height"), [(60, 18), (76, 30), (30, 14), (40, 60)])
def test_spare_height_goes_to_the_histogram(width: int, height: int) -> None:
    drawn = latency_lines(frame("measuring"), width, height, PALETTE)
    assert len(drawn) == height
    assert len(block_rows(drawn)) > height - 12


def test_the_bin_of_the_median_stands_out() -> None:
    drawn = latency_lines(frame("measuring"), 60, 20, PALETTE)
    at = next(i for i, line in enumerate(drawn) if "╵" in line.plain)
    bottom = drawn[at - 1]
    bright = [span for span in bottom.spans if span.style == PALETTE.strong]
    assert [(span.end - span.start) for span in bright] == [2]
    assert "█" in bottom.plain[bright[0].start : bright[0].end]


def test_the_axis_begins_at_the_minimum_and_counts_what_lies_beyond() -> None:
    drawn = plain(latency_lines(frame("measuring"), 60, 20, PALETTE))
    (axis,) = [text for text in drawn if "╵" in text]
    assert axis.startswith("╵8.60")
    assert axis.endswith(" +1")
    assert len(axis) == 60


def test_the_last_minute_stands_below() -> None:
    events = [
        *run(INT8, 8.0)[:8],
        Samples(1, (8 * MS,) * 9, 72 * MS, 100 * SECOND),
        Samples(1, (16 * MS,) * 9, 144 * MS, 130 * SECOND),
    ]
    drawn = plain(latency_lines(frame_of(folded(events)), 60, 20, PALETTE))
    (at,) = [i for i, text in enumerate(drawn) if text.startswith("last 60 s")]
    assert drawn[at].split() == ["last", "60", "s", "8.00", "to", "16.0", "ms"]
    assert [text.rstrip()[-1] for text in drawn[at + 1 :]] == ["█", "█"]
    assert drawn[at + 2][29] != " "


@pytest.mark.parametrize(
    ("batch_size", "title"),
    [(1, "one pass of 1 image, closed loop"), (8, "one pass of 8 images, closed loop")],
)
def test_the_border_says_what_was_measured(batch_size: int, title: str) -> None:
    assert latency_title(frame_of(folded([Chosen(1, Trial(batch_size=batch_size))]))) == title


def test_the_border_says_that_passes_of_several_processes_are_pooled() -> None:
    assert latency_title(frame("crew")) == "one pass of 1 image, closed loop, 2 processes"
