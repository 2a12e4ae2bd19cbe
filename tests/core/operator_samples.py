from resnettui.core.operators import REORDER, OpCall, OpProfile
from resnettui.core.roof import MEMORY, Peak, Roof

ROOF = Roof(Peak("fp32", 2, 100e9, "convolution"), Peak(MEMORY, 2, 10e9, "triad"))
"""100 GFLOP/s and 10 GB/s: 100 FLOP, or 10 bytes, take a nanosecond."""

CONV = "aten::conv2d"
FUSED = "mkldnn::_convolution_pointwise[relu]"


def call(
    kind: str,
    time_ns: float,
    *,
    flop: int = 0,
    moved: int = 0,
    name: str = "layer1.0.conv1",
    kernel: str = "",
    shape: str = "64x56x56",
) -> OpCall:
    """Return a call that reads half of what it moves and writes the other half."""
    stage = name.partition(".")[0]
    half = moved // 2
    return OpCall(kind, name, stage, shape, time_ns, flop, 0, half, moved - half, kernel)


def profile(*calls: OpCall, between_ns: float = 0.0, inflation: float = 1.0) -> OpProfile:
    profiled_ns = sum(call.time_ns for call in calls) + between_ns
    return OpProfile(calls, 20, profiled_ns / inflation, profiled_ns, between_ns)


def convolution(time_ns: float = 1000, share: float = 0.77, kind: str = CONV) -> OpCall:
    """Return a convolution that reaches a share of the compute roof."""
    flop = round(share * time_ns * 100)
    return call(kind, time_ns, flop=flop, moved=flop // 100, kernel="convolution brgconv:sve_512")


UNFUSED = profile(
    convolution(1000),
    call(REORDER, 100, moved=800, kernel="reorder jit:uni"),
    call("aten::batch_norm", 400, moved=3600, name="layer1.0.bn1"),
    call("aten::relu_", 200, moved=1800, name="layer1.0.relu"),
    call("aten::batch_norm", 400, moved=3600, name="layer2.0.bn1"),
    between_ns=100,
    inflation=1.1,
)
FUSED_PROFILE = profile(convolution(1000, kind=FUSED), between_ns=50, inflation=1.05)
