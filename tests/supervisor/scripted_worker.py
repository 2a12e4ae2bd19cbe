"""A worker without torch, that behaves as its first argument says."""

import os
import queue
import signal
import sys
import threading
import time
from dataclasses import replace

from resnettui.core.codec import decode, encode
from resnettui.core.machine import Build
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    VERSION,
    Failed,
    FindPeaks,
    Finished,
    Go,
    Hello,
    Measure,
    Message,
    PeaksFound,
    Prepared,
    Ready,
    Samples,
    Step,
    Stop,
    WarmingUp,
)
from resnettui.core.trial import Check, Member, WarmUp

BUILD = Build("2.9.0", "0.24.0", ("x86", "qnnpack"), "x86", "AVX2", True)

MS = 1_000_000


def say(message: Message) -> None:
    sys.stdout.buffer.write(encode(message))
    sys.stdout.buffer.flush()


def listen(inbox: "queue.Queue[Message]") -> None:
    for line in sys.stdin.buffer:
        inbox.put(decode(line))
    os._exit(0)


def measure(wish: Measure, inbox: "queue.Queue[Message]") -> None:
    run, trial = wish.run_id, wish.trial.resolved(BUILD.engines)
    say(Step(run, "building"))
    say(Prepared(run, trial, Check(0.0, 1.0), OpLedger({}), OpLedger({}), {}))
    member = Member(os.getpid(), wish.cores, memory_bytes=100 << 20)
    say(WarmingUp(run, WarmUp(10, True), 0, True, (member,)))
    latency = 10 * MS // trial.threads
    if wish.hold:
        endless(run, latency, inbox)
        return
    for n in range(wish.iterations or 20):
        say(Samples(run, (latency + n,), latency, (n + 1) * latency))
    say(Finished(run))


def endless(run: int, latency: int, inbox: "queue.Queue[Message]") -> None:
    """Wait for the instant, and report passes, on a clock of their own, until the next command."""
    command = inbox.get()
    if not isinstance(command, Go):
        inbox.put(command)
        return
    end_ns = command.at_ns
    while inbox.empty():
        end_ns += latency
        say(Samples(run, (latency,), latency, end_ns))
        time.sleep(0.002)


def main(mode: str) -> None:  # noqa: PLR0912
    if mode == "missing torch":
        raise ModuleNotFoundError("No module named 'torch'")
    if mode == "silent":
        time.sleep(60)
    say(Hello(99 if mode == "other version" else VERSION, os.getpid()))
    if mode == "illegal import":
        os.kill(os.getpid(), signal.SIGILL)
    say(Ready(BUILD))
    inbox: queue.Queue[Message] = queue.Queue()
    threading.Thread(target=listen, args=(inbox,), daemon=True).start()
    while True:
        wish = inbox.get()
        if isinstance(wish, Stop):
            say(Step(0, "resting"))
        if isinstance(wish, FindPeaks):
            say(PeaksFound(wish.run_id, ()))
            say(Finished(wish.run_id))
        if not isinstance(wish, Measure):
            continue
        if mode == "tells its order":
            say(Failed(wish.run_id, "error", repr(wish)))
            continue
        if mode == "killed on core 1" and 1 in wish.cores:
            os.kill(os.getpid(), signal.SIGKILL)
        if mode == "fails on core 1" and 1 in wish.cores:
            say(Failed(wish.run_id, "unavailable", "no such arithmetic", "try fp32"))
            continue
        if mode == "silent sample":
            wish = replace(wish, hold=True)
        if mode == "endless":
            inbox.put(Go(wish.run_id, time.monotonic_ns()))
            wish = replace(wish, hold=True)
        if mode == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if mode == "aborts":
            print("terminate called: bad weights", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGABRT)
        if mode == "junk":
            print("Segmentation fault is not JSON", flush=True)
        if mode == "commands":
            say(Stop())
        if mode == "endless line":
            print("x" * (1 << 25), flush=True)
        if mode == "exits":
            print("out of ideas", file=sys.stderr, flush=True)
            os._exit(3)  # Python's own end would trip over the thread that reads.
        if mode == "deaf once" and wish.run_id == 1:
            say(Step(1, "busy"))
            time.sleep(60)
        measure(wish, inbox)


if __name__ == "__main__":
    main(sys.argv[1])
