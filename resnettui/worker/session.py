"""Serves commands one after the other: builds what is asked for, and measures it."""

import os
from collections.abc import Sequence
from dataclasses import replace

from resnettui.core.protocol import (
    CHECK_LIVE_S,
    Event,
    Failed,
    FindPeaks,
    Finished,
    Job,
    Measure,
    PeaksFound,
    Prepared,
    Profile,
    Profiled,
    Ready,
    Samples,
    Step,
    WarmingUp,
)
from resnettui.core.trial import STRICT, Member, ThreadCounts, Trial, WarmUp
from resnettui.worker.engines import ENGINE_LIBRARIES, probe_build
from resnettui.worker.failures import EXPECTED, failed
from resnettui.worker.measure import Timed, collector_frozen, hold, measure, passes_of, warm_up
from resnettui.worker.operators import profile_operators
from resnettui.worker.peaks import find_peaks
from resnettui.worker.pinning import Pinning, resident_bytes
from resnettui.worker.threads import thread_counts, thread_times_ns
from resnettui.worker.variants import Progress, Unavailable, Variant, kernels_of, settings
from resnettui.worker.weights import weights_label
from resnettui.worker.wire import Inbox, Outbox, Superseded
from resnettui.worker.workshop import Workshop

WARMUP_REPORT_NS = 100_000_000
"""Warm-up passes are reported this often, at most."""


class Session:
    """The command loop, on what a workshop keeps for the next command."""

    def __init__(self, inbox: Inbox, outbox: Outbox, math_mode: str = STRICT) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._pinning = Pinning()
        self._build = replace(probe_build(), math_mode=math_mode)
        self._workshop = Workshop()

    def serve(self) -> None:
        """Answer commands for ever; the inbox ends the process when nobody is left to ask."""
        self._outbox.post(Ready(self._build))
        while True:
            # A profile is larger than a pipe.
            self._outbox.drain()
            command = self._inbox.next()
            if isinstance(command, Job):
                failure = self._answer(command)
                if failure:
                    self._outbox.post(failure)

    def _answer(self, job: Job) -> Failed | None:
        """Do a job, and return what went wrong, if anything did."""
        try:
            self._do(job)
        except Superseded:
            return None
        except Exception as error:
            if not isinstance(error, EXPECTED):
                self._workshop.clear()
            return failed(job, error, self._build.engines)
        return None

    def _do(self, job: Job) -> None:
        match job:
            case Measure():
                self._measure(job)
            case Profile():
                self._profile(job)
            case FindPeaks():
                self._find_peaks(job)
        self._post(Finished(job.run_id))

    def _measure(self, command: Measure) -> None:
        trial = self._possible(command.trial)
        self._pinning.pin(command.cores)
        with settings(trial):
            with self._inbox.interruptible():
                variant = self._prepare(command, trial)
            self._sample(command, variant)

    def _possible(self, wished: Trial) -> Trial:
        """Return a trial with the engine it runs on; Unavailable where there is none."""
        trial = wished.resolved(self._build.engines)
        if trial.engine is not None and trial.engine not in self._build.engines:
            reason = self._build.unavailable_engines.get(trial.engine, "unknown to this torch")
            raise Unavailable(reason)
        if trial.precision == "int8" and trial.engine is None:
            raise Unavailable("no quantized engine of this torch runs here")
        return trial

    def _profile(self, job: Profile) -> None:
        trial = self._possible(job.trial)
        self._pinning.pin(job.cores)
        progress = self._progress(job)
        with settings(trial), collector_frozen(), self._inbox.interruptible():
            variant = self._workshop.variant(job, trial, progress, CHECK_LIVE_S)
            library = ENGINE_LIBRARIES.get(trial.engine or "", trial.engine or "")
            profile = profile_operators(
                *(variant.model, variant.batches, job.passes, library, progress)
            )
        _, refused = self._pinning.standing()
        self._outbox.post(Profiled(job.run_id, trial, replace(profile, not_pinned=refused)))

    def _find_peaks(self, job: FindPeaks) -> None:
        self._pinning.pin(())
        with self._inbox.interruptible():
            peaks = find_peaks(job.kinds, job.threads, self._progress(job), job.array_bytes)
        self._outbox.post(PeaksFound(job.run_id, peaks))

    def _prepare(self, command: Measure, trial: Trial) -> Variant:
        progress = self._progress(command)
        variant = self._workshop.variant(command, trial, progress, command.check_s)
        progress("reading which kernels run", 0, 0)
        kernels = kernels_of(variant, trial)
        images = self._workshop.images(command, trial, progress)
        self._post(
            Prepared(
                *(command.run_id, trial, variant.check, variant.profiled.ops),
                *(variant.unfused, kernels),
                input=replace(images.source, weights=weights_label(command.weights)),
                flop=variant.work.flop,
                moved_bytes=variant.work.moved_bytes,
            )
        )
        return variant

    def _progress(self, job: Job) -> Progress:
        def progress(what: str, done: int, total: int) -> None:
            self._post(Step(job.run_id, what, done, total))

        return progress

    def _sample(self, command: Measure, variant: Variant) -> None:
        run_id = command.run_id
        unguarded = passes_of(variant.model, variant.batches)

        def one_pass() -> Timed:
            with self._inbox.interruptible():
                return unguarded()

        reported_ns = warmed_ns = 0

        def warmed(warmup: WarmUp, last_ns: int) -> None:
            nonlocal reported_ns, warmed_ns
            warmed_ns = last_ns
            reported_ns += last_ns
            if reported_ns >= WARMUP_REPORT_NS:
                reported_ns = 0
                self._outbox.post(WarmingUp(run_id, warmup, last_ns))

        def take(latencies_ns: Sequence[int], wall_ns: int, end_ns: int, last: bool) -> bool:
            if not (self._outbox.flush() or last):
                return False
            self._outbox.post(Samples(run_id, tuple(latencies_ns), wall_ns, end_ns))
            return True

        with collector_frozen():
            before = thread_times_ns()
            warmup = warm_up(one_pass, warmed)
            member = self._member(thread_counts(before))
            self._outbox.post(WarmingUp(run_id, warmup, warmed_ns, True, (member,)))
            if command.hold:
                with self._inbox.interruptible():
                    hold(unguarded, lambda: self._inbox.begin_ns(run_id))
            duration_ns = None if command.duration_s is None else int(command.duration_s * 1e9)
            measure(one_pass, take, duration_ns, command.iterations)

    def _member(self, threads: ThreadCounts) -> Member:
        """Describe this process as it stands, its pools of threads started."""
        cores, refused = self._pinning.standing()
        memory = resident_bytes()
        return Member(os.getpid(), cores, memory_bytes=memory, not_pinned=refused, threads=threads)

    def _post(self, event: Event) -> None:
        """Send an event from inside `interruptible`: a message is never torn."""
        with self._inbox.shielded():
            self._outbox.post(event)
