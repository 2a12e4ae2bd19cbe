"""How far the replay of a recording is, for the screens that say so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReplayView:
    """What a screen shows of a replay."""

    elapsed_s: float = 0.0
    """Since the first event, by the clock of the recording."""
    speed: float = 1.0
    """How much faster than it was recorded; infinity for all at once."""
    ended: bool = False
    shared: bool = False
    """It is no recording, but a measurement that goes on elsewhere and is shown to many."""
