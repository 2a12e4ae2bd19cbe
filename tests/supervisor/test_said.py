import logging

import pytest

from resnettui.supervisor.said import LINES_PER_S, LONGEST_BYTES, STDERR_LINES, Said


class Clock:
    now = 7.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "resnettui.worker")
    return caplog


def test_every_line_is_logged_with_the_process_that_said_it(
    logged: pytest.LogCaptureFixture,
) -> None:
    said = Said(4711, Clock())
    said.hear(b"one\ntw")
    said.hear(b"o\nthree")
    said.end()
    assert logged.messages == ["worker 4711: one", "worker 4711: two", "worker 4711: three"]
    assert list(said.last) == ["one", "two", "three"]


def test_escape_codes_and_what_a_progress_bar_overwrote_are_left_out(
    logged: pytest.LogCaptureFixture,
) -> None:
    said = Said(1, Clock())
    said.hear(b"\x1b[31mred\x1b[0m \xff\n 10 %\r 50 %\r100 %\r\n")
    assert list(said.last) == ["red \N{REPLACEMENT CHARACTER}", "100 %"]
    assert logged.messages == [f"worker 1: {line}" for line in said.last]


def test_the_profiler_telling_of_itself_is_neither_logged_nor_a_reason(
    logged: pytest.LogCaptureFixture,
) -> None:
    said = Said(1, Clock())
    said.hear(b"bad weights\nUSDT:2026-11-24 8398:8398 Handler.cpp:52] profiler_start\nUS")
    said.hear(b"DT:2026-11-24 8398:8398 Handler.cpp:59] profiler_stop\n")
    assert logged.messages == ["worker 1: bad weights"]
    assert list(said.last) == ["bad weights"]


def test_of_a_flood_the_first_lines_of_a_second_are_logged_and_the_others_counted(
    logged: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    said = Said(1, clock)
    for first in range(0, 1000, 250):
        said.hear(b"".join(b"%d\n" % n for n in range(first, first + 250)))
    assert logged.messages == [f"worker 1: {n}" for n in range(LINES_PER_S)]
    clock.now += 1.0
    said.hear(b"later\n")
    left_out = f"worker 1: {1000 - LINES_PER_S} more lines are left out"
    assert logged.messages[LINES_PER_S:] == [left_out, "worker 1: later"]
    assert list(said.last)[-2:] == ["999", "later"]
    assert len(said.last) == STDERR_LINES


def test_the_end_tells_what_was_left_out(logged: pytest.LogCaptureFixture) -> None:
    said = Said(1, Clock())
    said.hear(b"x\n" * (LINES_PER_S + 5))
    said.end()
    assert logged.messages[-1] == "worker 1: 5 more lines are left out"


def test_a_line_without_an_end_does_not_grow(logged: pytest.LogCaptureFixture) -> None:
    said = Said(1, Clock())
    for _ in range(100):
        said.hear(b"y" * 65536)
    said.end()
    assert list(said.last) == ["y" * LONGEST_BYTES]
    assert len(logged.messages) == 1
