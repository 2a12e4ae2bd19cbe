"""The verdict panel: what the pass is bound by, where its time goes, and what to take with care."""

from rich.style import Style
from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.op_rows import COMPUTE, MEMORY
from resnettui.core.op_view import OpView
from resnettui.core.profiling import unfused
from resnettui.core.roof import Roof
from resnettui.core.verdict import Verdict
from resnettui.report.figures import milliseconds, percent, ratio, significant, thread_count
from resnettui.tui.keymap import key_of
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.flow import flowed
from resnettui.tui.widgets.profile_words import operators_of, waiting, waiting_lines, why_no_roof
from resnettui.tui.widgets.sweep import short_title
from resnettui.tui.widgets.words import wrapped

BARS = "█▓▒░╱"
"""Near the compute roof, near the memory roof, far from both, between operators, uneven."""

NEAR_A_ROOF = 2
"""So many of them, the first, have the hue of the variant."""

LEGEND = (
    *("near compute roof", "near memory roof"),
    *("far from both", "between operators", "uneven passes"),
)
SHORT_LEGEND = ("compute", "memory", "far", "between", "uneven")
LEGEND_CELLS = 108

GAP = "  "

LABEL_CELLS, NAME_CELLS, FIGURE_CELLS = 35, 18, 6
"""In front of one of two bars: with what the pass is bound by, or without; its time."""

LEAST_BAR_CELLS = 24
"""What the pass is bound by is said where there is room for such a bar, too."""


def verdict_state(frame: Frame) -> str:
    """Return what is waited for, else what is profiled, and how often."""
    view = operators_of(frame)
    if view.profile is None:
        return ""
    passes = f"{view.profile.passes} passes, {key_of('again', frame.keys)} profiles again"
    return waiting(frame) or f"{short_title(view.trial)} · {passes}"


@fitting
def verdict_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the verdict in words, its parts as a bar, the unfused one's below, what they mean."""
    view = operators_of(frame)
    if view.profile is None:
        return waiting_lines(frame, width, palette)
    verdict, roof = view.verdict, view.roof
    if verdict is None or roof is None:
        return [*flowed(_pass(view, palette), width, GAP), *_no_roof(frame, width, palette)]
    head = flowed(
        [*_head(verdict, palette), *_pass(view, palette), *_reached(verdict, palette)], width, GAP
    )
    bars = _bars(view, verdict, width, palette)
    legend = flowed(_legend(verdict, width, palette), width, GAP)
    notes = _notes(view, verdict, palette)
    whole = [*head, *bars, *legend, *flowed([*notes, *_roofs(roof, palette)], width, GAP)]
    if len(whole) <= height:
        return whole
    return [*head, *bars, *flowed(notes, width, GAP), *legend]


def _head(verdict: Verdict, palette: Palette) -> list[Text]:
    """Return what binds, and how much of the time it does."""
    where = {COMPUTE: "near compute roof", MEMORY: "near memory roof"}
    place = where.get(verdict.bound, "near neither roof")
    return [
        Text(f"{verdict.bound}-bound".upper(), palette.accent),
        Text(f"{percent(verdict.share)} {place}", palette.strong),
    ]


def _pass(view: OpView, palette: Palette) -> list[Text]:
    """Return how long a pass takes, and how much longer with the profiler."""
    assert view.profile is not None
    plain, inflation = milliseconds(view.profile.pass_ns), ratio(view.profile.inflation)
    parts = [
        Text.assemble(
            (f"{plain} ms", palette.text),
            (", with the profiler ", palette.dim),
            (inflation, palette.text),
        )
    ]
    if view.processes > 1:
        parts.append(Text(f"in one process of the {view.processes}", palette.warning))
    return parts


def _reached(verdict: Verdict, palette: Palette) -> list[Text]:
    """Return what the whole pass reaches of the roofs, and of the least time of its operators."""
    compute, memory = percent(verdict.compute_share), percent(verdict.memory_share)
    return [
        Text.assemble(
            (compute, palette.text),
            (" of compute, ", palette.dim),
            (memory, palette.text),
            (" of memory roof", palette.dim),
        ),
        Text.assemble((ratio(verdict.times_least), palette.text), (" its least time", palette.dim)),
    ]


def _figure(name: str, value: str, palette: Palette) -> Text:
    return Text.assemble((f"{name} ", palette.dim), (value, palette.text))


