"""A Variant is a model built as a trial asks for it, checked against fp32, ready to be called."""

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from resnettui.core.ops import OpLedger
from resnettui.core.protocol import CHECK_LIVE_S
from resnettui.core.trial import RANDOM, STRICT, Check, Trial
from resnettui.worker.accuracy import Checker, NotFinite
from resnettui.worker.engines import ENGINE_LIBRARIES, first_line
from resnettui.worker.fusion import fuse, pack, round_weights
from resnettui.worker.inputs import Images
from resnettui.worker.kernels import trace_kernels
from resnettui.worker.ledger import ProfiledPass, profile_pass
from resnettui.worker.math_mode import math_mode
from resnettui.worker.quantize import quantize, quantized_engine, repack
from resnettui.worker.weights import weighted_model
from resnettui.worker.work import Work, counted

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}

MEMORY_FORMATS: dict[str, Any] = {
    "contiguous": torch.contiguous_format,
    "channels_last": torch.channels_last,
}

CALIBRATION_IMAGES = 8
"""Images whose activations set the int8 ranges."""

COUNTING_SIZE = 64
"""Pixels of the image that an unfused model is counted on: its operators do not depend on it."""

MODELS_KEPT = 2
"""Built models that stay in memory, so that going back to the last one costs nothing."""

Progress = Callable[[str, int, int], None]


class Unavailable(Exception):
    """This torch, or this processor, cannot build the variant; the text is torch's own reason."""


@dataclass(frozen=True)
class Variant:
    """A built model with its input, its check and its operators."""

    model: nn.Module
    batches: list[torch.Tensor]
    check: Check
    profiled: ProfiledPass
    unfused: OpLedger
    work: Work


@contextmanager
def settings(trial: Trial) -> Iterator[None]:
    """Run what is inside with the trial's threads, engine and math mode, in inference mode.

    Unavailable where torch does not know the engine.
    """
    torch.set_num_threads(trial.threads)
    try:
        engine = quantized_engine(trial.engine) if trial.engine else nullcontext()
        with torch.inference_mode(), engine, math_mode(trial.math_mode):
            yield
    except NotImplementedError as error:
        raise Unavailable(first_line(error)) from error


