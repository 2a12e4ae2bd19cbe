import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from resnettui.core.protocol import (
    Event,
    Finished,
    Hello,
    Measure,
    Prepared,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.trial import Trial
from resnettui.supervisor import supervisor as supervisor_module
from resnettui.supervisor.process import WorkerProcess
from resnettui.supervisor.supervisor import Supervisor

SCRIPT = str(Path(__file__).with_name("scripted_worker.py"))
PATIENCE_S = 60.0


def argv(mode: str) -> tuple[str, ...]:
    return (sys.executable, SCRIPT, mode)


class Bench:
    """A supervisor of a scripted worker, and what it told."""

    def __init__(self, mode: str) -> None:
        self.events: list[Event] = []
        self.watch: Callable[[Event], None] = lambda event: None
        """Called with each event before the next one is taken."""
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        self.supervisor = Supervisor(self._take, lambda: "Cortex-A72", argv(mode))

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self.watch(event)
        self._queue.put_nowait(event)

    async def until(self, wanted: Callable[[Event], bool]) -> Event:
        while True:
            event = await asyncio.wait_for(self._queue.get(), PATIENCE_S)
            if wanted(event):
                return event

    def pids(self) -> list[int]:
        return [event.pid for event in self.events if isinstance(event, Hello)]


@asynccontextmanager
async def bench(mode: str) -> AsyncIterator[Bench]:
    made = Bench(mode)
    try:
        yield made
    finally:
        await made.supervisor.close()


def of(kind: type, run_id: int | None = None) -> Callable[[Event], bool]:
    return lambda event: (
        isinstance(event, kind) and (run_id is None or getattr(event, "run_id", None) == run_id)
    )


async def test_a_run_is_told_from_start_to_end_in_order() -> None:
    async with bench("good") as it:
        it.supervisor.measure(Measure(1, Trial(), iterations=2))
        await it.until(of(Finished))
    kinds = [type(event).__name__ for event in it.events]
    assert kinds == (
        ["Starting", "Hello", "Ready", "Step", "Prepared", "WarmingUp"]
        + ["Samples", "Samples", "Finished"]
    )


async def test_the_worker_stays_warm_for_the_next_configuration() -> None:
    async with bench("good") as it:
        it.supervisor.measure(Measure(1, Trial()))
        await it.until(of(Finished, 1))
        it.supervisor.measure(Measure(2, Trial(threads=2)))
        await it.until(of(Finished, 2))
        assert len(it.pids()) == 1


async def test_only_the_last_wish_of_a_start_is_measured() -> None:
    async with bench("good") as it:
        for run_id in (1, 2, 3):
            it.supervisor.measure(Measure(run_id, Trial(threads=run_id)))
        await it.until(of(Finished))
    prepared = [event for event in it.events if isinstance(event, Prepared)]
    assert [event.run_id for event in prepared] == [3]
    assert len(it.pids()) == 1


async def test_a_worker_too_busy_to_turn_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "CANCEL_GRACE_S", 0.2)
    async with bench("deaf once") as it:
        it.supervisor.measure(Measure(1, Trial()))
        await it.until(of(Step, 1))
        it.supervisor.measure(Measure(2, Trial()))
        await it.until(of(Finished, 2))
        first, second = it.pids()
        assert first != second
        assert not psutil.pid_exists(first)
    assert not any(isinstance(event, WorkerLost) for event in it.events)


@pytest.mark.parametrize(
    ("mode", "reason", "hint"),
    [
        ("killed", "was killed (SIGKILL)", "smaller batch"),
        ("aborts", "died of SIGABRT", "another"),
        ("exits", "exit code 3: out of ideas", "another"),
        ("junk", "wrote what is not a message: 'Segmentation fault", "version"),
        ("commands", "sent a command", "version"),
        ("endless line", "what is not a message: 'a line longer than any message'", "version"),
        ("other version", "speaks protocol 99", "version"),
        ("missing torch", "No module named 'torch'", "pip install"),
        ("illegal import", "illegal instruction while it was imported", "torch==2.9"),
    ],
)
async def test_every_end_of_a_worker_has_a_name_and_a_hint(
    mode: str, reason: str, hint: str
) -> None:
    async with bench(mode) as it:
        it.supervisor.measure(Measure(1, Trial()))
        lost = await it.until(of(WorkerLost))
    assert isinstance(lost, WorkerLost)
    assert reason in lost.reason
    assert hint in lost.hint
    assert it.events[-1] is lost


async def test_the_processor_is_named_when_torch_does_not_run_on_it() -> None:
    async with bench("illegal import") as it:
        it.supervisor.measure(Measure(1, Trial()))
        lost = await it.until(of(WorkerLost))
    assert isinstance(lost, WorkerLost)
    assert "(Cortex-A72)" in lost.reason
    assert lost.final


async def test_after_a_crash_the_next_wish_starts_a_new_worker() -> None:
    async with bench("killed") as it:
        it.supervisor.measure(Measure(1, Trial()))
        await it.until(of(WorkerLost))
        it.supervisor.measure(Measure(2, Trial()))
        await it.until(of(Ready))
        assert len(it.pids()) == 2
    assert [e.run_id for e in it.events if isinstance(e, Starting)] == [1, 2]


