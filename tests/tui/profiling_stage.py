"""Profiles and peaks made by hand, and the screen of operators with a scripted other side."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scripted import Stage
from test_app import measured, staged, until
from textual.pilot import Pilot

from resnettui.core.operators import REORDER, OpCall, OpProfile
from resnettui.core.protocol import Finished, Profile, Profiled, Step
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Trial

MS = 1_000_000

PEAKS = (Peak("fp32", 2, 2e11, "convolution 256x28x28 3x3"), Peak(MEMORY, 2, 2e10, "triad"))
"""200 GFLOP/s and 20 GB/s: 200 MFLOP, or 20 MB, take a millisecond."""


def call(
    kind: str, name: str, ms: float, work: tuple[float, float] = (0, 0), kernel: str = ""
) -> OpCall:
    """Return a call; `work` is its FLOP and the bytes it moves, half of them read."""
    head, _, rest = name.partition(".")
    stage = head if rest else {"fc": "head"}.get(head, "stem")
    flop, half = int(work[0]), int(work[1] / 2)
    shape = "64x56x56 -> 64x56x56 3x3"
    return OpCall(kind, name, stage, shape, ms * MS, flop, 0, half, half, kernel)


def _convolution(name: str, ms: float, kind: str = "aten::conv2d") -> OpCall:
    return call(kind, name, ms, (1.5e8 * ms, 2e6 * ms), "convolution brgconv:sve_512")


def _passed(*calls: OpCall, between_ms: float = 0.5) -> OpProfile:
    whole_ns = sum(one.time_ns for one in calls) + between_ms * MS
    return OpProfile(calls, 20, whole_ns / 1.05, whole_ns, between_ms * MS)


LINEAR = call("aten::linear", "fc", 0.2, (4e6, 2e6), "inner_product gemm:ref")
_RELU = "mkldnn::_convolution_pointwise[relu]"

UNFUSED = _passed(
    *(_convolution("conv1", 2), _convolution("layer1.0.conv1", 3)),
    _convolution("layer1.0.conv2", 4),
    call(REORDER, "layer1.0.conv2", 1, (0, 1e6), "reorder jit:uni"),
    *(call("aten::batch_norm", f"layer1.0.bn{n}", 1.5, (0, 2.9e7)) for n in (1, 2)),
    call("aten::relu_", "layer1.0.relu", 0.8, (0, 1.6e7)),
    LINEAR,
)
FUSED = _passed(
    *(_convolution("conv1", 2, _RELU), _convolution("layer1.0.conv1", 3, _RELU)),
    *(_convolution("layer1.0.conv2", 4), LINEAR),
)


def profile_of(trial: Trial) -> OpProfile:
    return FUSED if trial.fusion == "full" else UNFUSED


def is_operators(stage: Stage) -> bool:
    return type(stage.app.screen).__name__ == "OperatorsScreen"


def profiles(stage: Stage) -> list[Profile]:
    """Return the profiles that the workers were asked for."""
    return [job for job in stage.supervisor.jobs if isinstance(job, Profile)]


async def asked(pilot: Pilot[None], stage: Stage, count: int) -> Profile:
    """Wait until so many profiles were asked for, and return the last."""
    await until(pilot, lambda: len(profiles(stage)) == count)
    return profiles(stage)[-1]


def profile(stage: Stage) -> None:
    """Let the profile that was asked for last come to its end."""
    job = profiles(stage)[-1]
    stage.supervisor.tell(Step(job.run_id, "profiling operators", 7, 20))
    stage.supervisor.tell(Profiled(job.run_id, job.trial, profile_of(job.trial)))
    stage.supervisor.tell(Finished(job.run_id))


async def profile_all(pilot: Pilot[None], stage: Stage) -> None:
    """Let everything that the screen waits for be profiled, and the live measurement go on."""
    wishes = len(stage.supervisor.wishes)
    answered: list[Profile] = []

    def through() -> bool:
        job = profiles(stage)[-1]
        if job not in answered:
            answered.append(job)
            profile(stage)
        return len(stage.supervisor.wishes) > wishes

    await until(pilot, through)


@asynccontextmanager
async def on_operators_screen(
    stage: Stage, size: tuple[int, int] = (120, 40), *, profiled: bool = True
) -> AsyncIterator[Pilot[None]]:
    """Yield the app on its third screen, after the live configuration was measured."""
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("3")
        await until(pilot, lambda: is_operators(stage))
        if profiled:
            await asked(pilot, stage, 1)
            await profile_all(pilot, stage)
            await pilot.pause(0.25)
        yield pilot
