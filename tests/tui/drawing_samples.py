"""Frames and a palette for the drawing functions, made by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from rich.console import Console
from rich.style import Style
from rich.text import Text

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import Chosen, LiveEvent, Looked, Probed
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    Failed,
    Hello,
    Prepared,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
    WorkerLost,
)
from resnettui.core.trial import Check, InputSource, Member, Trial, WarmUp
from resnettui.tui.palette import Palette

MS = 1_000_000
SECOND = 1_000_000_000

PALETTE = Palette(
    text=Style(color="white"),
    strong=Style(color="white", bold=True),
    dim=Style(color="bright_black"),
    accent=Style(color="cyan"),
    unfused=Style(color="magenta"),
    fused=Style(color="green"),
    warning=Style(color="yellow"),
    error=Style(color="red"),
    track=Style(color="black"),
)

INT8 = Trial(precision="int8", fusion="full", threads=2, engine="qnnpack")

_TAIL = {
    "quantized::max_pool2d": 1,
    "quantized::adaptive_avg_pool2d": 1,
    "quantized::linear": 1,
    "aten::quantize_per_tensor": 1,
    "aten::dequantize": 1,
}
UNFUSED = OpLedger(
    {
        "quantized::conv2d": 53,
        "quantized::batch_norm2d": 53,
        "aten::relu": 33,
        "quantized::add_relu": 16,
        **_TAIL,
    }
)
FUSED = OpLedger(
    {"quantized::conv2d": 20, "quantized::conv2d_relu": 33, "quantized::add_relu": 16, **_TAIL}
)
KERNELS = {
    "convolution brgconv_1x1:avx512_core_vnni": 36,
    "convolution gemm_s8u8s32:ref": 17,
    "reorder jit:uni": 158,
}
BUILD = Build("2.9.1", "0.24.1", ("qnnpack", "onednn"), "qnnpack", "DEFAULT", True)
IMAGES = InputSource(12, 2, ("a/long/path/to/a/file/of/text.txt (no image)", "b.jpg (truncated)"))


def machine_of(cores: int, clusters: Mapping[int, str] | None = None) -> Machine:
    ids = tuple(range(cores))
    return Machine(
        cpu="Neoverse-N1",
        arch="aarch64",
        cores_online=ids,
        cores_usable=ids,
        cores_allowed=cores,
        isa=("asimd", "asimddp"),
        clusters=clusters or {},
    )


def reading_of(cores: int, clock_hz: int = 2_600_000_000) -> Reading:
    """Return a reading in which each core is busier than the one before."""
    return Reading(
        at_s=1.0,
        core_use={core: core / max(1, cores - 1) for core in range(cores)},
        clock_hz=dict.fromkeys(range(cores), clock_hz),
        temperature_celsius=51.4,
        worker_cores=1.98,
        ui_cores=0.008,
    )


def folded(events: Iterable[LiveEvent], snapshot: Snapshot | None = None) -> Snapshot:
    snapshot = Snapshot() if snapshot is None else snapshot
    for event in events:
        snapshot = fold(snapshot, event)
    return snapshot


def board(cores: int = 4) -> list[LiveEvent]:
    return [Probed(machine_of(cores)), Looked(reading_of(cores))]


def prepared(
    trial: Trial = INT8,
    ops: OpLedger = FUSED,
    unfused: OpLedger = UNFUSED,
    kernels: Mapping[str, int] = KERNELS,
    source: InputSource = IMAGES,
) -> Prepared:
    check = Check(0.0123, 0.99875, sqnr_db=27.94, agreement=61 / 64, images=64)
    return Prepared(1, trial, check, ops, unfused, kernels, source)


def latencies(median_ms: float, n: int = 299) -> tuple[int, ...]:
    """Return latencies that spread by some percent around a median, and one outlier."""
    spread = [round(median_ms * (1 + (k % 21 - 10) * 0.002) * MS) for k in range(n - 1)]
    return (*spread, round(median_ms * 3 * MS))


def run(
    trial: Trial, median_ms: float, passes: int = 299, run_id: int = 1, settled: bool = True
) -> list[LiveEvent]:
    """Return the events of a run up to its first samples."""
    ops = FUSED if trial.fusion == "full" else UNFUSED
    taken = latencies(median_ms, passes)
    return [
        Chosen(run_id, trial),
        Starting(run_id),
        Hello(1, 4711),
        Ready(BUILD),
        Step(run_id, "building resnet50 int8 fused", 1, 2),
        replace(prepared(trial, ops), run_id=run_id),
        WarmingUp(run_id, WarmUp(12, settled), 9 * MS),
        WarmingUp(run_id, WarmUp(12, settled), 0, done=True),
        Samples(run_id, taken, sum(taken), 100 * SECOND),
    ]


STUDY = {
    ("none", 1): 584.8,
    ("none", 4): 202.4,
    ("none", 8): 133.7,
    ("full", 1): 422.6,
    ("full", 4): 115.7,
    ("full", 8): 62.7,
}
"""The study's W8A8 on ARM: fusion and cores -> ms."""


