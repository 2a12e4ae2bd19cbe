"""The panels of the sweep screen: the studies, how far the sweep is, and its curves."""

from dataclasses import replace

from rich.text import Text

from resnettui.core.curves import curves_of
from resnettui.core.frame import Frame
from resnettui.core.plan import Plan
from resnettui.core.studies import QUESTIONS, STUDIES
from resnettui.core.sweep import SweepOrder, SweepState, SweepView
from resnettui.core.trial import Trial
from resnettui.report.figures import duration, milliseconds, significant
from resnettui.report.words import NAMED, others
from resnettui.tui.keymap import key_of
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import bar
from resnettui.tui.widgets.curve import curve_lines
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.scaling import SHORT_PHRASES, cores_of, variant
from resnettui.tui.widgets.words import wrapped

NAME_CELLS = 14
SIGN_CELLS = 2
QUESTION_CELLS = max(map(len, QUESTIONS.values()))

PLANNING = "planned when the worker is up"

IN_CURVE = (*NAMED, "engine", "image_size")
"""The axes that a curve names by itself, or that all curves of a study share."""


def studies_state(frame: Frame) -> str:
    """Return how many trials the selected study has here, and the key that measures them."""
    plan = frame.sweep.preview
    if plan is None or not plan.trials:
        return ""
    idle = not frame.sweep.running and frame.replay is None
    hint = f"{key_of('start', frame.keys)} starts " if idle else ""
    return f"{hint}{len(plan.trials)} trials"


@fitting
def studies_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw a line per study with its question; where that is too wide, the selected one's below."""
    beside = width >= SIGN_CELLS + NAME_CELLS + QUESTION_CELLS
    lines = [_study_line(study, frame, beside, palette) for study in STUDIES]
    if beside:
        lines.append(Text())
    else:
        lines += wrapped(QUESTIONS[frame.sweep.study], palette.text, width)
    return [*lines, *wrapped(_planned(frame.sweep.preview), palette.dim, width)]


def _study_line(study: str, frame: Frame, beside: bool, palette: Palette) -> Text:
    selected = study == frame.sweep.study
    style = palette.accent if selected else palette.text
    name = f"{study:<{NAME_CELLS}}"
    sign = ("▸ " if selected else "  ", palette.accent)
    return Text.assemble(sign, (name, style), (QUESTIONS[study] if beside else "", palette.dim))


def _planned(plan: Plan | None) -> str:
    """Return how long the trials of a plan take at most, and why some are not among them."""
    if plan is None:
        return PLANNING
    limit = f"up to {SweepOrder.max_s:.0f} s a trial" if plan.trials else "nothing can run here"
    if not plan.skipped:
        return limit
    return f"{limit}; {len(plan.skipped)} skipped: {plan.skipped[0].reason}"


def progress_state(frame: Frame) -> str:
    """Return what the border says: whether a sweep runs."""
    if frame.sweep.state is None:
        return ""
    return f"running, {key_of('stop', frame.keys)} stops" if frame.sweep.running else "ended"


RESUMING = "; resnettui sweep --resume measures the rest"
"""What can be done about a sweep that was stopped."""

BEST_CELLS = 58
"""Less room would cut the names of the best."""

HINT = (
    "choose a study with {} and {}; {} measures it, one trial after the other, in place of the"
    " live configuration, and keeps each in the history"
)

REPLAY_HINT = (
    "no sweep is started here; the trials of one that was under way pass by on the live screen"
)


@fitting
def progress_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the bar, what has passed and is left, the trial under way, the best, the failures."""
    view, state = frame.sweep, frame.sweep.state
    if state is None:
        return wrapped(_hint(frame), palette.dim, width)
    filled = bar(state.done / max(1, state.total), width)
    lines = [
        Text.assemble((filled, palette.accent), ("─" * (width - len(filled)), palette.track)),
        *_times(view, state, width, palette),
        *_now(view, state, width, palette),
    ]
    for flag, reason in state.flags.items():
        lines += wrapped(f"! {flag}: {reason}", palette.warning, width)
    if width >= BEST_CELLS:
        lines += _best(view, palette)
    return lines + _failures(state, width, height - len(lines), palette)


def _hint(frame: Frame) -> str:
    """Say what there will be to see, and which keys bring it."""
    if frame.replay is not None:
        return REPLAY_HINT
    return HINT.format(*(key_of(id, frame.keys) for id in ("study-above", "study-below", "start")))


def _times(view: SweepView, state: SweepState, width: int, palette: Palette) -> list[Text]:
    """Say how many trials are done and how many of them failed, what has passed and is left."""
    done = Text(f"{state.done} of {state.total}", palette.strong)
    if state.failures:
        done.append(f"  ✗ {len(state.failures)}", palette.warning)
    ahead_s = state.left_s if view.running and state.trial is not None else None
    left = "" if ahead_s is None else f"   left {duration(ahead_s)}"
    times = Text(f"elapsed {duration(state.elapsed_s)}{left}", palette.text)
    if done.cell_len + times.cell_len + 3 > width:
        return [done, times]
    return [Text.assemble(done, "   ", times)]


def _now(view: SweepView, state: SweepState, width: int, palette: Palette) -> list[Text]:
    """Say what is being measured, or how the sweep ended."""
    if view.running and state.trial is not None:
        trial = wrapped(short_title(state.trial), palette.text, width)
        return [*trial, *wrapped(state.doing, palette.dim, width)]
    if view.trouble:
        return wrapped(f"✗ {view.trouble}", palette.error, width)
    how = "stopped" if state.trial is not None else "every trial is done"
    where = "what is measured is in the history" if state.id else "there is no history to keep it"
    more = RESUMING if state.id and state.trial is not None else ""
    return wrapped(f"{how}; {where}{more}", palette.text, width)


def _best(view: SweepView, palette: Palette) -> list[Text]:
    """Name the configurations that won so far."""
    if view.fastest is None or view.most is None:
        return []
    latency_ms = milliseconds(view.fastest.latency_ns)
    throughput = significant(view.most.throughput_img_s)
    return [
        Text.assemble(
            (f"{label:<8}", palette.dim),
            (f"{figure:>10}  ", palette.strong),
            (short_title(trial), palette.fusion(trial.fusion)),
        )
        for label, figure, trial in (
            ("fastest", f"{latency_ms} ms", view.fastest.trial),
            ("most", f"{throughput} img/s", view.most.trial),
        )
    ]


def _failures(state: SweepState, width: int, height: int, palette: Palette) -> list[Text]:
    """Say why trials could not be measured, the newest first, as far as there is room."""
    lines: list[Text] = []
    for position, reason in reversed(list(state.failures.items())):
        name = short_title(state.order.plan.trials[position])
        lines += wrapped(f"✗ {name}: {reason}", palette.warning, width)
    if len(lines) > height > 0:
        lines[height - 1].append(" …", palette.warning)
    return lines[: max(0, height)]


def short_title(trial: Trial) -> str:
    """Return what a sweep varies of a configuration: all but the model and the image size."""
    cores = cores_of(trial)
    varied = replace(trial, model=Trial.model, image_size=Trial.image_size)
    return f"{variant(varied)} on {cores} core{'' if cores == '1' else 's'}"


def curve_state(frame: Frame) -> str:
    """Return which axis the curves run along, and the key for the next."""
    key = key_of("curve-axis", frame.keys)
    return f"{key} turns to the next axis" if len(frame.sweep.axes) > 1 else ""


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
        *others(trial, SHORT_PHRASES, IN_CURVE),
    ]
    return " ".join(word for word in words if word)
