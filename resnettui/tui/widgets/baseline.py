"""The lines that put the current configuration beside the baseline that was kept with a key."""

from rich.style import Style
from rich.text import Text

from resnettui.core.comparison import Comparison, Verdict, images
from resnettui.core.frame import Frame
from resnettui.core.trial import Trial, TrialResult
from resnettui.report.comparison import verdict_text
from resnettui.report.figures import milliseconds
from resnettui.tui.keymap import key_of
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.scaling import BASELINE_SIGN, variant

WEAKER = "not interleaved: drift possible"
"""The two were measured one after the other, which every verdict here shares."""


def baseline_lines(frame: Frame, width: int, palette: Palette) -> list[Text]:
    """Draw the verdict, and which configuration the baseline is; nothing without a baseline."""
    baseline = frame.snapshot.baseline
    if baseline is None:
        return []
    sign = (BASELINE_SIGN, palette.accent)
    median = f"{milliseconds(baseline.summary.p50)} ms"
    if frame.comparison is None:
        hint = f"{key_of('baseline', frame.keys)} lets go of it"
        told = f"baseline {median}, n {baseline.passes}; {hint}"
        return [Text.assemble(sign, (told, palette.dim))]
    verdict = verdict_text(frame.comparison)
    label = "vs baseline " if len(BASELINE_SIGN + "vs baseline " + verdict) <= width else "vs "
    return [
        Text.assemble(sign, (label, palette.dim), (verdict, _style(frame.comparison, palette))),
        Text(f"  {_name(baseline)}: {median}, n {baseline.passes}", palette.dim),
        Text(f"  {_per_image(baseline.trial, frame.snapshot.trial)}{WEAKER}", palette.dim),
    ]


def _per_image(baseline: Trial, current: Trial) -> str:
    """Say what is compared where it is not the latency of a pass."""
    return "" if images(baseline) == images(current) else "per image; "


def _name(baseline: TrialResult) -> str:
    return f"{variant(baseline.trial)} t{baseline.trial.threads}"


def _style(comparison: Comparison, palette: Palette) -> Style:
    decided = comparison.verdict in (Verdict.FASTER, Verdict.SLOWER)
    return palette.strong if decided else palette.text
