"""What a command without a screen says on stderr while it works."""

import sys
from types import TracebackType
from typing import TextIO

from resnettui.core.protocol import Event, Measure, Prepared, Samples, Starting, Step, WarmingUp
from resnettui.core.stats import median
from resnettui.report.figures import milliseconds

CLEAR_LINE = "\r\x1b[K"


class Progress:
    """One line that follows the events: rewritten on a terminal, a line per step elsewhere.

    It moves only with events, four times a second at most: a spinner would use the very cores
    that are being measured.
    """

    def __init__(self, wish: Measure, stream: TextIO = sys.stderr) -> None:
        self._wish = wish
        self._stream = stream
        self._live = stream.isatty()
        self._said = ""
        self._passes = 0
        self._wall_ns = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._stream.write(CLEAR_LINE)
            self._stream.flush()

    def show(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case Starting():
                self._say("starting the worker, which imports torch", event="starting")
            case Step():
                count = f" {event.done}/{event.total}" if event.total else ""
                self._say(event.what + count, event=event.what)
            case Prepared() if event.input.unreadable:
                for name in event.input.unreadable_names:
                    self._note(f"no image: {name}")
            case WarmingUp():
                self._say(f"warming up, pass {event.warmup.iterations}", event="warming up")
            case Samples():
                self._passes += len(event.latencies_ns)
                self._wall_ns += event.wall_ns
                latest = milliseconds(median(event.latencies_ns))
                text = f"measuring, pass {self._passes}{self._goal()}, {latest} ms"
                self._say(text, event="measuring")

    def _goal(self) -> str:
        if self._wish.iterations is not None:
            return f" of {self._wish.iterations * self._wish.trial.processes}"
        return f", {self._wall_ns / 1e9:.1f} of {self._wish.duration_s:.1f} s"

    def _say(self, text: str, event: str) -> None:
        if self._live:
            self._stream.write(CLEAR_LINE + text)
        elif event != self._said:
            self._stream.write(text + "\n")
        self._said = event
        self._stream.flush()

    def _note(self, text: str) -> None:
        self._stream.write(f"{CLEAR_LINE if self._live else ''}{text}\n")
        self._stream.flush()