async def test_a_worker_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "HELLO_TIMEOUT_S", 0.3)
    async with bench("silent") as it:
        it.supervisor.measure(Measure(1, Trial()))
        lost = await it.until(of(WorkerLost))
    assert isinstance(lost, WorkerLost)
    assert "said nothing for 0 s" in lost.reason


def impatient_after(kind: type, monkeypatch: pytest.MonkeyPatch) -> Callable[[Event], None]:
    """Return a watch that lets a run be silent for a moment only, once there was such an event."""

    def watch(event: Event) -> None:
        if isinstance(event, kind):
            monkeypatch.setattr(supervisor_module, "SILENCE_TIMEOUT_S", 0.05)

    return watch


async def test_a_worker_that_falls_silent_in_mid_sample_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with bench("silent sample") as it:
        it.watch = impatient_after(Prepared, monkeypatch)
        it.supervisor.measure(Measure(1, Trial()))
        lost = await it.until(of(WorkerLost))
    assert isinstance(lost, WorkerLost)
    assert "the worker said nothing for" in lost.reason


async def test_a_worker_that_is_held_is_waited_for_until_it_may_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with bench("good") as it:
        it.watch = impatient_after(Prepared, monkeypatch)
        it.supervisor.measure(Measure(1, Trial(), hold=True))
        await it.until(of(WarmingUp))
        await asyncio.sleep(0.2)
        it.watch = lambda event: None
        monkeypatch.setattr(supervisor_module, "SILENCE_TIMEOUT_S", PATIENCE_S)
        it.supervisor.go(time.monotonic_ns())
        await it.until(of(Samples))
    assert not any(isinstance(event, WorkerLost) for event in it.events)


async def test_a_worker_that_has_finished_may_be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench("good") as it:
        it.watch = impatient_after(Samples, monkeypatch)
        it.supervisor.measure(Measure(1, Trial(), iterations=1))
        await it.until(of(Finished))
        await asyncio.sleep(0.2)
        assert psutil.pid_exists(*it.pids())
    assert isinstance(it.events[-1], Finished)


async def test_a_program_that_does_not_exist_is_a_lost_worker() -> None:
    events: list[Event] = []
    supervisor = Supervisor(events.append, argv=("/does/not/exist",))
    supervisor.measure(Measure(1, Trial()))
    await asyncio.sleep(0.1)
    await supervisor.close()
    assert isinstance(events[-1], WorkerLost)
    assert "no worker can be started" in events[-1].reason


async def test_closing_kills_the_worker_and_tells_nothing_more() -> None:
    async with bench("deaf once") as it:
        it.supervisor.measure(Measure(1, Trial()))
        await it.until(of(Step, 1))
        (pid,) = it.pids()
        told = len(it.events)
        await it.supervisor.close()
        assert not psutil.pid_exists(pid)
        assert len(it.events) == told


async def test_closing_while_a_worker_starts_leaves_none() -> None:
    it = Bench("silent")
    it.supervisor.measure(Measure(1, Trial()))
    await it.supervisor.close()
    assert not any("scripted_worker" in " ".join(p.cmdline()) for p in _children())


def _children() -> list[psutil.Process]:
    children: list[psutil.Process] = psutil.Process().children(recursive=True)
    return children


async def test_the_last_lines_of_stderr_are_all_there_when_the_end_is_told() -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    code = "import sys; sys.stderr.write('x' * 200000 + '\\nlast words\\n'); sys.exit(7)"
    worker = await WorkerProcess.start(told.put_nowait, argv=(sys.executable, "-c", code))
    await worker.wait()
    lost = told.get_nowait()
    assert isinstance(lost, WorkerLost)
    assert lost.reason.endswith("exit code 7: last words")


async def test_a_worker_that_floods_its_stderr_costs_neither_log_nor_event_loop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "resnettui.worker")
    told: asyncio.Queue[Event] = asyncio.Queue()
    code = "import sys; sys.stderr.write('%s\\n' % ('x' * 60) * 200000); sys.exit(7)"
    worker = await WorkerProcess.start(told.put_nowait, argv=(sys.executable, "-c", code))
    ending = asyncio.create_task(worker.wait())
    turns = 0
    while not ending.done():
        await asyncio.sleep(0)
        turns += 1
    lost = told.get_nowait()
    assert isinstance(lost, WorkerLost)
    assert lost.reason.endswith("x" * 60)
    assert turns > 100
    assert len(caplog.messages) < 20_000


async def test_no_worker_outlives_a_supervisor_that_was_killed() -> None:
    code = """
import asyncio, sys
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.supervisor.supervisor import Supervisor
async def main():
    def say(event):
        print(getattr(event, "pid", ""), flush=True)
    Supervisor(say).measure(Measure(1, Trial()))
    await asyncio.sleep(60)
asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = 0
    while not pid:
        line = await asyncio.wait_for(parent.stdout.readline(), PATIENCE_S)
        pid = int(line.strip() or 0)
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()
    for _ in range(int(PATIENCE_S * 10)):
        if not psutil.pid_exists(pid):
            break
        await asyncio.sleep(0.1)
    assert not psutil.pid_exists(pid)
