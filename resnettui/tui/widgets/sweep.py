"""The panels of the sweep screen: the studies, how far the sweep is, and its curves."""

from rich.text import Text

from resnettui.core.curves import curves_of
from resnettui.core.frame import Frame
from resnettui.core.studies import STUDIES
from resnettui.core.sweep import SweepState
from resnettui.core.trial import Trial
from resnettui.report.figures import duration
from resnettui.report.terminal import title
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import bar
from resnettui.tui.widgets.curve import curve_lines
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.words import wrapped

QUESTIONS = {
    "batch": "how large a batch pays",
    "precision": "what fp32, bf16, fp16, int8 cost",
    "threads": "how far threads scale",
    "processes": "whether processes scale better",
    "memory-format": "whether NHWC pays",
    "fusion": "what fusion gains",
    "all": "the whole study",
}
"""What each study answers."""


@fitting
def studies_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw a line per study; the selected one stands out, with what it would measure below."""
    lines = [_study_line(study, frame, width, palette) for study in STUDIES]
    plan = frame.sweep.preview
    if plan is not None:
        skipped = f", {len(plan.skipped)} cannot run here" if plan.skipped else ""
        text = f"{len(plan.trials)} trials{skipped}; enter starts"
        lines += [Text(), *wrapped(text, palette.dim, width)]
    return lines


def _study_line(study: str, frame: Frame, width: int, palette: Palette) -> Text:
    selected = study == frame.sweep.study
    style = palette.accent if selected else palette.text
    name = Text.assemble(("▸ " if selected else "  ", palette.accent), (f"{study:<14}", style))
    return Text.assemble(name, (QUESTIONS[study], palette.dim))


def progress_state(frame: Frame) -> str:
    """Return what the border says: whether a sweep runs."""
    if frame.sweep.state is None:
        return ""
    return "running, x stops" if frame.sweep.running else "ended"


@fitting
def progress_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the bar, what has passed and is left, the trial under way, and what went wrong."""
    state = frame.sweep.state
    if state is None:
        hint = "choose a study with ↑ and ↓; enter measures it, one trial after the other, and"
        return wrapped(f"{hint} keeps each in the history", palette.dim, width)
    filled = bar(state.done / max(1, state.total), width)
    lines = [
        Text.assemble((filled, palette.accent), ("─" * (width - len(filled)), palette.track)),
        _times(state, palette),
        *_now(state, frame.sweep.running, palette),
    ]
    for flag, reason in state.flags.items():
        lines += wrapped(f"! {flag}: {reason}", palette.warning, width)
    for position, reason in state.failures.items():
        name = title(state.order.plan.trials[position])
        lines += wrapped(f"✗ {name}: {reason}", palette.warning, width)
    return lines


def _times(state: SweepState, palette: Palette) -> Text:
    left = "" if state.left_s is None else f"   left {duration(state.left_s)}"
    return Text.assemble(
        (f"{state.done} of {state.total}", palette.strong),
        (f"   elapsed {duration(state.elapsed_s)}{left}", palette.text),
    )


def _now(state: SweepState, running: bool, palette: Palette) -> list[Text]:
    if state.trial is None:
        return [Text("every trial is measured and in the history", palette.text)]
    if not running:
        return [Text("stopped; what is measured is in the history", palette.text)]
    return [Text(title(state.trial), palette.text), Text(state.doing, palette.dim)]


def curve_state(frame: Frame) -> str:
    """Return which axis the curves run along, and the key for the next."""
    axes = frame.sweep.axes
    return "c turns to the next axis" if len(axes) > 1 else ""


@fitting
def sweep_curve_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the curves along the chosen axis, as far as they are measured."""
    axis = frame.sweep.axis
    if axis is None or frame.sweep.state is None:
        hint = "throughput against batch size, threads or processes, once two values are measured"
        return wrapped(hint, palette.dim, width)
    curves = curves_of(frame.sweep.state.outcomes.values(), axis)
    if width < 24 or height < 6:
        return []
    names = [_name(curve.trial, axis) for curve in curves]
    return curve_lines(curves, names, width, height, palette)


def _name(trial: Trial, axis: str) -> str:
    """Return what tells a curve from the others."""
    words = [
        trial.precision,
        "fused" if trial.fusion == "full" else "unfused",
        "nchw" if trial.memory_format == "contiguous" else "",
        f"b{trial.batch_size}" if axis != "batch_size" and trial.batch_size > 1 else "",
        f"{trial.threads} threads" if axis != "threads" and trial.threads > 1 else "",
        f"{trial.processes} processes" if axis != "processes" and trial.processes > 1 else "",
    ]
    return " ".join(word for word in words if word)