def _bars(view: OpView, verdict: Verdict, width: int, palette: Palette) -> list[Text]:
    """Draw the parts of the pass, in proportion to the longer of the two where there are two."""
    other = view.unfused_verdict
    if other is None:
        return [_bar(verdict, width, palette.fusion(view.trial.fusion), palette)]
    longest_ns = max(verdict.pass_ns, other.pass_ns)
    label = LABEL_CELLS if width - LABEL_CELLS >= LEAST_BAR_CELLS else NAME_CELLS
    return [
        Text.assemble(
            (_label(name, one, label), hue),
            _bar(one, round((width - label) * one.pass_ns / longest_ns), hue, palette),
        )
        for name, one, hue in (
            ("unfused", other, palette.unfused),
            ("fused", verdict, palette.fused),
        )
    ]


def _label(name: str, verdict: Verdict, cells: int) -> str:
    """Return the variant, its time, and what it is bound by, as far as there is room."""
    figure = f"{milliseconds(verdict.pass_ns):>{FIGURE_CELLS}} ms"
    return f"{name:<8}{figure}  {verdict.bound}-bound"[: cells - 1].ljust(cells)


def _bar(verdict: Verdict, width: int, hue: Style, palette: Palette) -> Text:
    parts = _parts(verdict)
    whole = sum(parts) or 1.0
    text, passed_ns, before = Text(), 0.0, 0
    for at, (sign, part_ns) in enumerate(zip(BARS, parts, strict=True)):
        passed_ns += part_ns
        until = round(width * passed_ns / whole)
        text.append(sign * (until - before), hue if at < NEAR_A_ROOF else palette.dim)
        before = until
    return text


def _parts(verdict: Verdict) -> tuple[float, ...]:
    """Return what the signs of a bar stand for, in ns."""
    uneven_ns = max(0.0, verdict.uneven_ns)
    return (
        *(verdict.compute_ns, verdict.memory_ns, verdict.far_ns),
        *(verdict.between_ns, uneven_ns),
    )


def _legend(verdict: Verdict, width: int, palette: Palette) -> list[Text]:
    """Return what the signs of the bar stand for, with their shares of the pass."""
    names = LEGEND if width >= LEGEND_CELLS else SHORT_LEGEND
    return [
        Text.assemble((f"{sign} ", palette.text), (f"{name} ", palette.dim), percent(share))
        for sign, name, part_ns in zip(BARS, names, _parts(verdict), strict=True)
        if (share := _of(part_ns, verdict)) > 0
    ]


def _of(part_ns: float, verdict: Verdict) -> float:
    return part_ns / verdict.pass_ns if verdict.pass_ns else 0.0


def _notes(view: OpView, verdict: Verdict, palette: Palette) -> list[Text]:
    """Return what is to be taken with care, and why something is missing."""
    slow = view.whole.row.reference_calls if view.whole and view.whole.row else 0
    fast, cached = verdict.over_compute, verdict.over_memory
    beside = unfused(view.trial)
    failed = view.profiling.failures.get(beside, "") if beside else ""
    refused = view.profile.not_pinned if view.profile else ""
    told = (
        (f"! not pinned: {refused}", refused),
        (f"! {_calls(slow)} ran a reference kernel", slow),
        (f"! {_calls(fast)} over the compute roof: it is too low", fast),
        (f"{_calls(cached)} over the memory roof: cached", cached),
        (f"! unfused: {failed}", failed),
    )
    return [
        Text(text, palette.warning if text.startswith("!") else palette.dim)
        for text, applies in told
        if applies
    ]


def _roofs(roof: Roof, palette: Palette) -> list[Text]:
    """Return the two peaks, and what reached them."""
    compute, memory = roof.compute, roof.memory
    return [
        _figure(
            "roof",
            f"{significant(compute.per_s / 1e9)} GFLOP/s on {thread_count(compute.threads)}",
            palette,
        ),
        Text(compute.by, palette.dim),
        _figure("and", f"{significant(memory.per_s / 1e9)} GB/s", palette),
        Text(memory.by, palette.dim),
    ]


def _no_roof(frame: Frame, width: int, palette: Palette) -> list[Text]:
    """Say why there is no verdict."""
    return wrapped(f"no verdict, for there is no roof: {why_no_roof(frame)}", palette.dim, width)


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
