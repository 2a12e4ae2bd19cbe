"""What the panels of the operators say while there is nothing to show."""

from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.isa import emulates
from resnettui.core.live import Phase
from resnettui.core.op_view import OpView
from resnettui.core.protocol import FindPeaks, Job, Profile
from resnettui.core.roof import MEMORY, kinds_of
from resnettui.report.figures import thread_count
from resnettui.report.terminal import title
from resnettui.tui.keymap import key_of
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import bar
from resnettui.tui.widgets.words import doing, wrapped

NOT_RECORDED = "there is no profile of this configuration, and none is taken here"


def operators_of(frame: Frame) -> OpView:
    """Return what the screen of operators shows, for its panels, which are drawn only there."""
    assert frame.operators is not None
    return frame.operators


def waiting(frame: Frame) -> str:
    """Return what the workers are asked for on behalf of this screen, with its count; else ""."""
    profiling = operators_of(frame).profiling
    if profiling.job is None:
        return ""
    count = f" ({profiling.position + 1} of {len(profiling.jobs)})" if profiling.jobs[1:] else ""
    return f"{_asked(profiling.job)}{count}: {doing(frame)}"


def _asked(job: Job) -> str:
    match job:
        case FindPeaks(threads=threads, kinds=kinds):
            names = " and ".join("memory bandwidth" if kind == MEMORY else kind for kind in kinds)
            return f"the roof of {names} on {thread_count(threads)}"
        case Profile(trial=trial):
            return f"operators, {'fused' if trial.fusion == 'full' else 'unfused'}"
        case _:
            return "a sample"


def nothing_lines(what: str, frame: Frame, width: int, palette: Palette) -> list[Text]:
    """Say what will stand in a panel, or that it will not."""
    failed = operators_of(frame).trial in operators_of(frame).profiling.failures
    return wrapped("these operators were not profiled" if failed else what, palette.dim, width)


def waiting_lines(frame: Frame, width: int, palette: Palette) -> list[Text]:
    """Say why there is no profile: what is waited for, with its count, or what went wrong."""
    view = operators_of(frame)
    if failure := view.profiling.failures.get(view.trial):
        return [
            *wrapped("These operators were not profiled.", palette.error, width),
            *wrapped(failure, palette.text, width),
            *wrapped(f"{key_of('again', frame.keys)} tries again.", palette.dim, width),
        ]
    return [
        *wrapped(waiting(frame) or _idle(frame), palette.strong, width),
        *_progress(frame, width, palette),
        *wrapped(title(view.trial), palette.dim, width),
    ]


def _progress(frame: Frame, width: int, palette: Palette) -> list[Text]:
    """Draw how far the worker is with what can be counted."""
    step = frame.snapshot.step
    if step is None or not step.total or operators_of(frame).profiling.job is None:
        return []
    filled = bar(step.done / step.total, width)
    return [Text.assemble((filled, palette.accent), ("─" * (width - len(filled)), palette.track))]


def why_no_roof(frame: Frame) -> str:
    """Return why the roof of a profiled configuration is not known."""
    view = operators_of(frame)
    if emulates(view.trial.arithmetic, frame.snapshot.machine.isa):
        return f"this processor has no {view.trial.arithmetic} arithmetic"
    reasons = dict.fromkeys(
        reason
        for (kind, threads), reason in view.profiling.no_peaks.items()
        if kind in kinds_of(view.trial) and threads == view.trial.cores
    )
    return "; ".join(reasons) or "it is not measured yet"


def _idle(frame: Frame) -> str:
    """Return what has to happen before anything is profiled."""
    if frame.replay is not None:
        return NOT_RECORDED
    if frame.sweep.running:
        return "a sweep is running: operators are profiled when it is over"
    if frame.snapshot.phase is Phase.FAILED and frame.snapshot.failure is not None:
        return frame.snapshot.failure.reason
    if frame.snapshot.build is None:
        return doing(frame)
    return "every operator of this configuration, as soon as it is profiled"
