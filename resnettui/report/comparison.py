"""Comparisons in words."""

from resnettui.core.comparison import Comparison, Verdict
from resnettui.report.figures import ratio, significant

WEAKER = "not interleaved: drift between the two is not excluded"
"""What stands beside a comparison of two that were not measured in turns."""


def verdict_text(comparison: Comparison) -> str:
    """Return the verdict with its factor and interval, e.g. "1.98× faster [1.95, 2.01]".

    Where no difference is found the factor is that of the time.
    """
    verdict = comparison.verdict
    if verdict is Verdict.FASTER:
        return f"{ratio(1 / comparison.ratio)} faster{_interval_text(comparison, inverse=True)}"
    times = ratio(comparison.ratio)
    if verdict is Verdict.SLOWER:
        return f"{times} slower{_interval_text(comparison)}"
    return f"{verdict.value}, {times}{_interval_text(comparison)}"


def _interval_text(comparison: Comparison, inverse: bool = False) -> str:
    """Return the interval in brackets, behind a space; "" where there is none."""
    if comparison.interval is None:
        return ""
    low, high = comparison.interval
    if inverse:
        low, high = 1 / high, 1 / low
    return f" [{significant(low)}, {significant(high)}]"
