"""The app in a browser: one measurement, and a follower of it for every visitor."""

import asyncio
import os
import shlex
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from resnettui.core.live_events import Surveyed, Surveying
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError, UsageError, reason_of
from resnettui.live_run import PERIOD_S, LiveRun, living
from resnettui.log import LOG
from resnettui.machine.probe import named, probe
from resnettui.places import history_path
from resnettui.tui.driver import ending_signals
from resnettui.tui.keeper import Keeper
from resnettui.tui.live_control import BURST_S
from resnettui.tui.lookout import whole_board
from resnettui.tui.other_side import Measuring
from resnettui.tui.sharing import Publisher

LOOPBACK = ("127.0.0.1", "::1", "localhost")

ANYWHERE = ("0.0.0.0", "::")
"""Addresses to listen at that nobody can call."""

SOCKET_BYTES = 107
"""The longest path of a socket, of the 108 that unix(7) names without the zero behind it."""

End = Callable[[], None]


@dataclass(frozen=True)
class Site:
    """Where the page is to be had."""

    host: str = "127.0.0.1"
    port: int = 8000
    url: str | None = None
    """What visitors call it; None for host and port."""

    @property
    def called(self) -> str:
        """The address that the page and its visitors use."""
        host = socket.gethostname() if self.host in ANYWHERE else self.host
        return self.url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def serve(wish: Measure, history: Path | None, site: Site) -> None:
    """Measure and show it to whoever comes, until ctrl-C.

    A hangup and `kill` end it, too. What was measured goes into `history` (None: the user's).
    UsageError where textual-serve is not there, or the address or the folder for temporary files
    cannot be used, HistoryError where something could not be stored.
    """
    show = _page()
    if site.host not in LOOPBACK:
        reach = f"whoever reaches {site.host}, port {site.port}"
        sys.stderr.write(f"resnettui: {reach}, can see and change this measurement\n")
    keeper = Keeper(history or history_path(), _complain)
    with tempfile.TemporaryDirectory(prefix="resnettui-") as folder:
        path = _socket(folder)
        with _measuring(wish, path, keeper) as end:
            command = shlex.join([sys.executable, "-m", "resnettui", "follow", str(path)])
            show(command, site, end)
    if keeper.trouble is not None:
        raise HistoryError(keeper.trouble.reason, keeper.trouble.hint)


def _socket(folder: str) -> Path:
    """Return where to share the measurement; UsageError where that is too long for a socket."""
    path = Path(folder) / "shared"
    if len(os.fsencode(path)) > SOCKET_BYTES:
        reason = f"the name of the folder for temporary files is too long for a socket: {folder}"
        raise UsageError(reason, "TMPDIR=/tmp resnettui serve")
    return path


def _page() -> Callable[[str, Site, End], None]:
    """Return what shows the app of a command in browsers, and on ctrl-C ends the measurement."""
    try:
        from textual_serve.server import Server
    except ImportError:
        hint = "pip install textual-serve"
        raise UsageError("textual-serve is not installed", hint) from None

    def show(command: str, site: Site, end: End) -> None:
        server = Server(command, site.host, site.port, "resnettui", site.called)
        exit = server.request_exit

        def request_exit() -> None:
            # The page waits for its visitors, and they leave when there is nothing to follow.
            end()
            exit()

        server.request_exit = request_exit
        # It prints all that is logged; the log file has what is ours.
        LOG.propagate = False
        # It takes the loop of this thread, which has none before; of the signals that end it, the
        # page itself knows no hangup.
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        for one in ending_signals():
            loop.add_signal_handler(one, request_exit)
        try:
            server.serve()
        except OSError as error:
            reason = f"{site.host}, port {site.port}: {reason_of(error)}"
            raise UsageError(reason, "--port 8001") from None

    return show


@contextmanager
def _measuring(wish: Measure, path: Path, keeper: Keeper) -> Iterator[End]:
    """Measure in a thread while the context lasts, from when followers can come.

    Yield what ends it before.
    """
    begun, over = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(asyncio.run, measure(wish, path, keeper, begun, over))
        ended.add_done_callback(lambda _: begun.set())
        try:
            begun.wait()
            if not ended.done():
                yield over.set
        finally:
            over.set()
            ended.result()


async def measure(
    wish: Measure, path: Path, keeper: Keeper, begun: threading.Event, over: threading.Event
) -> None:
    """Measure for those who follow at a path, from when it has `begun` until it is `over`."""
    publisher = Publisher()
    async with living(named(probe()), publisher.hear) as (run, crew):
        choices = Choices(run, crew, keeper, wish)
        async with publisher.opened(path, lambda: run.snapshot, choices.choose):
            begun.set()
            choices.choose(wish.trial)
            await _survey(run)
            while not over.is_set():
                await asyncio.sleep(PERIOD_S)
                run.look()
        choices.end()
        await keeper.finish(run.snapshot)


class Choices:
    """What is chosen by those who follow: the last of several in a row is measured."""

    def __init__(self, run: LiveRun, crew: Measuring, keeper: Keeper, wish: Measure) -> None:
        self._run = run
        self._crew = crew
        self._keeper = keeper
        self._wish = wish
        self._burst: asyncio.TimerHandle | None = None

    def choose(self, trial: Trial) -> None:
        """Show another configuration at once, and measure it when no other follows."""
        self.end()
        self._keeper.keep(self._run.snapshot)
        asked = self._run.chosen(replace(self._wish, trial=trial))
        loop = asyncio.get_running_loop()
        self._burst = loop.call_later(BURST_S, self._crew.measure, asked)

    def end(self) -> None:
        """Measure nothing that is not measured yet."""
        if self._burst is not None:
            self._burst.cancel()


async def _survey(run: LiveRun) -> None:
    """Look at the whole board, beside the event loop."""
    run.fold(Surveying())
    run.fold(Surveyed(await asyncio.to_thread(whole_board, run.snapshot.machine)))


def _complain(error: HistoryError) -> None:
    sys.stderr.write(f"resnettui: not stored: {error.reason}\n")
