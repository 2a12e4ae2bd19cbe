"""A result, a machine and a torch to report on."""

from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.trial import (
    Check,
    InputSource,
    Member,
    ThreadCounts,
    Trial,
    TrialResult,
    WarmUp,
)

MS = 1_000_000

TRIAL = Trial(precision="int8", fusion="full", batch_size=2, threads=2, engine="x86")

UNFUSED = OpLedger({"quantized::conv2d": 53, "quantized::batch_norm2d": 53, "aten::relu": 54})
FUSED = OpLedger({"quantized::conv2d": 20, "quantized::conv2d_relu": 33, "aten::relu": 21})

MACHINE = Machine(
    cpu="AMD EPYC 9655",
    arch="x86_64",
    cores_online=(0, 1, 2, 3),
    cores_usable=(0, 1),
    cores_allowed=2,
    isa=("avx2", "avx512_vnni"),
    cache_bytes={"L1d": 48 << 10, "L3": 32 << 20},
    memory_bytes=8 << 30,
)
BUILD = Build("2.13.0", "0.28.0", ("x86", "onednn"), "x86", "AVX512", True)

RESULT = TrialResult(
    trial=TRIAL,
    latencies_ns=tuple(range(8 * MS, 8 * MS + 120_000, 1000)),
    wall_ns=1_000 * MS,
    passes=120,
    warmup=WarmUp(12, True),
    check=Check(0.25, 0.99875, sqnr_db=27.94, agreement=61 / 64, images=64),
    ops=FUSED,
    unfused=UNFUSED,
    kernels={
        "convolution brgconv_1x1:avx512_core_vnni": 36,
        "convolution brg_conv_fwd:avx512_core_vnni": 17,
        "reorder jit:uni": 3,
    },
    flags={"noisy": "the middle half spreads over 12% of the median"},
)
"""120 passes: enough for p90 and p95, too few for p99."""

IMAGES = InputSource(12, 3, ("a.txt (no image)", "b.jpg (truncated)"), files=15, looked_at=15)

PAIR = (
    Member(4711, (0,), 61, 8.06 * MS, 122.0, 320 << 20, threads=ThreadCounts(2, 2, 1)),
    Member(4712, (), 59, 8.5 * MS, 118.0, None, "cores 1 were refused"),
)
