"""Times every operator of one configuration with torch's profiler, and says what each one did."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

from resnettui.core.kernels import reorders
from resnettui.core.operators import REORDER, STAGES, OpCall, OpProfile
from resnettui.core.ops import family
from resnettui.core.stats import median
from resnettui.worker.calls import Called, calls_of, operators_of
from resnettui.worker.kernels import Primitive
from resnettui.worker.measure import passes_of, warm_up

TRACED_PASSES = 5
"""The times of reorders are medians over so many passes under oneDNN's trace."""

LONGEST_NS = 10_000_000_000
LEAST_PASSES = 3
"""Profiling ends early, but not before these passes, where a variant is that slow."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Profiles:
    """Passes with and without the profiler, in turns."""

    plain_ns: list[int]
    profiled_ns: list[int]
    operators: list[list[tuple[str, float]]]
    """Of each profiled pass the operators, as the profiler names them, and their times in ns."""


def profile_operators(
    model: nn.Module,
    batches: Sequence[torch.Tensor],
    passes: int,
    library: str,
    progress: Progress,
) -> OpProfile:
    """Return the operators of one pass with their times, inside the `settings` of a trial.

    `library` is what runs a convolution of which neither oneDNN nor aten tells.
    RuntimeError where two passes have different operators.
    """
    warm_up(
        passes_of(model, batches),
        lambda warmup, _: progress("warming up", warmup.iterations, 0),
    )
    traced = list(_traced(model, batches[0], min(TRACED_PASSES, passes), progress))
    timed = _timed(model, batches, passes, progress)
    names = [[name for name, _ in operators] for operators in timed.operators]
    expected = [called.operator for called in traced[0]]
    if any(found != expected for found in names):
        raise RuntimeError("two passes of this model have different operators")
    times_ns = [median([t for _, t in each]) for each in zip(*timed.operators, strict=True)]
    calls = tuple(_calls(traced, times_ns, library))
    between_ns = [
        pass_ns - sum(time_ns for _, time_ns in operators)
        for pass_ns, operators in zip(timed.profiled_ns, timed.operators, strict=True)
    ]
    plain_ns, profiled_ns = median(timed.plain_ns), median(timed.profiled_ns)
    return OpProfile(calls, len(between_ns), plain_ns, profiled_ns, median(between_ns))


def _traced(
    model: nn.Module, x: torch.Tensor, passes: int, progress: Progress
) -> Iterator[list[Called]]:
    begun_ns = time.perf_counter_ns()
    for done in range(passes):
        progress("tracing operators", done, passes)
        yield calls_of(model, x)
        if time.perf_counter_ns() - begun_ns > LONGEST_NS:
            return


def _timed(
    model: nn.Module, batches: Sequence[torch.Tensor], passes: int, progress: Progress
) -> Profiles:
    """Run passes without and with the profiler, in turns: so their ratio is the profiler's doing.

    No label is put on anything, and a pass is profiled apart from the next, so that nothing is
    timed that a plain pass has not.
    """
    timed = Profiles([], [], [])
    begun_ns = time.perf_counter_ns()
    for done in range(passes):
        progress("profiling operators", done, passes)
        x = batches[done % len(batches)]
        timed.plain_ns.append(_pass_ns(model, x))
        with profile(activities=[ProfilerActivity.CPU]) as profiler:
            timed.profiled_ns.append(_pass_ns(model, x))
        events: Sequence[Any] = profiler.events() or []
        operators = operators_of(events, lambda _: False)
        timed.operators.append([(e.name, 1e3 * e.time_range.elapsed_us()) for e in operators])
        if done + 1 >= LEAST_PASSES and time.perf_counter_ns() - begun_ns > LONGEST_NS:
            break
    return timed


def _pass_ns(model: nn.Module, x: torch.Tensor) -> int:
    begin = time.perf_counter_ns()
    model(x)
    return time.perf_counter_ns() - begin


def _calls(
    traced: Sequence[Sequence[Called]], times_ns: Sequence[float], library: str
) -> Iterator[OpCall]:
    """Return the operators with their reorders beside them, each with its own time."""
    stage = STAGES[0]
    for called, time_ns in zip(zip(*traced, strict=True), times_ns, strict=True):
        stage = stage_of(called[0].work.module, stage)
        yield from split(called, time_ns, stage, library)


def stage_of(module: str, before: str) -> str:
    """Return the stage a module belongs to; what is in none of the layers follows what is."""
    part = module.partition(".")[0]
    if part in STAGES:
        return part
    return STAGES[0] if before == STAGES[0] else STAGES[-1]


def split(called: Sequence[Called], time_ns: float, stage: str, library: str) -> Iterator[OpCall]:
    """Return one operator, and its reorders before and after it, from some traced passes of it.

    The times add up to `time_ns`. A trace slows a reorder down a little: where its reorders would
    take longer than the operator itself they have its time, in proportion.
    """
    first = called[0]
    ran = first.primitives
    times = zip(*((p.time_ns for p in each.primitives) for each in called), strict=True)
    traced_ns = dict(zip(range(len(ran)), map(median, times), strict=False))
    copies = [at for at, primitive in enumerate(ran) if reorders({primitive.kernel: 1})]
    copied_ns = sum(traced_ns[at] for at in copies)
    share = min(1.0, time_ns / copied_ns) if copied_ns else 0.0
    others = [at for at in range(len(ran)) if at not in copies]
    main = max(others, key=lambda at: traced_ns[at], default=-1)
    reordered = {at: _reorder(first, ran[at], share * traced_ns[at], stage) for at in copies}
    yield from (call for at, call in reordered.items() if at < main)
    kernel = ran[main].kernel if others else _untraced(first, library)
    yield _operator(first, time_ns - share * copied_ns, stage, kernel)
    yield from (call for at, call in reordered.items() if at > main)


def _operator(called: Called, time_ns: float, stage: str, kernel: str) -> OpCall:
    work = called.work
    return OpCall(
        *(work.kind or called.operator, work.module, stage, work.shape, time_ns, work.flop),
        *(work.weight_bytes, work.input_bytes, work.output_bytes, kernel),
    )


def _reorder(called: Called, primitive: Primitive, time_ns: float, stage: str) -> OpCall:
    return OpCall(
        *(REORDER, called.work.module, stage, primitive.shape, time_ns, 0),
        *(0, primitive.input_bytes, primitive.output_bytes, primitive.kernel),
    )


def _untraced(called: Called, library: str) -> str:
    """Return what ran a convolution or a quantized layer that oneDNN did not; "" for others."""
    if family(called.operator).startswith("conv2d"):
        return f"convolution {called.backend or library}".rstrip()
    if called.operator.startswith("quantized::linear"):
        return f"inner_product {library}".rstrip()
    return ""
