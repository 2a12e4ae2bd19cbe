"""Profiles the live configuration while the screen of operators is in front."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from resnettui.core.profiling import (
    Profiling,
    jobs_for,
    missing_peaks,
    missing_profiles,
    profiled_trials,
)
from resnettui.core.protocol import (
    Event,
    Failed,
    FindPeaks,
    Finished,
    Job,
    Profile,
    Ready,
    WorkerLost,
)
from resnettui.core.trial import Trial
from resnettui.tui.host import Host
from resnettui.tui.live_control import LiveControl
from resnettui.tui.peak_keeping import PeakKeeping

if TYPE_CHECKING:
    from resnettui.core.op_view import OpView

NOT_HERE = "this precision does not run here"
"""Why a peak that was asked for is not there though nothing failed."""


class ProfileControl:
    """The profiles of an app, taken by the workers that measure live otherwise.

    Whatever ends one, its time on the screen apart, gives the workers back.
    """

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
        self._peaks = PeakKeeping(host, history)
        self._data = data
        self._weights = weights
        self._front = False
        self._task: asyncio.Task[None] | None = None
        self._end: asyncio.Future[Event] | None = None
        self._state = Profiling()
        self._choice: OpView | None = None

    def look(self, front: bool) -> None:
        """Profile what is not known where the user has come to see it.

        Where he looks elsewhere the workers are given back.
        """
        self._front = front
        if front:
            self.begin()
        elif self.stop():
            self._go_on()

    @property
    def view(self) -> "OpView | None":
        """What the screen shows of the configuration now; None before it was opened."""
        if self._front:
            # Nothing of this is needed before.
            from resnettui.core.op_view import OpView

            choice = self._choice or OpView()
            self._choice = choice.at(self._host.snapshot, self._state)
        elif self._choice is not None:
            # Every screen says whether a profile runs.
            self._choice = replace(self._choice, profiling=self._state)
        return self._choice

    def group(self) -> None:
        """Take the operators together in the next way."""
        self._show(lambda view: view.grouped())

    def sort(self) -> None:
        """Put the rows into the next order."""
        self._show(lambda view: view.sorted())

    def move(self, lines: int) -> None:
        """Select a line further down, or up."""
        self._show(lambda view: view.moved(lines))

    def _show(self, change: "Callable[[OpView], OpView]") -> None:
        if self.view is not None:
            self._choice = change(self.view)
            self._host.draw()

    def again(self) -> None:
        """Profile the configuration again, known or not."""
        if self._host.taken:
            self._host.notify(self._host.taken)
            return
        self.stop()
        self._forget()
        self.begin(profiled_trials(self._host.snapshot.trial))

    def changed(self) -> None:
        """Drop what is being profiled: another configuration is chosen."""
        self.stop()
        self._forget()

    def begin(self, trials: Sequence[Trial] | None = None) -> bool:
        """Profile these, or what is missing, where the user looks and the workers are free.

        Tell whether there is anything to profile; then live measuring goes on afterwards.
        """
        snapshot = self._host.snapshot
        if not self._front or self._host.taken or snapshot.build is None:
            return False
        if self._task is not None:
            return True
        wanted = missing_profiles(snapshot, self._state.failures) if trials is None else trials
        if not wanted and not missing_peaks(snapshot, self._state.no_peaks):
            return False
        self._live.leave()
        self._task = asyncio.create_task(self._run(wanted))
        self._task.add_done_callback(self._ended)
        return True

    def hear(self, event: Event) -> None:
        """Take an event of the workers, after the snapshot has."""
        if isinstance(event, Ready) and self._task is None:
            self.begin()
        if self._end is None or self._end.done():
            return
        mine = getattr(event, "run_id", None) == self._host.snapshot.run_id
        if isinstance(event, WorkerLost) or (mine and isinstance(event, Finished | Failed)):
            self._end.set_result(event)

    def stop(self) -> bool:
        """Drop what is being profiled; tell whether anything was."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self._state = replace(self._state, jobs=(), position=0)
        return task is not None

    def _forget(self) -> None:
        """Let what failed be tried again."""
        self._state = replace(self._state, failures={}, no_peaks={})

    async def _run(self, trials: Sequence[Trial]) -> None:
        if missing_peaks(self._host.snapshot, self._state.no_peaks):
            await self._peaks.recall()
        peaks = missing_peaks(self._host.snapshot, self._state.no_peaks)
        board = self._host.snapshot.board
        jobs = jobs_for(trials, peaks, self._data, self._weights, board)
        for position, job in enumerate(jobs):
            self._state = replace(self._state, jobs=jobs, position=position)
            end = await self._do(job)
            self._note(job, end)
            if isinstance(job, FindPeaks) and isinstance(end, Finished):
                await self._peaks.keep()
            if isinstance(end, WorkerLost) and end.final:
                return

    async def _do(self, job: Job) -> Event:
        """Ask the workers for a job, as a run of its own, and return how it ended."""
        run_id = self._host.snapshot.run_id + 1
        self._live.visit(run_id, self._host.snapshot.trial)
        self._end = asyncio.get_running_loop().create_future()
        self._host.crew.measure(replace(job, run_id=run_id))
        return await self._end

    def _note(self, job: Job, end: Event) -> None:
        """Keep why a job brought nothing."""
        reason = end.reason if isinstance(end, Failed | WorkerLost) else ""
        if isinstance(job, FindPeaks):
            missing = missing_peaks(self._host.snapshot)
            why = dict.fromkeys(missing, reason or NOT_HERE)
            self._state = replace(self._state, no_peaks={**self._state.no_peaks, **why})
        elif isinstance(job, Profile) and reason:
            self._state = replace(self._state, failures={**self._state.failures, job.trial: reason})

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task is not self._task:
            return
        self._task = None
        self._state = replace(self._state, jobs=(), position=0)
        trouble = task.exception()
        if trouble is not None:
            self._host.break_off(trouble)
        failure = self._host.snapshot.failure
        if not (isinstance(failure, WorkerLost) and failure.final):
            self._go_on()

    def _go_on(self) -> None:
        """Measure live again, as a run of its own."""
        snapshot = self._host.snapshot
        self._live.visit(snapshot.run_id + 1, snapshot.trial)
        self._live.measure()
