"""What a command without a screen says on stderr while it works.

It moves only with events: a spinner would use the very cores that are being measured.
"""

import os
import sys
from types import TracebackType
from typing import TextIO

from resnettui.core.protocol import Event, Measure, Prepared, Samples, Starting, Step, WarmingUp
from resnettui.core.stats import median
from resnettui.core.sweep import SweepState
from resnettui.report.figures import duration, milliseconds, significant
from resnettui.report.terminal import title

CLEAR_LINE = "\r\x1b[K"

BAR_CELLS = 20


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
    """Follows one trial: a status line, or a line per step where it is not rewritten."""

    def __init__(self, wish: Measure, stream: TextIO | None = None) -> None:
        self._wish = wish
        self._line = StatusLine(stream or sys.stderr)
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
        self._line.say("")

    def show(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Prepared):
            for name in event.input.unreadable_names:
                self._line.note(f"no image: {name}")
        if isinstance(event, Samples):
            self._passes += len(event.latencies_ns)
            self._wall_ns += event.wall_ns
            latest = milliseconds(median(event.latencies_ns))
            self._say(f"measuring, pass {self._passes}{self._goal()}, {latest} ms", "measuring")
        elif text := doing(event):
            self._say(text, event.what if isinstance(event, Step) else type(event).__name__)

    def _goal(self) -> str:
        if self._wish.iterations is not None:
            return f" of {self._wish.iterations}"
        return f", {self._wall_ns / 1e9:.1f} of {self._wish.duration_s:.1f} s"

    def _say(self, text: str, step: str) -> None:
        if self._line.live:
            self._line.say(text)
        elif step != self._said:
            self._line.note(text)
        self._said = step


class SweepProgress:
    """Follows a sweep: a line for every finished trial, and below them a bar on a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._line = StatusLine(stream or sys.stderr)
        self._told: set[int] = set()

    def event(self, event: Event) -> None:
        """Tell what a worker does before the sweep begins."""
        self._line.say(doing(event))

    def note(self, text: str) -> None:
        """Write a line that stays."""
        self._line.note(text)

    def show(self, state: SweepState) -> None:
        """Tell of the trials that are done, and how far the sweep is."""
        for position in sorted({*state.outcomes, *state.failures} - self._told):
            self._told.add(position)
            if position not in state.measured_before:
                self._line.note(f"{finished(state, position)}   {times(state)}")
        now = f"{title(state.trial)}: {state.doing}" if state.trial and state.doing else ""
        self._line.say(f"{bar(state.done, state.total)} {times(state)}  {now}")

    def end(self) -> None:
        """Take the bar away."""
        self._line.say("")


def finished(state: SweepState, position: int) -> str:
    """Return one line on a trial that is done."""
    name = title(state.order.plan.trials[position])
    place = f"{position + 1:>{len(str(state.total))}} of {state.total}"
    if position in state.failures:
        return f"{place}  {name}: not measured: {state.failures[position]}"
    outcome = state.outcomes[position]
    flags = "".join(f"  ! {flag}" for flag in outcome.flags)
    throughput = significant(outcome.throughput_img_s)
    return f"{place}  {name}: {milliseconds(outcome.latency_ns)} ms, {throughput} img/s{flags}"


def times(state: SweepState) -> str:
    """Return what has passed and what is left."""
    left = "" if state.left_s is None else f", {duration(state.left_s)} left"
    return f"{state.done}/{state.total}, {duration(state.elapsed_s)} elapsed{left}"


def bar(done: int, total: int) -> str:
    """Return a bar of plain characters, for terminals of any encoding."""
    filled = BAR_CELLS * done // max(1, total)
    return "[" + "#" * filled + "." * (BAR_CELLS - filled) + "]"


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
