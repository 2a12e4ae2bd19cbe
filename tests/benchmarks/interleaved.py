"""Interleaved pairs: how every comparison here is made, so that drift hits both sides alike."""

from collections.abc import Callable

from resnettui.core.stats import median


def paired_ratio(
    one: Callable[[], float], other: Callable[[], float], pairs: int
) -> tuple[float, float, float]:
    """Return the median of one/other over pairs in ABBA order, and its quartiles."""
    ratios = []
    for pair in range(pairs):
        if pair % 2:
            b, a = other(), one()
        else:
            a, b = one(), other()
        ratios.append(a / b)
    ordered = sorted(ratios)
    return median(ordered), ordered[pairs // 4], ordered[-1 - pairs // 4]
