"""Entries that have something in every field, for the tests of the store."""

from dataclasses import replace

from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.trial import Check, InputSource, Member, Trial, TrialResult, WarmUp

MACHINE = Machine(
    cpu="Cortex-A76 x4 + Cortex-A55 x4",
    board="Radxa ROCK 5B",
    arch="aarch64",
    cores_online=(0, 1, 2, 3),
    cores_usable=(1, 3),
    cores_allowed=2,
    quota_cores=2.5,
    isa=("asimd", "asimddp"),
    cache_bytes={"L1d": 32 << 10, "L3": 3 << 20},
    memory_bytes=16 << 30,
    clusters={0: "little", 3: "big"},
    host="rock-1",
    name="cellar",
)
BUILD = Build(
    *("2.9.1", "0.24.1", ("onednn", "qnnpack"), "onednn", "DEFAULT", True),
    unavailable_engines={"x86": "no such engine"},
    engine_kernels={"onednn": "convolution gemm_s8u8s32:ref", "qnnpack": "convolution qnnpack"},
    threads=4,
    openmp_runtime="libgomp",
    openmp_threads=3,
    onednn="3.7.1",
    acl=True,
    math_mode="strict",
)
TRIAL = Trial(precision="int8", fusion="full", batch_size=2, threads=2, engine="qnnpack")
RESULT = TrialResult(
    trial=TRIAL,
    latencies_ns=(8_000_000, 8_000_001, 7_999_999, (1 << 40) + 1, 1),
    wall_ns=(1 << 40) + 99_000_000,
    warmup=WarmUp(17, True),
    check=Check(0.25, 0.99875, sqnr_db=31.5, agreement=0.96875, top1=0.75, images=64),
    ops=OpLedger({"quantized::conv2d_relu": 33, "quantized::conv2d": 20}),
    unfused=OpLedger({"quantized::conv2d": 53, "aten::relu": 33}),
    kernels={"convolution qnnpack": 53, "reorder jit:uni": 2},
    passes=4096,
    flags={"noisy": "the middle half spreads over 12% of the median", "emulated": "slow"},
    input=InputSource(
        *(12, 2, ("a.txt (no image)", "b\udcff.jpg (truncated)"), "imagenet"),
        files=14,
        looked_at=14,
        unlabelled="cats",
    ),
    members=(
        Member(4711, (0,), 30, 8e6, 123.5, 300 << 20, "cores 1 were refused"),
        Member(4712, (1,), 31, 8.5e6, 120.25, None),
    ),
    flop=8_178_000_000,
    moved_bytes=98_000_000,
)


def id_of(number: int) -> str:
    return f"{number:032x}"


def entry(number: int = 1, **changes: object) -> Entry:
    """Return a measured trial; a later number was measured later."""
    plain = Entry(
        id=id_of(number),
        at=f"2026-11-24T05:{number // 60:02}:{number % 60:02}Z",
        source="sweep",
        trial=TRIAL,
        machine=MACHINE,
        build=BUILD,
        result=RESULT,
        tag="Grüße",
        sweep="ab" * 16,
        position=number,
        facts={"kernel": "6.8.0-rk", "governor": "performance"},
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


BARE = Entry(id_of(0xF0), "2026-11-24T05:00:00Z", "run", Trial(), Machine())
"""As little as an entry can hold."""

PLAIN_RESULT = replace(
    RESULT,
    trial=Trial(),
    latencies_ns=(5,),
    check=Check(0.0, 1.0),
    flags={},
    kernels={},
    input=InputSource(),
    members=(),
)

ENTRIES = {
    "full": entry(1),
    "no flags": replace(BARE, result=PLAIN_RESULT, build=BUILD, failure=""),
    "failed before the worker told": replace(
        BARE, id=id_of(0xF1), failure="the worker was killed (SIGKILL)"
    ),
    "failed with a build": replace(BARE, id=id_of(0xF2), build=BUILD, failure="no support"),
    "broken off": entry(4, failure="the worker died of SIGABRT"),
    "engine chosen by the worker": entry(5, trial=Trial(precision="int8")),
    "many passes": entry(6, result=replace(RESULT, latencies_ns=tuple(range(1, 20_000)))),
    "odd words": entry(7, tag="' \"; --\t\\u0000 \N{SNOWMAN}", failure="line\nbreak"),
}
