"""Runs sweeps on the workers of the app, for the sweep screen."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from resnettui.core.plan import Plan, plan_sweep
from resnettui.core.protocol import Event, Job, Measure
from resnettui.core.studies import STUDIES, measures_roof, study_trials
from resnettui.core.sweep import SweepOrder, SweepState, SweepView
from resnettui.core.trial import Trial
from resnettui.errors import ResnettuiError
from resnettui.tui.host import Host
from resnettui.tui.live_control import LiveControl

if TYPE_CHECKING:
    from resnettui.bench import Bench
    from resnettui.sweeping import Sweeping


class SweepControl:
    """The sweep of an app: at most one at a time, on the workers that measure live otherwise."""

    def __init__(
        self,
        host: Host,
        live: LiveControl,
        history: Path | None,
        data: str | None,
        weights: str,
    ) -> None:
        self._host = host
        self._live = live
        self._history = history
        self._data = data
        self._weights = weights
        self._bench: Bench | None = None
        self._sweeping: Sweeping | None = None
        self._before = Trial()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.view = SweepView()

    @property
    def running(self) -> bool:
        """A sweep is under way."""
        return self._task is not None

    @property
    def live_trial(self) -> Trial:
        """The live configuration, which a sweep goes back to."""
        return self._before if self.running else self._host.snapshot.trial

    def hear(self, event: Event) -> None:
        """Take an event of the workers."""
        if self._bench is not None:
            self._bench.receive(event)

    def look(self) -> None:
        """Take the newest reading of the sensors, and of the clock."""
        if self._bench is not None:
            self._bench.looked(self._host.snapshot.reading)
        if self._sweeping is not None:
            self._sweeping.tick()

    def select(self, direction: int) -> None:
        """Select the next or previous study."""
        at = STUDIES.index(self.view.study)
        self.view = replace(self.view, study=STUDIES[(at + direction) % len(STUDIES)])
        self.preview()
        self._host.draw()

    def preview(self) -> None:
        """Plan the selected study, as soon as the workers have told their engines."""
        self.view = replace(self.view, preview=self._plan())

    def turn(self) -> None:
        """Show the curves along the next axis."""
        self.view = replace(self.view, turned=self.view.turned + 1)
        self._host.draw()

    def start(self) -> None:
        """Measure the selected study in place of the live configuration; tell where it cannot."""
        plan = self._plan()
        if self.running or self._closing:
            return
        if plan is None or not plan.trials or self._host.taken:
            self._host.notify(self._refusal(plan), severity="warning", markup=False)
            return
        self._live.leave()
        roof = measures_roof(self.view.study)
        order = SweepOrder(plan, self._data, self._weights, roof=roof)
        self._before = self._host.snapshot.trial
        self.view = replace(self.view, running=True, trouble="").at(SweepState(order))
        self._task = asyncio.create_task(self._run(order))
        # A task that is cancelled before its first step runs no line of its coroutine.
        self._task.add_done_callback(self._ended)
        self._host.draw()

    def _refusal(self, plan: Plan | None) -> str:
        """Say why a plan cannot be measured."""
        failure = self._host.snapshot.failure
        if self._host.taken:
            return self._host.taken
        if plan is not None:
            return "Nothing of this study can run here."
        return f"There is no worker: {failure.reason}" if failure else "The worker is starting."

    def stop(self) -> None:
        """End the sweep; what is measured stays in the history."""
        if self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """End the sweep for good, and wait until it has."""
        task = self._task
        self._closing = True
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def measure(self, wish: Job) -> None:
        """Do a job of the sweep: its trials in view of the live screen."""
        if isinstance(wish, Measure):
            self._live.visit(wish.run_id, wish.trial)
        self._host.crew.measure(wish)

    def _plan(self) -> Plan | None:
        snapshot = self._host.snapshot
        if snapshot.build is None:
            return None
        base = replace(self.live_trial, batch_size=1, threads=1, processes=1)
        trials = study_trials(self.view.study, base, snapshot.machine, {})
        return plan_sweep(trials, snapshot.machine, snapshot.build)

    def _ended(self, task: asyncio.Task[None]) -> None:
        trouble = None if task.cancelled() else task.exception()
        self._bench = self._sweeping = self._task = None
        reason = trouble.reason if isinstance(trouble, ResnettuiError) else ""
        self.view = replace(self.view, running=False, trouble=reason)
        if not self._closing:
            self._go_on(trouble)

    def _go_on(self, trouble: BaseException | None) -> None:
        """Go on with the configuration from before; tell what went wrong, if anything did."""
        if isinstance(trouble, ResnettuiError):
            title = "The sweep ended"
            self._host.notify(trouble.reason, title=title, severity="error", markup=False)
        elif trouble is not None:
            self._host.break_off(trouble)
        self._live.visit(self._host.snapshot.run_id + 1, self._before)
        self._host.go_on()
        self._host.draw()

    async def _run(self, order: SweepOrder) -> None:
        from resnettui.bench import Bench
        from resnettui.sweeping import Sweeping
        from resnettui.tui.sweep_keeping import SweepKeeping

        snapshot = self._host.snapshot
        bench = self._bench = Bench(snapshot.machine)
        bench.build = snapshot.build
        bench.look = lambda: bench.looked(self._host.glance())
        keeping = SweepKeeping(self._history, bench)
        await keeping.begin(order)
        sweeping = self._sweeping = Sweeping(
            SweepState(order, keeping.sweep),
            partial(bench.measure, _Lent(self)),
            keeping.keep,
            self._show,
            find_peaks=partial(keeping.peaks, _Lent(self)),
            temperature_celsius=lambda: bench.reading.temperature_celsius,
            first_run_id=snapshot.run_id + 1,
        )
        await sweeping.run()
        await keeping.finish()

    def _show(self, state: SweepState) -> None:
        before, self.view = self.view.state, self.view.at(state)
        if before is None or (before.position, before.done) != (state.position, state.done):
            self._host.draw_soon()


class _Lent:
    """The workers as a bench uses them."""

    def __init__(self, control: SweepControl) -> None:
        self.start = control._host.crew.start
        self.measure = control.measure
        self.stop = control._host.crew.stop
