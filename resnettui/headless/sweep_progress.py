"""What a sweep says on stderr: a line per finished trial, and a bar below them on a terminal."""

import sys
from typing import TextIO

from resnettui.core.protocol import Event
from resnettui.core.sweep import SweepState
from resnettui.progress import StatusLine, doing
from resnettui.report.figures import duration, milliseconds, significant, thread_count
from resnettui.report.roof import peaks_text
from resnettui.report.terminal import title

BAR_CELLS = 20


class SweepProgress:
    """Follows a sweep: a line for every finished trial, and below them a bar on a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._line = StatusLine(stream or sys.stderr)
        self._told: set[int] = set()
        self._roofs: set[int] = set()

    def event(self, event: Event) -> None:
        """Tell what a worker does before the sweep begins."""
        self._line.say(doing(event))

    def note(self, text: str) -> None:
        """Write a line that stays."""
        self._line.note(text)

    def show(self, state: SweepState) -> None:
        """Tell of the trials that are done, and how far the sweep is."""
        for threads in sorted({*state.roofs, *state.roof_failures} - self._roofs):
            self._roofs.add(threads)
            self._line.note(roof(state, threads))
        for position in sorted({*state.outcomes, *state.failures} - self._told):
            self._told.add(position)
            if position not in state.measured_before:
                self._line.note(f"{finished(state, position)}   {times(state)}")
        now = f"{title(state.trial)}: {state.doing}" if state.trial and state.doing else ""
        self._line.say(f"{bar(state.done, state.total)} {times(state)}  {now}")

    def end(self) -> None:
        """Take the bar away."""
        self._line.say("")


def roof(state: SweepState, threads: int) -> str:
    """Return one line on the roof of so many threads."""
    name = f"roof of {thread_count(threads)}"
    if threads in state.roof_failures:
        return f"{name}: not measured: {state.roof_failures[threads]}"
    return f"{name}: {peaks_text(state.roofs[threads])}"


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
