"""Figures beside the budgets that they are to keep."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A figure, its budget, and how both are written."""

    what: str
    value: float
    budget: float
    shown: Callable[[float], str]
    note: str = ""

    @property
    def inside(self) -> bool:
        """The figure is not above its budget."""
        return self.value <= self.budget

    def __str__(self) -> str:
        verdict = "inside" if self.inside else "OUTSIDE"
        figure = f"{self.what}: {self.shown(self.value)}  of {self.shown(self.budget)}  {verdict}"
        return f"{figure}  {self.note}".rstrip()


def seconds(value: float) -> str:
    return f"{value:.3f} s"


def percent(value: float) -> str:
    return f"{value:.2%}"


def megabytes(value: float) -> str:
    return f"{value / 1e6:.1f} MB"


def kilobytes_per_s(value: float) -> str:
    return f"{value / 1e3:.2f} KB/s"
