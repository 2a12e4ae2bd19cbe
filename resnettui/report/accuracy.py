"""How far a variant is from fp32, and how often it is right, in words."""

from resnettui.core.trial import RANDOM, Check, InputSource
from resnettui.report.figures import percent, significant


def sqnr_text(check: Check) -> str:
    """Return the signal to quantization noise ratio, or that there is no noise."""
    if not check.images:
        return "-"
    return "no difference" if check.sqnr_db is None else f"{significant(check.sqnr_db)} dB"


def accuracy_facts(check: Check, source: InputSource) -> dict[str, str]:
    """Return what the outputs are worth, label -> text; what is missing comes with its reason."""
    images = f"of {check.images} images"
    guess = " (random weights: this says little)" if source.weights == RANDOM else ""
    top1 = f"- ({source.no_top1})" if check.top1 is None else f"{percent(check.top1)} {images}"
    return {
        "SQNR": sqnr_text(check),
        "agreement with fp32": f"{percent(check.agreement)} {images}{guess}",
        "top-1": top1,
        "weights": source.weights,
    }
