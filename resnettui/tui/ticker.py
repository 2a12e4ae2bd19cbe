"""The clock of the app: when it looks at the sensors and draws a frame."""

from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer

UNSEEN = 4
"""While the terminal does not have the focus the app ticks this many times as seldom."""


class Clocked(Protocol):
    """What a ticker needs of the app."""

    def set_interval(self, interval: float, callback: Callable[[], object]) -> Timer:
        """Call a function again and again."""


class Ticker:
    """Calls `tick` every `rate_s` seconds, and more seldom while nobody looks."""

    def __init__(self, app: Clocked, rate_s: float, tick: Callable[[], None]) -> None:
        self._app = app
        self._rate_s = rate_s
        self._tick = tick
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Tick for the first time after one period."""
        self._go(self._rate_s)

    def put_off(self) -> None:
        """Let the next tick come a whole period later."""
        if self._timer is not None:
            self._timer.reset()

    def seen(self, focus: bool) -> None:
        """Tick at once and at full pace with the focus; without it slowly."""
        if self._timer is None:
            return
        self._timer.stop()
        self._go(self._rate_s if focus else UNSEEN * self._rate_s)
        if focus:
            self._tick()

    def _go(self, period_s: float) -> None:
        self._timer = self._app.set_interval(period_s, self._tick)
