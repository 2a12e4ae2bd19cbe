"""Measures the trials of a sweep one after the other, and keeps each the moment it is done."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from resnettui.bench import Enough, Watch
from resnettui.core.intervals import interval_of_passes, is_known, relative_width
from resnettui.core.outcome import outcome_of
from resnettui.core.protocol import Event, Measure, Samples
from resnettui.core.roof import Peak, roofs_of
from resnettui.core.stats import quantile
from resnettui.core.sweep import SweepState
from resnettui.core.trial import Trial, TrialResult
from resnettui.errors import NoWeightsError, TrialError
from resnettui.progress import doing
from resnettui.report.figures import milliseconds, thread_count
from resnettui.supervisor.collector import Collector

COOLDOWN_LIMIT_S = 600.0
"""A board that does not get below the wanted temperature in this time is measured as it is."""

COOLDOWN_LOOK_S = 2.0

Keep = Callable[[int, Trial, TrialResult | None, str], Awaitable[None]]
"""Stores position, trial and result, or the reason why there is none."""

MeasureOne = Callable[[Measure, Enough, Watch], Awaitable[TrialResult]]

FindPeaks = Callable[[tuple[str, ...], int, Watch], Awaitable[tuple[Peak, ...]]]


def unknown_temperature() -> float | None:
    """Return None, as on a machine without a sensor."""
    return None


class Sweeping:
    """One sweep under way.

    `measure` measures a trial, `keep` stores it, `watch` sees every change of the state. The
    trials' run ids count up from `first_run_id`. `find_peaks` returns the peaks of some kinds on so
    many threads, of the history or measured; without it no roof is asked for.
    """

    def __init__(
        self,
        state: SweepState,
        measure: MeasureOne,
        keep: Keep,
        watch: Callable[[SweepState], None],
        *,
        find_peaks: FindPeaks | None = None,
        temperature_celsius: Callable[[], float | None] = unknown_temperature,
        first_run_id: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        done = frozenset({*state.outcomes, *state.failures})
        self.state = replace(state, measured_before=done)
        self._measure_one = measure
        self._keep = keep
        self._watch = watch
        self._find_peaks = find_peaks
        self._temperature_celsius = temperature_celsius
        self._first_run_id = first_run_id
        self._clock = clock
        self._began_s = clock()

    async def run(self) -> SweepState:
        """Measure what is not measured yet; UsageError where the data cannot be used."""
        if self.state.order.roof and self._find_peaks is not None:
            await self._find_roofs(self._find_peaks)
        for position, trial in enumerate(self.state.order.plan.trials):
            if not self.state.has(position):
                self._change(position=position, doing="")
                hot = await self._cool_down()
                await self._measure(position, trial, {"not cooled": hot} if hot else {})
        self._change(position=self.state.total, doing="")
        return self.state

    def tick(self) -> None:
        """Let the state tell the time that has passed."""
        self._change()

    async def _find_roofs(self, find_peaks: FindPeaks) -> None:
        for threads, kinds in roofs_of(self.state.order.plan.trials).items():
            self._change(doing=f"first the roof of {thread_count(threads)}")
            try:
                peaks = await find_peaks(kinds, threads, self._show)
            except TrialError as error:
                self._change(roof_failures={**self.state.roof_failures, threads: error.reason})
            else:
                self._change(roofs={**self.state.roofs, threads: peaks})

    async def _measure(self, position: int, trial: Trial, flags: Mapping[str, str]) -> None:
        order = self.state.order
        run_id = self._first_run_id + position
        wish = Measure(run_id, trial, order.data, weights=order.weights)
        try:
            result = await self._measure_one(wish, self._enough, self._show)
        except (TrialError, NoWeightsError) as error:
            await self._keep(position, trial, None, error.reason)
            self._finish(failures={**self.state.failures, position: error.reason})
        else:
            result = result.flagged({**result.flags, **flags})
            await self._keep(position, trial, result, "")
            self._finish(outcomes={**self.state.outcomes, position: outcome_of(result)})

    def _enough(self, collector: Collector) -> bool:
        """Tell whether the median is known well enough, or the time is up."""
        order, latencies_ns = self.state.order, collector.latencies_ns
        self._change(doing=measuring(latencies_ns, order.precision_share))
        if collector.wall_ns >= order.max_s * 1e9:
            return True
        return is_known(latencies_ns, order.precision_share)

    async def _cool_down(self) -> str:
        """Wait until the processor is as cool as asked for; return why it is not, else ""."""
        wanted = self.state.order.cooldown_celsius
        until_s = self._clock() + COOLDOWN_LIMIT_S
        while wanted is not None:
            now = self._temperature_celsius()
            if now is None:
                return "this machine tells no temperature"
            if now <= wanted:
                break
            if self._clock() >= until_s:
                return f"still at {now:.0f} °C after {COOLDOWN_LIMIT_S:.0f} s"
            self._change(doing=f"cooling down from {now:.0f} to {wanted:.0f} °C")
            await asyncio.sleep(COOLDOWN_LOOK_S)
        return ""

    def _show(self, event: Event) -> None:
        if (text := doing(event)) and not isinstance(event, Samples):
            self._change(doing=text)

    def _finish(self, **changes: object) -> None:
        self._change(finished_s=self._clock() - self._began_s, **changes)

    def _change(self, **changes: object) -> None:
        elapsed_s = self._clock() - self._began_s
        self.state = replace(self.state, elapsed_s=elapsed_s, **changes)  # type: ignore[arg-type]
        self._watch(self.state)


def measuring(latencies_ns: Sequence[int], wanted: float) -> str:
    """Return how far a sample is, in a few words."""
    ordered_ns = sorted(latencies_ns)
    latest = f"measuring, {len(ordered_ns)} passes, {milliseconds(quantile(ordered_ns, 0.5))} ms"
    interval = interval_of_passes(latencies_ns, ordered_ns)
    if interval is None:
        return latest
    width = relative_width(interval)
    return f"{latest}, interval {100 * width:.1f} %, wanted {100 * wanted:.1f} %"
