"""Configurations, ledgers and events for the tests of the core."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import Chosen, LiveEvent
from resnettui.core.machine import Build
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import Finished, Hello, Prepared, Ready, Samples, Step, WarmingUp
from resnettui.core.trial import Check, Trial, TrialResult, WarmUp

MS = 1_000_000
SECOND = 1_000_000_000

_TOP_AND_TAIL = {
    "quantized::max_pool2d": 1,
    "quantized::adaptive_avg_pool2d": 1,
    "quantized::linear": 1,
    "aten::quantize_per_tensor": 1,
    "aten::dequantize": 1,
}

W8A8_UNFUSED = OpLedger(
    {
        "quantized::conv2d": 53,
        "quantized::batch_norm2d": 53,
        "aten::relu": 33,
        "quantized::add_relu": 16,
        **_TOP_AND_TAIL,
    }
)
W8A8_FUSED = OpLedger(
    {
        "quantized::conv2d": 20,
        "quantized::conv2d_relu": 33,
        "quantized::add_relu": 16,
        **_TOP_AND_TAIL,
    }
)

_FLOAT_TAIL = {"aten::max_pool2d": 1, "aten::adaptive_avg_pool2d": 1, "aten::linear": 1}

FLOAT_UNFUSED = OpLedger(
    {
        "aten::conv2d": 53,
        "aten::batch_norm": 53,
        "aten::relu_": 49,
        "aten::add_": 16,
        **_FLOAT_TAIL,
    }
)
FLOAT_FUSED = OpLedger(
    {
        "mkldnn::_convolution_pointwise[relu]": 33,
        "mkldnn::_convolution_pointwise_[add,relu]": 16,
        "mkldnn::_convolution_pointwise[none]": 4,
        **_FLOAT_TAIL,
    }
)

KERNELS = {"convolution brgconv_1x1:avx512_core": 36, "reorder jit:uni": 53}

BUILD = Build("2.13.0", "0.28.0", ("x86", "qnnpack"), "x86", "AVX512", True, {"fbgemm": "gone"})


def result_of(
    trial: Trial,
    latency_ms: float = 10.0,
    n: int = 1,
    kernels: Mapping[str, int] = KERNELS,
    warmup: WarmUp = WarmUp(10, True),  # noqa: B008 - frozen
) -> TrialResult:
    """Return a result whose passes all took the same time."""
    latency = round(latency_ms * MS)
    return TrialResult(
        trial=trial,
        latencies_ns=(latency,) * n,
        wall_ns=latency * n,
        warmup=warmup,
        check=Check(0.01, 0.999),
        ops=W8A8_FUSED,
        unfused=W8A8_UNFUSED,
        kernels=kernels,
        passes=n,
    )


def samples(run_id: int, latencies_ns: Iterable[int], end_ns: int = 0) -> Samples:
    """Return passes without a gap between them."""
    latencies = tuple(latencies_ns)
    return Samples(run_id, latencies, sum(latencies), end_ns)


def prepared(run_id: int, trial: Trial) -> Prepared:
    """Return the event of a variant that is built."""
    fused = W8A8_FUSED if trial.fusion == "full" else W8A8_UNFUSED
    return Prepared(run_id, trial, Check(0.01, 0.999), fused, W8A8_UNFUSED, KERNELS)


def whole_run(run_id: int, trial: Trial, latencies_ns: Iterable[int]) -> list[LiveEvent]:
    """Return the events of a run, from the choice to the end of its sample."""
    engine = trial.resolved(BUILD.engines).engine
    return [
        Chosen(run_id, trial),
        Hello(1, 4711),
        Ready(BUILD),
        Step(run_id, "building resnet50 fp32", 1, 2),
        prepared(run_id, replace(trial, engine=engine)),
        WarmingUp(run_id, WarmUp(4, False), 12 * MS),
        WarmingUp(run_id, WarmUp(10, True), 0, done=True),
        samples(run_id, latencies_ns, end_ns=SECOND),
        Finished(run_id),
    ]


def folded(events: Iterable[LiveEvent], snapshot: Snapshot | None = None) -> Snapshot:
    """Fold events one after the other."""
    snapshot = Snapshot() if snapshot is None else snapshot
    for event in events:
        snapshot = fold(snapshot, event)
    return snapshot
