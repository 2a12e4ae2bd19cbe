"""A board with much to tell, for what renders it."""

from resnettui.core.board import (
    Board,
    Cache,
    Clock,
    Cluster,
    Cooler,
    Group,
    Load,
    Memory,
    NumaNode,
    Program,
    Temperature,
    Throttling,
)
from resnettui.core.machine import Build, Machine
from resnettui.core.triage import findings_of

BIG = Cluster(
    *("big", (4, 6, 7), "Cortex-A76", 1024, ("asimd", "asimddp", "sve")),
    Clock(408_000_000, 2_400_000_000, 1_608_000_000, 1_608_000_000, "ondemand", "cpufreq-dt"),
)
LITTLE = Cluster("little", (0, 1, 2, 3), "Cortex-A55", 530, ("asimd", "asimddp"))
BOARD = Board(
    *("6.1.0", "KVM", (BIG, LITTLE)),
    caches=(
        Cache(1, "Data", 64 << 10, ((4,), (6,), (7,))),
        Cache(1, "Data", 32 << 10, ((0,), (1,), (2,), (3,))),
        Cache(3, "Unified", 3 << 20, ((0, 1, 2, 3, 4, 6, 7),)),
    ),
    numa=(NumaNode(0, (0, 1, 2, 3), 1 << 30), NumaNode(1, (4, 6, 7))),
    offline=(5,),
    threads_per_core=1,
    smt="notsupported",
    affinity=(0, 1, 2, 3, 4, 5, 6, 7),
    memory=Memory(8 << 30, 300 << 20, 100 << 20, 0, 1 << 30),
    temperatures=(Temperature("soc|thermal", 84.7, True, {"passive": 85.0, "critical": 115.0}),),
    coolers=(Cooler("thermal-cpufreq-0", 3, 4, True), Cooler("pwm-fan", 2)),
    throttling=Throttling(("throttled by the firmware",), (), False, True, 9),
    group=Group(2, 1.5, 1 << 30, 200, 150, 7_000_000_000),
    load=Load((0.5, 0.25, 0.125), 0.3, (Program(90, "stress", 0.25),), 0.04),
)
MACHINE = Machine(
    *("Cortex-A76 x3 + Cortex-A55 x4", "Orange Pi 5 Plus", "aarch64"),
    cores_online=(0, 1, 2, 3, 4, 6, 7),
    cores_usable=(0, 1, 2, 3, 4, 6, 7),
    cores_allowed=1,
    quota_cores=1.5,
    isa=("asimd", "asimddp"),
    cache_bytes={"L1d": 64 << 10, "L3": 3 << 20},
)
BUILD = Build(
    *("2.9.1", "0.24.1", ("qnnpack", "onednn"), "x86", "DEFAULT", True),
    unavailable_engines={"x86": "no such engine"},
    engine_kernels={"qnnpack": "convolution qnnpack", "onednn": "convolution gemm_s8u8s32:ref"},
    threads=8,
    openmp_runtime="libgomp",
    openmp_threads=8,
    onednn="3.7.1",
    acl=True,
    math_mode="strict",
)
FINDINGS = findings_of(BOARD, MACHINE, BUILD)
