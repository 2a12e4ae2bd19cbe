"""What a command without a screen says on stderr while it works.

It moves only with events: a spinner would use the very cores that are being measured.
"""

import os
import sys
from types import TracebackType
from typing import TextIO

from resnettui.core.protocol import (
    Event,
    Job,
    Measure,
    Prepared,
    Samples,
    Starting,
    Step,
    WarmingUp,
)
from resnettui.core.stats import median
from resnettui.report.figures import milliseconds

CLEAR_LINE = "\r\x1b[K"


class StatusLine:
    """A last line that is rewritten on a terminal, above which notes stay; elsewhere only notes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.live = stream.isatty()

    def __enter__(self) -> "StatusLine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.say("")

    def say(self, text: str) -> None:
        """Rewrite the line, cut to the terminal's width: a line that wraps cannot be rewritten."""
        if self.live:
            self._stream.write(CLEAR_LINE + text[: self._columns() - 1])
            self._stream.flush()

    def note(self, text: str) -> None:
        """Write a line that stays."""
        self._stream.write(f"{CLEAR_LINE if self.live else ''}{text}\n")
        self._stream.flush()

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except (OSError, ValueError):
            return 80


class Progress:
    """Follows one job: a status line, or a line per step where it is not rewritten."""

    def __init__(self, wish: Job, stream: TextIO | None = None) -> None:
        self._wish = wish
        self._line = StatusLine(stream or sys.stderr)
        self._said = ""
        self._noted: set[str] = set()
        self._heading = ""
        self._brief = False
        self._passes = 0
        self._wall_ns = 0

    def turn_to(self, wish: Job, heading: str, brief: bool = False) -> None:
        """Follow another run from here on, with a heading in front of its lines.

        A brief one has a single line where each event of a run would have one.
        """
        self._wish, self._heading, self._brief = wish, heading, brief
        self._said = ""
        self._passes = self._wall_ns = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.say("")

    def show(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Prepared):
            for name in event.input.unreadable_names:
                self._note(f"no image: {name}")
        if isinstance(event, Samples):
            self._passes += len(event.latencies_ns)
            self._wall_ns += event.wall_ns
            latest = milliseconds(median(event.latencies_ns))
            self._say(f"measuring, pass {self._passes}{self._goal()}, {latest} ms", "measuring")
        elif text := doing(event):
            self._say(text, event.what if isinstance(event, Step) else type(event).__name__)

    def _goal(self) -> str:
        if not isinstance(self._wish, Measure):
            return ""
        if self._wish.iterations is not None:
            return f" of {self._wish.iterations * self._wish.trial.processes}"
        return f", {self._wall_ns / 1e9:.1f} of {self._wish.duration_s:.1f} s"

    def _say(self, text: str, step: str) -> None:
        text = self._heading + text
        if self._line.live:
            self._line.say(text)
        elif step != self._said and (step == "measuring" or not self._brief):
            self._line.note(text)
        self._said = step

    def _note(self, text: str) -> None:
        """Say what is to stay, once."""
        if text not in self._noted:
            self._noted.add(text)
            self._line.note(text)


def doing(event: Event) -> str:
    """Return what a worker does, in a few words; "" for events that tell nothing of it."""
    match event:
        case Starting():
            return "starting the worker, which imports torch"
        case Step():
            return event.what + (f" {event.done}/{event.total}" if event.total else "")
        case WarmingUp():
            return f"warming up, pass {event.warmup.iterations}"
        case Samples():
            return "measuring"
    return ""
