import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from resnettui.core.codec import decode
from resnettui.core.protocol import Failed, Finished, Samples
from resnettui.worker.wire import Outbox

PIPE_BYTES = 1 << 20
"""More than any pipe holds."""


def read_available(descriptor: int) -> bytes:
    os.set_blocking(descriptor, False)
    found = b""
    while True:
        try:
            chunk = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return found
        if not chunk:
            return found
        found += chunk


def test_events_arrive_in_order() -> None:
    reader, writer = os.pipe()
    outbox = Outbox(writer)
    outbox.post(Finished(1))
    outbox.post(Failed(2, "error", "reason"))
    lines = read_available(reader).splitlines()
    assert [decode(line) for line in lines] == [Finished(1), Failed(2, "error", "reason")]


def test_a_full_pipe_neither_blocks_nor_tears_or_loses_a_message() -> None:
    reader, writer = os.pipe()
    outbox = Outbox(writer)
    events = [Samples(n, tuple(range(1000)), 1, 2) for n in range(PIPE_BYTES // 4000)]
    for event in events:
        outbox.post(event)
    assert not outbox.flush()
    received = b""
    for _ in range(1000):
        received += read_available(reader)
        if outbox.flush():
            break
    received += read_available(reader)
    assert [decode(line) for line in received.splitlines()] == events


def test_what_is_larger_than_the_pipe_is_sent_whole_before_a_worker_rests() -> None:
    reader, writer = os.pipe()
    outbox = Outbox(writer)
    event = Samples(1, tuple(range(PIPE_BYTES // 2)), 1, 2)
    outbox.post(event)
    outbox.post(Finished(1))
    with os.fdopen(reader, "rb") as wire, ThreadPoolExecutor() as pool:
        lines = pool.submit(lambda: [wire.readline(), wire.readline()])
        outbox.drain()
        assert [decode(line) for line in lines.result()] == [event, Finished(1)]


def in_a_process(code: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", code], input=stdin, capture_output=True, timeout=60, check=False
    )


def test_native_prints_do_not_reach_the_wire() -> None:
    code = """
import os
from resnettui.worker.wire import claim_stdout
wire = claim_stdout()
os.write(1, b"noise")
os.write(wire, b"message")
"""
    done = in_a_process(code)
    assert (done.stdout, done.stderr) == (b"message", b"noise")


def test_the_end_of_stdin_ends_the_process_in_the_middle_of_its_work() -> None:
    code = """
import sys, time
from resnettui.worker.wire import Inbox
Inbox(0)
time.sleep(60)
print("still here")
"""
    done = in_a_process(code)
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("junk", [b"junk\n", b'{"type":"Hello","version":1,"pid":1}\n'])
def test_what_is_no_command_is_ignored(junk: bytes) -> None:
    code = f"""
import os
from resnettui.worker.wire import Inbox
reader, writer = os.pipe()
os.write(writer, {junk!r} + b'{{"type":"Stop"}}\\n')
print(Inbox(reader).next(), flush=True)
"""
    assert in_a_process(code).stdout == b"Stop()\n"


INTERRUPTED = """
import os, sys, threading, time
from resnettui.core.codec import encode
from resnettui.core.protocol import Stop
from resnettui.worker.wire import Inbox, Superseded
reader, writer = os.pipe()
inbox = Inbox(reader)
threading.Timer(0.2, os.write, (writer, encode(Stop()))).start()
"""


def test_a_command_interrupts_what_is_interruptible_at_once() -> None:
    code = (
        INTERRUPTED
        + """
try:
    with inbox.interruptible():
        while True:
            time.sleep(0.001)
except Superseded:
    print("superseded by", inbox.next())
"""
    )
    assert in_a_process(code).stdout == b"superseded by Stop()\n"


def test_a_shielded_step_is_finished_before_the_interruption() -> None:
    code = (
        INTERRUPTED
        + """
try:
    with inbox.interruptible():
        with inbox.shielded():
            for _ in range(600):
                time.sleep(0.001)
            print("finished", flush=True)
        print("never")
except Superseded:
    print("superseded")
"""
    )
    assert in_a_process(code).stdout == b"finished\nsuperseded\n"


def test_a_command_that_waits_already_interrupts_at_the_door() -> None:
    code = (
        INTERRUPTED
        + """
time.sleep(0.6)
try:
    with inbox.interruptible():
        print("never")
except Superseded:
    print("superseded")
"""
    )
    assert in_a_process(code).stdout == b"superseded\n"


def test_the_instant_to_begin_waits_and_interrupts_nothing() -> None:
    code = """
import os, time
from resnettui.core.codec import encode
from resnettui.core.protocol import Go, Stop
from resnettui.worker.wire import Inbox
reader, writer = os.pipe()
inbox = Inbox(reader)
print(inbox.begin_ns(7))
with inbox.interruptible():
    os.write(writer, encode(Go(7, 4711)))
    while inbox.begin_ns(7) is None:
        time.sleep(0.001)
    print(inbox.begin_ns(7), inbox.begin_ns(8))
os.write(writer, encode(Stop()))
print(inbox.next(), flush=True)
"""
    assert in_a_process(code).stdout == b"None\n4711 None\nStop()\n"