def study() -> Snapshot:
    """Return the state after the study's ARM table was measured."""
    events: list[LiveEvent] = [*board(8)]
    for run_id, ((fusion, threads), median_ms) in enumerate(STUDY.items(), start=1):
        trial = replace(INT8, fusion=fusion, threads=threads)
        events += run(trial, median_ms, run_id=run_id)
    return folded(events)


def crew(processes: int = 2) -> list[LiveEvent]:
    """Return the events of a run of several processes, each slower than the one before."""
    trial = replace(INT8, processes=processes, threads=1)
    members = tuple(Member(4711 + n, (n,), memory_bytes=(n + 1) << 28) for n in range(processes))
    *before, warmed, _ = run(trial, 8.78)
    assert isinstance(warmed, WarmingUp)
    owners = tuple(n % processes for n in range(60))
    taken = tuple((10 + owner) * MS for owner in owners)
    walls = tuple((10 + n) * MS * owners.count(n) for n in range(processes))
    return [
        *before,
        replace(warmed, members=members),
        Samples(1, taken, sum(taken) // processes, 100 * SECOND, owners, walls),
    ]


RUN = run(INT8, 8.78)

STATES: dict[str, Snapshot] = {
    "nothing known": Snapshot(),
    "chosen": folded([*board(), Chosen(1, INT8)]),
    "starting": folded([*board(), *RUN[:2]]),
    "importing": folded([*board(), *RUN[:3]]),
    "building": folded([*board(), *RUN[:5]]),
    "prepared": folded([*board(), *RUN[:6]]),
    "warming up": folded([*board(), *RUN[:7]]),
    "first pass": folded([*board(), *RUN[:8]]),
    "measuring": folded([*board(), *RUN]),
    "one pass": folded([*board(), *run(INT8, 8.78, passes=1)]),
    "slow": folded([*board(), *run(Trial(precision="fp16", threads=64), 12345.6, settled=False)]),
    "fast": folded([*board(), *run(Trial(model="resnet18", memory_format="contiguous"), 0.4321)]),
    "study": study(),
    "many cores": folded([*board(256), *RUN]),
    "clusters": folded(
        [
            Probed(machine_of(8, dict.fromkeys(range(4), "little") | dict.fromkeys((4, 5), "mid"))),
            Looked(replace(reading_of(8), throttled="thermal limit: cooling device at 3")),
            *RUN,
        ]
    ),
    "crew": folded([*board(), *crew()]),
    "large crew": folded([*board(64), *crew(64)]),
    "failed": folded(
        [
            *board(),
            Chosen(1, INT8),
            Failed(
                *(1, "unavailable", "resnet50 bf16 fused: mkldnn: bf16 is not supported here"),
                hint="try fusion none, or fp32",
            ),
        ]
    ),
    "lost": folded(
        [
            *RUN,
            WorkerLost("the worker was killed: " + "x" * 200, "choose a smaller batch size", True),
        ]
    ),
}


@cache
def frame(state: str) -> Frame:
    return frame_of(STATES[state], selected="threads")


def plain(lines: Iterable[Text]) -> list[str]:
    return [line.plain for line in lines]


def style_of(line: Text, fragment: str) -> Style:
    """Return the style in which the first letter of a fragment is drawn."""
    return line.get_style_at_offset(Console(), line.plain.index(fragment))
