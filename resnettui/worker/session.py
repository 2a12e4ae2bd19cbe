"""Serves commands one after the other: builds what is asked for, and measures it."""

import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from resnettui.core.protocol import (
    Event,
    Failed,
    FindPeaks,
    Finished,
    Measure,
    PeaksFound,
    Prepared,
    Ready,
    Samples,
    Step,
    WarmingUp,
)
from resnettui.core.trial import Member, Trial, WarmUp
from resnettui.worker.engines import first_line, probe_build
from resnettui.worker.inputs import DataError, Images, from_folder, synthetic
from resnettui.worker.measure import Timed, collector_frozen, hold, measure, passes_of, warm_up
from resnettui.worker.models import resize_side
from resnettui.worker.peaks import find_peaks
from resnettui.worker.pinning import Pinning, resident_bytes
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
            match command:
                case Measure():
                    failed = self._answer(command)
                case FindPeaks():
                    failed = self._find_peaks(command)
                case _:
                    failed = None
            if failed:
                self._outbox.post(failed)

    def _find_peaks(self, command: FindPeaks) -> Failed | None:
        """Measure the roof; what cannot run here has no peak."""
        run_id = command.run_id
        self._pinning.pin(())
        try:
            with self._inbox.interruptible():
                peaks = find_peaks(command.kinds, command.threads, partial(self._step, run_id))
        except Superseded:
            return None
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            reason = f"the roof of {command.threads} threads: {first_line(error)}"
            return Failed(run_id, "error", reason, "this is a defect of resnettui: report it")
        self._outbox.post(PeaksFound(run_id, peaks))
        self._outbox.post(Finished(run_id))
        return None

    def _step(self, run_id: int, what: str, done: int, total: int) -> None:
        self._post(Step(run_id, what, done, total))

    def _answer(self, command: Measure) -> Failed | None:
        """Measure, and return what went wrong, if anything did."""
        run_id, trial = command.run_id, command.trial
        try:
            self._measure(command)
        except Superseded:
            return None
        except Unavailable as error:
            return Failed(run_id, "unavailable", f"{_name(trial)}: {error}", self._instead(trial))
        except DataError as error:
            return Failed(run_id, "data", str(error), "name a folder of JPEG or PNG images")
        except WeightsError as error:
            return Failed(run_id, "weights", str(error), error.hint)
        except Exception as error:
            self._builder = None
            if is_out_of_memory(error):
                return _out_of_memory(run_id, trial)
            traceback.print_exc(file=sys.stderr)
            reason = f"{_name(trial)}: {type(error).__name__}: {first_line(error)}"
            return Failed(run_id, "error", reason, "this is a defect of resnettui: report it")
        return None

    def _measure(self, command: Measure) -> None:
        trial = command.trial.resolved(self._build.engines)
        if trial.engine is not None and trial.engine not in self._build.engines:
            reason = self._build.unavailable_engines.get(trial.engine, "unknown to this torch")
            raise Unavailable(reason)
        if trial.precision == "int8" and trial.engine is None:
            raise Unavailable("no quantized engine of this torch runs here")
        self._pinning.pin(command.cores)
        with settings(trial):
            with self._inbox.interruptible():
                variant = self._prepare(command, trial)
            self._sample(command, variant)
        self._post(Finished(command.run_id))

    def _prepare(self, command: Measure, trial: Trial) -> Variant:
        progress = partial(self._step, command.run_id)
        images = self._load(command, trial, progress)
        builder = self._builder_of(command, trial, images, progress)
        variant = builder.build(trial, progress, command.check_s)
        progress("reading which kernels run", 0, 0)
        kernels = kernels_of(variant, trial)
        ops = variant.profiled.ops
        self._post(
            Prepared(
                *(command.run_id, trial, variant.check, ops, variant.unfused, kernels),
                input=replace(images.source, weights=weights_label(command.weights)),
                flop=variant.work.flop,
                moved_bytes=variant.work.moved_bytes,
            )
        )
        return variant

    def _load(self, command: Measure, trial: Trial, progress: Progress) -> Images:
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
        self, command: Measure, trial: Trial, images: Images, progress: Progress
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
            warmup = warm_up(one_pass, warmed)
            self._outbox.post(WarmingUp(run_id, warmup, warmed_ns, True, (self._member(),)))
            if command.hold:
                with self._inbox.interruptible():
                    hold(unguarded, lambda: self._inbox.begin_ns(run_id))
            duration_ns = None if command.duration_s is None else int(command.duration_s * 1e9)
            measure(one_pass, take, duration_ns, command.iterations)

    def _member(self) -> Member:
        """Describe this process as it stands, its pools of threads started."""
        cores, refused = self._pinning.standing()
        return Member(os.getpid(), cores, memory_bytes=resident_bytes(), not_pinned=refused)

    def _post(self, event: Event) -> None:
        """Send an event from inside `interruptible`: a message is never torn."""
        with self._inbox.shielded():
            self._outbox.post(event)

    def _instead(self, trial: Trial) -> str:
        if trial.precision == "int8":
            return f"engines that run here: {', '.join(self._build.engines) or 'none'}"
        return "try fusion none, or fp32"


def _name(trial: Trial) -> str:
    engine = f" on engine {trial.engine}" if trial.engine else ""
    return f"{describe(trial)}{engine}"


def _out_of_memory(run_id: int, trial: Trial) -> Failed:
    reason = f"{_name(trial)} with a batch of {trial.batch_size} does not fit into memory"
    return Failed(run_id, "memory", reason, "choose a smaller batch size")
