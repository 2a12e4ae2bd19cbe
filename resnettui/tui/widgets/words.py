"""What a panel says while there is nothing to show: what is waited for, or what went wrong."""

import textwrap
from math import inf

from rich.style import Style
from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.live import Phase
from resnettui.core.replay import ReplayView
from resnettui.report.figures import duration, milliseconds
from resnettui.report.terminal import title
from resnettui.tui.palette import Palette

PHASE_SIGNS = {
    Phase.IDLE: "○",
    Phase.STARTING: "◌",
    Phase.BUILDING: "◌",
    Phase.WARMING_UP: "◔",
    Phase.MEASURING: "●",
    Phase.FINISHED: "■",
    Phase.FAILED: "✗",
}


def phase_text(frame: Frame) -> str:
    """Return what the measuring side is doing, in one or two words with a sign.

    While a sweep runs, whose trials change by themselves, that is how far it is.
    """
    snapshot = frame.snapshot
    if frame.paused:
        return f"‖ paused, {snapshot.phase.value}"
    if frame.replay is not None:
        return f"{_replay_text(frame.replay)}, {snapshot.phase.value}"
    if frame.operators is not None and frame.operators.profiling.job is not None:
        return "◌ profiling"
    sweep = frame.sweep
    if sweep.running and sweep.state is not None:
        return f"{PHASE_SIGNS[snapshot.phase]} sweep {sweep.state.done}/{sweep.state.total}"
    return f"{PHASE_SIGNS[snapshot.phase]} {snapshot.phase.value}"


def _replay_text(replay: ReplayView) -> str:
    """Return how far a replay is, and how fast it goes; or that this is shared by many."""
    if replay.shared:
        return "■ no longer shared" if replay.ended else "◎ shared"
    if replay.ended:
        return f"■ replay ended {duration(replay.elapsed_s)}"
    speed = f" ×{replay.speed:g}" if 1 != replay.speed < inf else ""
    return f"▶ replay{speed} {duration(replay.elapsed_s)}"


def doing(frame: Frame) -> str:
    """Return what the worker does now, with its count."""
    snapshot = frame.snapshot
    if snapshot.phase is Phase.FAILED:
        return "it failed before that"
    if snapshot.phase is Phase.STARTING:
        if not snapshot.worker_pids:
            return "starting the worker"
        return "importing torch, some seconds the first time"
    if snapshot.phase is Phase.WARMING_UP:
        return f"warming up, pass {snapshot.warmup.iterations}, {milliseconds(snapshot.last_ns)} ms"
    if snapshot.step is not None and snapshot.phase is Phase.BUILDING:
        count = f" {snapshot.step.done}/{snapshot.step.total}" if snapshot.step.total else ""
        return snapshot.step.what + count
    return "waiting for the first pass"


def waiting_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Say what is waited for, in the upper third of the panel."""
    lines = [
        *wrapped(doing(frame), palette.strong, width),
        *wrapped(title(frame.snapshot.trial), palette.dim, width),
    ]
    return [Text()] * max(0, height // 3 - 1) + [_centred(line, width) for line in lines]


def failure_lines(frame: Frame, width: int, palette: Palette) -> list[Text]:
    """Say what went wrong and what to do, in whole sentences."""
    failure = frame.snapshot.failure
    if failure is None:
        return []
    rows = [
        ("This configuration was not measured.", palette.error),
        (failure.reason, palette.text),
        (failure.hint, palette.accent),
        ("" if getattr(failure, "final", False) else "Any other value tries again.", palette.dim),
    ]
    lines: list[Text] = []
    for text, style in rows:
        if text:
            lines += [Text(), *wrapped(text, style, width)]
    return lines


def wrapped(text: str, style: Style, width: int) -> list[Text]:
    """Break a sentence into lines of a width."""
    return [Text(line, style) for line in textwrap.wrap(text, width)]


def _centred(text: Text, width: int) -> Text:
    return Text.assemble(" " * ((width - text.cell_len) // 2), text)
