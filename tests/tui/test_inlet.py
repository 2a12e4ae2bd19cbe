"""Tests of the inlet, on a pipe: what comes is read, and nothing is looked at in between."""

import contextlib
import os
import selectors
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from resnettui.tui.driver import Gone, PatientDriver
from resnettui.tui.inlet import PIECE_BYTES, SETTLING_S, Inlet


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        with contextlib.suppress(OSError):
            os.close(end)


@pytest.fixture
def inlet(pipe: tuple[int, int]) -> Iterator[Inlet]:
    made = Inlet(pipe[0])
    yield made
    made.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """Return for how long it was ready to wait, each time."""
    noted: list[float | None] = []
    select = selectors.SelectSelector.select

    def noting(self: selectors.SelectSelector, timeout: float | None = None) -> Any:
        noted.append(timeout)
        return select(self, timeout)

    monkeypatch.setattr(selectors.SelectSelector, "select", noting)
    return noted


def test_what_comes_is_read_as_it_comes(pipe: tuple[int, int], inlet: Inlet) -> None:
    pieces = inlet.pieces()
    for sent in (b"t", b"\x1b[A", "é".encode()):
        os.write(pipe[1], sent)
        assert next(pieces) == sent


def test_that_nothing_follows_is_told_once_and_then_it_sleeps(
    pipe: tuple[int, int], inlet: Inlet, waits: list[float | None]
) -> None:
    pieces = inlet.pieces()
    os.write(pipe[1], b"\x1b")
    assert [next(pieces), next(pieces)] == [b"\x1b", b""]
    os.write(pipe[1], b"q")
    assert next(pieces) == b"q"
    assert waits == [None, SETTLING_S, None]


def test_it_ends_while_it_sleeps(inlet: Inlet) -> None:
    read: list[bytes] = []
    thread = threading.Thread(target=lambda: read.extend(inlet.pieces()))
    thread.start()
    inlet.end()
    thread.join(30)
    assert not thread.is_alive()
    assert read == []


def test_it_ends_with_the_terminal(pipe: tuple[int, int], inlet: Inlet) -> None:
    os.write(pipe[1], b"q")
    os.close(pipe[1])
    assert list(inlet.pieces()) == [b"q"]


def test_it_ends_where_the_terminal_cannot_be_read(
    pipe: tuple[int, int], inlet: Inlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(descriptor: int, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    os.write(pipe[1], b"q")
    monkeypatch.setattr(os, "read", gone)
    assert list(inlet.pieces()) == []


@pytest.mark.parametrize(("asked", "told"), [(False, [Gone]), (True, [])])
def test_the_app_hears_of_an_end_that_nobody_asked_for(
    pipe: tuple[int, int],
    inlet: Inlet,
    monkeypatch: pytest.MonkeyPatch,
    asked: bool,
    told: list[type],
) -> None:
    heard: list[object] = []
    driver = PatientDriver.__new__(PatientDriver)
    driver._debug, driver._inlet = False, inlet
    monkeypatch.setattr(driver, "send_message", heard.append)
    if asked:
        inlet.end()
    os.close(pipe[1])
    driver.run_input_thread()
    assert [type(one) for one in heard] == told


def test_nothing_more_is_read_before_what_was_read_is_heeded(
    pipe: tuple[int, int], inlet: Inlet
) -> None:
    heeded: list[Callable[[], None]] = []
    asked, left = threading.Event(), threading.Event()

    def ask(tell: Callable[[], None]) -> None:
        heeded.append(tell)
        asked.set()

    def read() -> None:
        inlet.wait(ask)
        left.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert asked.wait(30)
    assert not left.is_set()
    heeded[0]()
    thread.join(30)
    assert left.is_set()


def test_a_long_text_comes_in_pieces_that_the_app_can_hold(
    pipe: tuple[int, int], inlet: Inlet
) -> None:
    os.write(pipe[1], b"t" * 1000)
    pieces = inlet.pieces()
    assert [len(next(pieces)) for _ in range(4)] == [PIECE_BYTES] * 3 + [1000 - 3 * PIECE_BYTES]


def test_who_waits_to_be_heeded_ends_with_the_reading(
    inlet: Inlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnettui.tui.inlet.HEEDING_S", None)
    asked = threading.Event()
    thread = threading.Thread(target=inlet.wait, args=[lambda _tell: asked.set()])
    thread.start()
    assert asked.wait(30)
    inlet.end()
    thread.join(30)
    assert not thread.is_alive()
