from collections.abc import Callable

from textual.timer import Timer

from resnettui.tui.ticker import UNSEEN, Ticker


class StillTimer(Timer):
    """Notes what is done to it, and never fires."""

    def __init__(self, period_s: float) -> None:
        self.period_s = period_s
        self.stopped = False
        self.resets = 0

    def stop(self) -> None:
        self.stopped = True

    def reset(self) -> None:
        self.resets += 1


class Clock:
    def __init__(self) -> None:
        self.timers: list[StillTimer] = []

    def set_interval(self, interval: float, callback: Callable[[], object]) -> Timer:
        self.timers.append(StillTimer(interval))
        return self.timers[-1]


def ticker(rate_s: float = 2.0) -> tuple[Ticker, Clock, list[str]]:
    clock, ticks = Clock(), list[str]()
    return Ticker(clock, rate_s, lambda: ticks.append("tick")), clock, ticks


def test_it_ticks_at_the_rate_it_was_given() -> None:
    ticks, clock, _ = ticker(rate_s=0.25)
    ticks.begin()
    assert [timer.period_s for timer in clock.timers] == [0.25]


def test_without_the_focus_it_ticks_more_seldom() -> None:
    one, clock, ticks = ticker()
    one.begin()
    one.seen(False)
    assert [timer.period_s for timer in clock.timers] == [2.0, 2.0 * UNSEEN]
    assert [timer.stopped for timer in clock.timers] == [True, False]
    assert ticks == []


def test_with_the_focus_it_ticks_at_once() -> None:
    one, clock, ticks = ticker()
    one.begin()
    one.seen(False)
    one.seen(True)
    assert [timer.period_s for timer in clock.timers] == [2.0, 8.0, 2.0]
    assert [timer.stopped for timer in clock.timers] == [True, True, False]
    assert ticks == ["tick"]


def test_before_the_beginning_the_focus_changes_nothing() -> None:
    one, clock, ticks = ticker()
    one.seen(False)
    one.seen(True)
    one.put_off()
    assert (clock.timers, ticks) == ([], [])


def test_a_tick_is_put_off_by_a_whole_period() -> None:
    one, clock, _ = ticker()
    one.begin()
    one.put_off()
    assert clock.timers[-1].resets == 1
