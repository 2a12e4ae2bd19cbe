"""A finding: a fact about a machine that matters to a measurement, and what to do about it."""

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters."""

    NOTE = 0
    """Good to know."""
    WARNING = 1
    """The machine gives less than it could."""
    CRITICAL = 2
    """What is measured is not what the machine can do."""


@dataclass(frozen=True)
class Finding:
    """A fact with its figures, and what to do about it: a line each."""

    severity: Severity
    key: str
    """A few words that stay the same, whatever the figures are."""
    fact: str
    advice: str