class Builder:
    """Builds the variants of one model on one set of images, and keeps what they share.

    WeightsError where the model's weights cannot be had.
    """

    def __init__(self, name: str, images: Images, weights: str = RANDOM) -> None:
        self._name = name
        self._images = images
        self._reference = weighted_model(name, weights)
        self._checker = Checker(self._strictly, images, weights)
        self._models: OrderedDict[Trial, nn.Module] = OrderedDict()
        self._packed_for: dict[Trial, tuple[torch.Size, int]] = {}
        self._profiled: dict[Trial, ProfiledPass] = {}
        self._work: dict[Trial, Work] = {}
        self._unfused: dict[tuple[str, str | None], OpLedger] = {}

    def _strictly(self, images: torch.Tensor) -> torch.Tensor:
        """Return the reference's outputs, which no trial's math mode may change."""
        with math_mode(STRICT):
            outputs: torch.Tensor = self._reference(images)
        return outputs

    def build(self, trial: Trial, progress: Progress, check_s: float = CHECK_LIVE_S) -> Variant:
        """Build, check and count one variant, inside its `settings`; Unavailable if impossible."""
        key = replace(_same_operators(trial), batch_size=1)
        if key not in self._models:
            progress(f"building {describe(trial)}", 0, 0)
            self._packed_for.pop(key, None)
            self._models[key] = self._model(trial, progress)
        self._models.move_to_end(key)
        while len(self._models) > MODELS_KEPT:
            self._models.popitem(last=False)
        return self._counted(key, trial, progress, check_s)

    def _counted(self, built: Trial, trial: Trial, progress: Progress, check_s: float) -> Variant:
        model = self._models[built]
        batches = self._images.batches(*_kind(trial))
        self._pack(built, batches[0])
        check = self._check(built, trial, progress, check_s)
        progress("counting operators", 0, 0)
        key = _same_operators(trial)
        if key not in self._profiled:
            self._profiled[key] = profile_pass(model, batches[0])
        profiled = self._profiled[key]
        unfused = profiled.ops if trial.fusion == "none" else self._unfused_ops(trial)
        return Variant(model, batches, check, profiled, unfused, self._work[key])

    def _pack(self, built: Trial, example: torch.Tensor) -> None:
        """Give a model with packed weights the layouts for this input and these threads.

        oneDNN prefers others for another number of threads: ResNet50, fused, took 81 instead of
        44 ms in fp32 at 2 threads on weights laid out for 1, and 16.5 instead of 14.2 in int8.
        """
        if built.fusion == "none" and built.precision != "int8":
            return
        wanted = (example.shape, torch.get_num_threads())
        if self._packed_for.get(built) != wanted:
            _available(lambda: _packed(self._models[built], built, example))
            self._packed_for[built] = wanted

    def _model(self, trial: Trial, progress: Progress) -> nn.Module:
        if trial.precision == "int8":
            model = self._quantized(trial, self._images.pixels[:CALIBRATION_IMAGES], progress)
        elif trial.fusion == "full":
            model = fuse(self._reference)
        else:
            model = copy.deepcopy(self._reference)
        layout, dtype = MEMORY_FORMATS[trial.memory_format], DTYPES.get(trial.precision)
        if dtype is None:
            return model
        converted: nn.Module = model.to(dtype=dtype, memory_format=layout)  # type: ignore[call-overload]
        return converted

    def _quantized(self, trial: Trial, images: torch.Tensor, progress: Progress) -> nn.Module:
        done = 0

        def calibrated() -> None:
            nonlocal done
            done += 1
            progress("calibrating int8", done, len(images))

        state = self._reference.state_dict()
        engine, fused = trial.engine or "", trial.fusion == "full"
        calibration = images.split(1)
        model: nn.Module = _available(
            lambda: quantize(
                *(self._name, state),
                engine=engine,
                fused=fused,
                calibration=calibration,
                calibrated=calibrated,
            )
        )
        return model

    def _unfused_ops(self, trial: Trial) -> OpLedger:
        """Count the same precision without fusion, on a small image."""
        key = (trial.precision, trial.engine)
        if key not in self._unfused:
            small = torch.randn(1, 3, COUNTING_SIZE, COUNTING_SIZE)
            unfused = replace(trial, fusion="none")
            if trial.precision == "int8":
                model = self._quantized(unfused, small, lambda what, done, total: None)
            else:
                small = small.to(DTYPES[trial.precision])
                model = copy.deepcopy(self._reference).to(small.dtype)
            self._unfused[key] = profile_pass(model, small).ops
        return self._unfused[key]

    def _check(self, built: Trial, trial: Trial, progress: Progress, check_s: float) -> Check:
        """Compare with the fp32 unfused model, for about `check_s` seconds."""
        what = "checking against fp32"
        progress(what, 0, 0)
        try:
            return self._checker.check(
                built,
                lambda batch: _available(lambda: self._forward(built, trial, batch)),
                lambda start: self._images.batch(start, *_kind(trial)),
                check_s,
                lambda done, total: progress(what, done, total),
            )
        except NotFinite as error:
            raise Unavailable(str(error)) from error

    def _forward(self, built: Trial, trial: Trial, batch: torch.Tensor) -> torch.Tensor:
        """Run a pass of the check; the first of a variant and batch size counts its work."""
        key = _same_operators(trial)
        model = self._models[built]
        if key not in self._work:
            output, self._work[key] = counted(lambda: model(batch))
            return output
        checked: torch.Tensor = model(batch)
        return checked


def _same_operators(trial: Trial) -> Trial:
    """Return what stands for all configurations with the operators of this one."""
    return replace(trial, threads=1, processes=1, pin=None)


def _kind(trial: Trial) -> tuple[int, torch.dtype, Any]:
    """Return the batch size, type and memory format of a trial's input."""
    dtype = DTYPES.get(trial.precision, torch.float32)
    return trial.batch_size, dtype, MEMORY_FORMATS[trial.memory_format]


def kernels_of(variant: Variant, trial: Trial) -> dict[str, int]:
    """Return the kernels of one pass, inside the trial's `settings`."""
    other = variant.profiled.convolution_backend.removeprefix("aten::")
    if trial.engine:
        other = ENGINE_LIBRARIES.get(trial.engine, trial.engine)
    return trace_kernels(variant.model, variant.batches[0], variant.profiled.ops, other)


def _packed(model: nn.Module, trial: Trial, example: torch.Tensor) -> None:
    if trial.precision == "int8":
        repack(model)
        return
    pack(model, example)
    if trial.math_mode != STRICT:
        round_weights(model, example)


def describe(trial: Trial) -> str:
    """Return a few words for what is being built."""
    fused = " fused" if trial.fusion == "full" else ""
    mode = "" if trial.math_mode == STRICT else f" in math mode {trial.math_mode}"
    return f"{trial.model} {trial.precision}{fused}{mode}"


def _available(make: Callable[[], Any]) -> Any:
    """Call a step of building a variant; Unavailable with torch's reason where torch refuses."""
    try:
        return make()
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        raise Unavailable(first_line(error)) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Tell torch's failed allocation from its other errors."""
    return isinstance(error, MemoryError) or "allocate memory" in str(error)
