"""Profiles to report on: a pass unfused and fused, and a roof above them."""

from resnettui.core.op_rows import OpRow
from resnettui.core.operators import REORDER, OpCall, OpProfile
from resnettui.core.roof import MEMORY, Peak, Roof

PEAKS = (
    Peak("fp32", 2, 100e9, "convolution 256x28x28 3x3"),
    Peak(MEMORY, 2, 10e9, "triad"),
)
ROOF = Roof(*PEAKS)
"""100 GFLOP/s and 10 GB/s: 100 FLOP, or 10 bytes, take a nanosecond."""

MS = 1_000_000


def call(
    kind: str, time_ns: float, work: tuple[int, int] = (0, 0), name: str = "", kernel: str = ""
) -> OpCall:
    """Return a call; `work` is its FLOP and the bytes it moves."""
    return OpCall(kind, name, "layer1", "64x56x56", time_ns, work[0], 0, work[1], 0, kernel)


def row(kind: str, time_ns: float, flop: int = 0, moved: int = 0) -> OpRow:
    return OpRow(kind, (call(kind, time_ns, (flop, moved)),), 1000, ROOF)


ROWS = (
    row("conv2d", 800, flop=60_000, moved=600),
    row("batch_norm", 150, moved=1200),
    row("linear", 15, flop=70, moved=140),
)

FUSED_KIND = "mkldnn::_convolution_pointwise[relu]"

UNFUSED = OpProfile(
    (
        call("aten::conv2d", 9 * MS, (600 * MS, 6 * MS), "conv1", "convolution gemm:acl"),
        call(REORDER, 1 * MS, (0, 8 * MS), "conv1", "reorder jit:uni"),
        call("aten::batch_norm", 4 * MS, (0, 36 * MS), "bn1"),
        call("aten::relu_", 3 * MS, (0, 90 * MS), "relu"),
    ),
    *(20, 16.5 * MS, 18 * MS, 1 * MS),
)
FUSED = OpProfile(
    (call(FUSED_KIND, 8 * MS, (616 * MS, 6 * MS), "conv1", "convolution brgconv:sve_512"),),
    *(20, 8.2 * MS, 8.4 * MS, 0.3 * MS),
)
SLOW = OpProfile(
    (call("quantized::conv2d", 99 * MS, (600 * MS, 2 * MS), "conv1", "convolution ref:any"),),
    *(3, 99 * MS, 100 * MS, 1 * MS),
)
