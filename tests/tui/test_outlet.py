"""The way out to a terminal that reads, reads late, or reads no more."""

import asyncio
import os
import pty
import select
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from resnettui.tui.outlet import LIMIT_BYTES, Outlet, opened_anew

RESTORE = b"\x1b[?1049l"


@dataclass
class Reader:
    """The other end of a pipe or of a terminal, which reads when it is told to."""

    end: int
    outlet_end: int
    behind: int = 0
    caught_up: list[bool] = field(default_factory=list)
    gone: int = 0

    def outlet(self) -> Outlet:
        def fell_behind() -> None:
            self.behind += 1

        def is_gone() -> None:
            self.gone += 1

        return Outlet(self.outlet_end, fell_behind, self.caught_up.append, is_gone)

    def read(self, most: int = 1 << 20) -> bytes:
        """Return what is there."""
        found = b""
        while len(found) < most:
            try:
                chunk = os.read(self.end, min(1 << 16, most - len(found)))
            except OSError:
                return found
            if not chunk:
                return found
            found += chunk
        return found


@pytest.fixture
def pipe() -> Iterator[Reader]:
    end, outlet_end = os.pipe()
    os.set_blocking(end, False)
    os.set_blocking(outlet_end, False)
    yield Reader(end, outlet_end)
    os.close(end)


@pytest.fixture
def terminal() -> Iterator[Reader]:
    end, other = pty.openpty()
    outlet_end = opened_anew(other)
    assert outlet_end is not None
    os.set_blocking(end, False)
    yield Reader(end, outlet_end)
    os.close(other)
    os.close(end)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        await asyncio.sleep(0.01)
        if true():
            return
    pytest.fail("it did not come true")


async def filled(outlet: Outlet, reader: Reader) -> bytes:
    """Write until something waits, and return all that was written."""
    written = b""
    while not reader.behind:
        chunk = b"%07d." % (len(written) // 8) * 512
        outlet.write(chunk)
        written += chunk
    return written


async def test_a_terminal_that_reads_gets_all_at_once(pipe: Reader) -> None:
    outlet = pipe.outlet()
    outlet.write(b"one ")
    outlet.write(b"two")
    assert pipe.read() == b"one two"
    assert (pipe.behind, pipe.caught_up) == (0, [])
    outlet.close()


async def test_what_was_not_read_comes_later_and_whole(pipe: Reader) -> None:
    outlet = pipe.outlet()
    written = await filled(outlet, pipe)
    outlet.write(b"the end")
    assert pipe.behind == 1
    read = b""

    def all_read() -> bool:
        nonlocal read
        read += pipe.read()
        return read == written + b"the end"

    await until(all_read)
    await until(lambda: pipe.caught_up == [False])
    outlet.close()


async def test_memory_is_bounded_and_what_was_left_out_is_told(pipe: Reader) -> None:
    outlet = pipe.outlet()
    await filled(outlet, pipe)
    for _ in range(100):
        outlet.write(b"x" * (LIMIT_BYTES // 4))
    assert len(outlet._waiting) < 1.25 * LIMIT_BYTES
    await until(lambda: bool(pipe.read() or True) and pipe.caught_up == [True])
    outlet.write(b"anew")
    assert pipe.read().endswith(b"anew")
    outlet.close()


async def test_it_may_fall_behind_again(pipe: Reader) -> None:
    outlet = pipe.outlet()
    for times in (1, 2):
        pipe.behind = 0
        await filled(outlet, pipe)
        await until(lambda: bool(pipe.read() or True) and len(pipe.caught_up) == times)  # noqa: B023
    outlet.close()


async def test_another_thread_may_write(pipe: Reader) -> None:
    outlet = pipe.outlet()
    thread = threading.Thread(target=outlet.write, args=(b"from the thread of the keys",))
    thread.start()
    thread.join()
    await until(lambda: pipe.read() == b"from the thread of the keys")
    outlet.close()


async def test_one_that_is_gone_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnettui.tui.outlet.WATCH_S", 0.01)
    end, other = pty.openpty()
    anew = opened_anew(other)
    assert anew is not None
    reader = Reader(end, anew)
    outlet = reader.outlet()
    await asyncio.sleep(0.05)
    assert reader.gone == 0
    os.close(other)
    os.close(end)
    await until(lambda: reader.gone > 0)
    await asyncio.sleep(0.05)
    assert reader.gone == 1
    outlet.close()


async def test_one_that_is_gone_takes_everything(pipe: Reader) -> None:
    outlet = pipe.outlet()
    with open(os.devnull, "rb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), pipe.end)
    outlet.write(b"nobody reads this")
    assert pipe.behind == 0
    outlet.close()


async def test_the_last_words_reach_a_terminal_that_has_stopped_reading(terminal: Reader) -> None:
    outlet = terminal.outlet()
    await filled(outlet, terminal)
    outlet.discard()
    outlet.write(RESTORE)
    outlet.close(patience_s=0.0)
    assert terminal.read().endswith(RESTORE)


async def test_the_end_waits_for_a_terminal_that_reads_slowly(
    terminal: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet = terminal.outlet()
    written = await filled(outlet, terminal)
    read = bytearray()

    def slowly(_read: object, _write: object, _error: object, _seconds: float) -> None:
        read.extend(terminal.read(1 << 12))

    monkeypatch.setattr(select, "select", slowly)
    outlet.write(RESTORE)
    outlet.close(patience_s=60.0)
    assert bytes(read + terminal.read()) == written + RESTORE


def test_opening_anew_leaves_the_descriptor_as_it_is() -> None:
    end, other = pty.openpty()
    anew = opened_anew(other)
    assert anew is not None
    assert os.get_blocking(other)
    assert not os.get_blocking(anew)
    for descriptor in (anew, other, end):
        os.close(descriptor)


def test_what_is_no_terminal_is_not_opened_anew(
    pipe: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_name: str, _flags: int) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refused)
    assert opened_anew(pipe.outlet_end) is None
