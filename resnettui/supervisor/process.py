"""One worker process: started with three pipes, spoken to in JSON lines, killed without mercy."""

import asyncio
import logging
import shlex
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence

from resnettui.core.codec import LINE_LIMIT_BYTES, ProtocolError, decode, encode
from resnettui.core.protocol import (
    VERSION,
    Command,
    Event,
    Hello,
    Ready,
    WorkerLost,
)
from resnettui.supervisor.failures import diagnose
from resnettui.supervisor.said import Said

LOG = logging.getLogger(__name__)

WORKER_ARGV = (sys.executable, "-m", "resnettui.worker")

CHUNK_BYTES = 65536
"""Of a worker's stderr that is read at a time."""

EventSink = Callable[[Event], None]


class WorkerProcess:
    """A running worker; its events go to a sink, and WorkerLost is the last of them.

    A process of its own session: a ctrl-C at the terminal is the UI's to answer. It ends by itself
    when its stdin closes, so that it never outlives this process.
    """

    def __init__(self, process: Process, sink: EventSink, cpu: str | None) -> None:
        self._process = process
        self._sink = sink
        self._cpu = cpu
        self._said = Said(process.pid)
        self._unheard: str | None = None
        self._dismissed = False
        self.ready = False
        self._tasks = [
            asyncio.create_task(self._watch()),
            asyncio.create_task(self._drain()),
        ]

    @classmethod
    async def start(
        cls, sink: EventSink, cpu: str | None = None, argv: Sequence[str] = WORKER_ARGV
    ) -> "WorkerProcess":
        """Start a worker; OSError where the system refuses."""
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=LINE_LIMIT_BYTES,
            start_new_session=True,
        )
        LOG.info("worker %d started: %s", process.pid, shlex.join(argv))
        return cls(process, sink, cpu)

    def send(self, command: Command) -> None:
        """Hand a command to the worker; one that is dead already is told of by WorkerLost."""
        stdin = self._process.stdin
        assert stdin is not None
        if not stdin.is_closing():
            stdin.write(encode(command))

    def dismiss(self) -> None:
        """Kill the process, and send no further event."""
        self._dismissed = True
        self._kill()

    def end(self, reason: str) -> None:
        """Kill the process for a reason, which WorkerLost will tell."""
        self._unheard = self._unheard or reason
        self._kill()

    async def wait(self) -> None:
        """Wait until the process is gone and everything it said is read."""
        await asyncio.gather(*self._tasks)

    def _kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    async def _watch(self) -> None:
        """Pass events on until the worker closes its end, then say why it ended."""
        stdout = self._process.stdout
        assert stdout is not None
        while line := await _line(stdout):
            event = self._understood(line)
            if event is not None and not self._dismissed:
                self._sink(event)
        returncode = await self._process.wait()
        await self._tasks[1]
        if self._dismissed:
            LOG.info("worker %d was ended", self._process.pid)
            return
        lost = self._lost(returncode)
        LOG.warning("worker %d ended: %s", self._process.pid, lost.reason)
        self._sink(lost)

    def _understood(self, line: bytes) -> Event | None:
        """Return the event of a line; what is none ends the worker."""
        if self._unheard:
            return None
        try:
            message = decode(line)
        except ProtocolError as error:
            self.end(f"the worker wrote what is {error}")
            return None
        if isinstance(message, Command):
            self.end("the worker sent a command")
            return None
        if isinstance(message, Hello) and message.version != VERSION:
            self.end(f"the worker speaks protocol {message.version}, this program {VERSION}")
            return None
        self.ready = self.ready or isinstance(message, Ready)
        return message

    def _lost(self, returncode: int) -> WorkerLost:
        if self._unheard:
            return WorkerLost(self._unheard, "is another version of resnettui installed?")
        return diagnose(returncode, self._said.last, imported=self.ready, cpu=self._cpu)

    async def _drain(self) -> None:
        stderr = self._process.stderr
        assert stderr is not None
        while data := await stderr.read(CHUNK_BYTES):
            self._said.hear(data)
        self._said.end()


async def _line(stream: asyncio.StreamReader) -> bytes:
    """Return the next line, cut where it is longer than any message may be."""
    try:
        return await stream.readline()
    except ValueError:
        return b"a line longer than any message\n"
