"""Made-up trials to fill a history with, as many as are wanted."""

import random
from collections.abc import Iterator

from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.trial import Check, Trial, TrialResult, WarmUp

MACHINE = Machine(
    cpu="AMD EPYC 9655",
    arch="x86_64",
    cores_online=tuple(range(64)),
    cores_usable=tuple(range(64)),
    cores_allowed=64,
    isa=("avx2", "avx512f", "avx512_vnni"),
    cache_bytes={"L1d": 48 << 10, "L2": 1 << 20, "L3": 32 << 20},
    memory_bytes=64 << 30,
)
BUILD = Build("2.13.0", "0.28.0", ("x86", "onednn", "fbgemm"), "x86", "AVX512", True)
OPS = OpLedger({f"quantized::kind{n}": n for n in range(1, 12)})
KERNELS = {f"convolution brgconv_{n}:avx512_core_vnni": n for n in range(1, 10)}


def trials(count: int, passes: int = 300, seed: int = 1) -> Iterator[Entry]:
    """Return trials of different configurations with noisy latencies, always the same."""
    chance = random.Random(seed)
    for number in range(count):
        yield Entry(
            id=f"{chance.getrandbits(128):032x}",
            at=f"2026-{number // 840 % 12 + 1:02}-{number // 30 % 28 + 1:02}"
            f"T{number // 60 % 24:02}:{number % 60:02}:00Z",
            source="run",
            trial=Trial(
                precision=chance.choice(("fp32", "bf16", "int8")),
                fusion=chance.choice(("none", "full")),
                batch_size=2 ** chance.randrange(7),
                threads=2 ** chance.randrange(7),
            ),
            machine=MACHINE,
            build=BUILD,
            result=_result(chance, passes),
            facts={"kernel": "6.8.0", "governor": "performance"},
        )


def _result(chance: random.Random, passes: int) -> TrialResult:
    latencies = tuple(int(chance.gauss(20e6, 2e5)) for _ in range(passes))
    return TrialResult(
        trial=Trial(),
        latencies_ns=latencies,
        wall_ns=sum(latencies),
        warmup=WarmUp(12, True),
        check=Check(chance.random(), 0.999, sqnr_db=30.0, agreement=0.98, images=64),
        ops=OPS,
        unfused=OPS,
        kernels=KERNELS,
        passes=passes,
        flags={"noisy": "the middle half spreads over 12% of the median"},
    )
