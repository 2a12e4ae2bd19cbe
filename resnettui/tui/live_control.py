"""Measures the configuration that is chosen, until another is."""

from pathlib import Path

from textual.timer import Timer

from resnettui.core.live_events import Chosen, Kept, Looked, Reset
from resnettui.core.protocol import CHECK_LIVE_S, Measure
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError
from resnettui.tui.host import Host
from resnettui.tui.keeper import Keeper

BURST_S = 0.08
"""A choice is measured when no other follows it within this."""


class LiveControl:
    """The live measurement of an app; what is left goes into a history, if any."""

    def __init__(self, host: Host, history: Path | None, data: str | None, weights: str) -> None:
        self._host = host
        self._data = data
        self._weights = weights
        self._keeper = Keeper(history, self._complain)
        self._burst: Timer | None = None

    @property
    def engines(self) -> tuple[str, ...]:
        """The quantized engines that run here; none before the worker told."""
        build = self._host.snapshot.build
        return build.engines if build else ()

    def choose(self, trial: Trial) -> None:
        """Show another configuration at once, and go on with it when no other follows."""
        self.leave()
        self.visit(self._host.snapshot.run_id + 1, trial)
        self._host.draw()
        self._burst = self._host.set_timer(BURST_S, self._host.go_on)

    def leave(self) -> None:
        """Store what is measured of the current configuration, whose run is over."""
        if self._burst is not None:
            self._burst.stop()
        self._host.thaw()
        self._last_look()
        self._keeper.keep(self._host.snapshot)

    def _last_look(self) -> None:
        """Read the sensors for a sample that is shorter than the time between two looks."""
        if self._host.snapshot.passes and not self._host.snapshot.readings:
            self._host.fold(Looked(self._host.glance()))

    def visit(self, run_id: int, trial: Trial) -> None:
        """Show a configuration that the workers are asked for as this run."""
        self._host.fold(Chosen(run_id, trial.resolved(self.engines)))
        self._host.draw_soon()

    def measure(self) -> None:
        """Measure the configuration that is shown, as its run."""
        snapshot = self._host.snapshot
        wish = Measure(
            *(snapshot.run_id, snapshot.trial, self._data),
            weights=self._weights,
            check_s=CHECK_LIVE_S,
        )
        self._host.crew.measure(wish)

    def reset(self) -> None:
        """Forget what was measured; the measurement goes on."""
        self._last_look()
        self._keeper.keep(self._host.snapshot)
        self._host.fold(Reset())
        self._host.draw()

    def keep(self) -> None:
        """Keep the current configuration as the baseline, or let go of it."""
        before = self._host.snapshot.baseline
        self._host.thaw()
        self._host.fold(Kept())
        if self._host.snapshot.baseline is before:
            self._host.notify("Nothing is measured of this configuration yet.")
        self._host.draw()

    async def finish(self, *, keep: bool) -> None:
        """Store what is to be kept of the current configuration, and all that was left."""
        if keep:
            self._last_look()
        await self._keeper.finish(self._host.snapshot if keep else None)

    async def retry(self) -> None:
        """Store what could not be stored, where that is possible by now."""
        await self._keeper.retry()

    @property
    def not_stored(self) -> HistoryError | None:
        """Why some of what was measured is not in the history; None where all is."""
        return self._keeper.trouble

    def _complain(self, error: HistoryError) -> None:
        self._host.notify(error.reason, title="Not stored", severity="warning", markup=False)
