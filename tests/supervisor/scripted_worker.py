"""A worker without torch, that behaves as its first argument says."""

import os
import signal
import sys
import time

from resnettui.core.machine import Build
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    VERSION,
    Event,
    Finished,
    Hello,
    Measure,
    Prepared,
    Ready,
    Samples,
    Step,
    WarmingUp,
    decode,
    encode,
)
from resnettui.core.trial import Check, WarmUp

BUILD = Build("2.9.0", "0.24.0", ("x86", "qnnpack"), "x86", "AVX2", True)

MS = 1_000_000


def say(event: Event) -> None:
    sys.stdout.buffer.write(encode(event))
    sys.stdout.buffer.flush()


def measure(wish: Measure) -> None:
    run, trial = wish.run_id, wish.trial.resolved(BUILD.engines)
    say(Step(run, "building"))
    say(Prepared(run, trial, Check(0.0, 1.0), OpLedger({}), OpLedger({}), {}))
    say(WarmingUp(run, WarmUp(10, True), 0, done=True))
    latency = 10 * MS // trial.threads
    for n in range(wish.iterations or 20):
        say(Samples(run, (latency + n,), latency, (n + 1) * latency))
    say(Finished(run))


def main(mode: str) -> None:
    if mode == "missing torch":
        raise ModuleNotFoundError("No module named 'torch'")
    if mode == "silent":
        time.sleep(60)
    say(Hello(99 if mode == "other version" else VERSION, os.getpid()))
    if mode == "illegal import":
        os.kill(os.getpid(), signal.SIGILL)
    say(Ready(BUILD))
    for line in sys.stdin.buffer:
        wish = decode(line)
        if not isinstance(wish, Measure):
            continue
        if mode == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if mode == "aborts":
            print("terminate called: bad weights", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGABRT)
        if mode == "junk":
            print("Segmentation fault is not JSON", flush=True)
        if mode == "exits":
            print("out of ideas", file=sys.stderr)
            sys.exit(3)
        if mode == "deaf once" and wish.run_id == 1:
            say(Step(1, "busy"))
            time.sleep(60)
        measure(wish)


if __name__ == "__main__":
    main(sys.argv[1])
