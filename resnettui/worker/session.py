"""Serves commands one after the other: builds what is asked for, and measures it."""

import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

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
from resnettui.core.trial import Member, ThreadCounts, Trial, WarmUp
from resnettui.worker.engines import ENGINE_LIBRARIES, first_line, probe_build
from resnettui.worker.inputs import DataError, Images, from_folder, synthetic
from resnettui.worker.measure import Timed, collector_frozen, hold, measure, passes_of, warm_up
from resnettui.worker.models import resize_side
from resnettui.worker.operators import profile_operators
from resnettui.worker.peaks import find_peaks
from resnettui.worker.pinning import Pinning, resident_bytes
from resnettui.worker.threads import thread_counts, thread_times_ns
from resnettui.worker.variants import (
    Builder,
    Progress,
    Unavailable,
    Variant,
    describe,
    is_out_of_memory,
    kernels_of,
    settings,
)
from resnettui.worker.weights import WeightsError, checkpoint, to_download, weights_label
from resnettui.worker.wire import Inbox, Outbox, Superseded

WARMUP_REPORT_NS = 100_000_000
"""Warm-up passes are reported this often, at most."""


class Session:
    """The command loop, and the model and images that the next command may share."""

    def __init__(self, inbox: Inbox, outbox: Outbox) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._pinning = Pinning()
        self._build = probe_build()
        self._images: tuple[tuple[str | None, int, int], Images] | None = None
        self._builder: tuple[tuple[str, str, str | None, int], Builder] | None = None

    def serve(self) -> None:
        """Answer commands for ever; the inbox ends the process when nobody is left to ask."""
        self._outbox.post(Ready(self._build))
        while True:
            command = self._inbox.next()
            if isinstance(command, Job):
                failed = self._answer(command)
                if failed:
                    self._outbox.post(failed)

    def _answer(self, job: Job) -> Failed | None:
        """Do a job, and return what went wrong, if anything did."""
        run_id = job.run_id
        try:
            self._do(job)
        except Superseded:
            return None
        except Unavailable as error:
            return Failed(run_id, "unavailable", f"{_name(job)}: {error}", self._instead(job))
        except DataError as error:
            return Failed(run_id, "data", str(error), "name a folder of JPEG or PNG images")
        except WeightsError as error:
            return Failed(run_id, "weights", str(error), error.hint)
        except Exception as error:
            self._builder = None
            if is_out_of_memory(error):
                return _out_of_memory(job)
            traceback.print_exc(file=sys.stderr)
            reason = f"{_name(job)}: {type(error).__name__}: {first_line(error)}"
            return Failed(run_id, "error", reason, "this is a defect of resnettui: report it")
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
            variant = self._build_variant(job, trial, progress, CHECK_LIVE_S)
            library = ENGINE_LIBRARIES.get(trial.engine or "", trial.engine or "")
            profile = profile_operators(
                *(variant.model, variant.batches, job.passes, library, progress)
            )
        self._outbox.post(Profiled(job.run_id, trial, profile))

    def _find_peaks(self, job: FindPeaks) -> None:
        self._pinning.pin(())
        with self._inbox.interruptible():
            peaks = find_peaks(job.kinds, job.threads, self._progress(job), job.array_bytes)
        self._outbox.post(PeaksFound(job.run_id, peaks))

    def _prepare(self, command: Measure, trial: Trial) -> Variant:
        progress = self._progress(command)
        variant = self._build_variant(command, trial, progress, command.check_s)
        progress("reading which kernels run", 0, 0)
        kernels = kernels_of(variant, trial)
        images = self._load(command, trial, progress)
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

    def _build_variant(
        self, job: Measure | Profile, trial: Trial, progress: Progress, check_s: float
    ) -> Variant:
        images = self._load(job, trial, progress)
        return self._builder_of(job, trial, images, progress).build(trial, progress, check_s)

    def _load(self, command: Measure | Profile, trial: Trial, progress: Progress) -> Images:
        data, size = command.data, trial.image_size
        side = resize_side(trial.model, command.weights, size)
        if self._images is None or self._images[0] != (data, size, side):
            self._images = self._builder = None
            if data is None:
                images = synthetic(size)
            else:
                decoding = partial(progress, "decoding")
                images = from_folder(Path(data), size, decoding, side)
            self._images = ((data, size, side), images)
        return self._images[1]

    def _builder_of(
        self, command: Measure | Profile, trial: Trial, images: Images, progress: Progress
    ) -> Builder:
        model, weights = trial.model, command.weights
        key = (model, weights, command.data, trial.image_size)
        if self._builder is None or self._builder[0] != key:
            self._builder = None
            if to_download(model, weights):
                progress(f"downloading {checkpoint(model).name}", 0, 0)
            else:
                progress(f"building {model} fp32 as the reference", 0, 0)
            self._builder = (key, Builder(model, images, weights))
        return self._builder[1]

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

    def _instead(self, job: Job) -> str:
        if isinstance(job, FindPeaks):
            return ""
        if job.trial.precision == "int8":
            return f"engines that run here: {', '.join(self._build.engines) or 'none'}"
        return "try fusion none, or fp32"


def _name(job: Job) -> str:
    if isinstance(job, FindPeaks):
        return f"the roof of {', '.join(job.kinds)}"
    engine = f" on engine {job.trial.engine}" if job.trial.engine else ""
    return f"{describe(job.trial)}{engine}"


def _out_of_memory(job: Job) -> Failed:
    if isinstance(job, FindPeaks):
        return Failed(job.run_id, "memory", f"{_name(job)} does not fit into memory")
    reason = f"{_name(job)} with a batch of {job.trial.batch_size} does not fit into memory"
    return Failed(job.run_id, "memory", reason, "choose a smaller batch size")
