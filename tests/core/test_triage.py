from collections.abc import Sequence
from dataclasses import replace

import pytest

from resnettui.core.board import (
    Board,
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
from resnettui.core.finding import Finding, Severity
from resnettui.core.machine import Build, Machine
from resnettui.core.torch_findings import no_torch
from resnettui.core.triage import findings_of, grave
from resnettui.core.trial import STRICT

GHZ = 1_000_000_000
CORES = (0, 1, 2, 3)
CLOCK = Clock(GHZ, 2 * GHZ, 2 * GHZ, 2 * GHZ, "performance", "cpufreq-dt")
ALL = Cluster("", CORES, "Cortex-A76", clock=CLOCK)
COOL = Temperature("cpu-thermal", 50.0, True, {"passive": 80.0, "critical": 110.0})
BOARD = Board(clusters=(ALL,), temperatures=(COOL,), load=Load(cores=0.0))
"""Nothing is wrong with it."""
MACHINE = Machine(
    *("Cortex-A76", "board", "aarch64", CORES, CORES, 4),
    isa=("asimd", "asimdhp", "asimddp", "bf16"),
)
BUILD = Build(
    *("2.9.1", "0.24.1", ("qnnpack", "onednn"), "qnnpack", "DEFAULT", True),
    engine_kernels={"qnnpack": "convolution qnnpack", "onednn": "convolution brgconv:sve_256"},
    threads=4,
    math_mode=STRICT,
)


def only(findings: Sequence[Finding]) -> Finding:
    (finding,) = findings
    assert finding.advice
    return finding


def of(**changes: object) -> Finding:
    """Return the one finding of the board with some changes."""
    return only(findings_of(replace(BOARD, **changes), MACHINE, BUILD))  # type: ignore[arg-type]


def clocked(clock: Clock) -> tuple[Cluster, ...]:
    return (replace(ALL, clock=clock),)


def test_a_board_without_fault_has_no_finding() -> None:
    assert findings_of(BOARD, MACHINE, BUILD) == ()
    assert findings_of(BOARD, MACHINE) == ()


def test_the_worst_comes_first() -> None:
    board = replace(
        BOARD,
        clusters=clocked(replace(CLOCK, governor="ondemand")),
        throttling=Throttling(now=("throttled by the firmware",)),
        offline=(4,),
    )
    found = findings_of(board, MACHINE, BUILD, no_torch("torch died", "install it"))
    assert [f.key for f in found] == ["no torch", "throttled", "offline core", "governor"]
    assert sorted(found, key=lambda f: -f.severity) == list(found)
    assert grave(found) == 3


@pytest.mark.parametrize(
    ("throttling", "severity", "words"),
    [
        (Throttling(under_voltage_now=True, under_voltage_since_boot=True), 2, "too weak now"),
        (Throttling(under_voltage_since_boot=True), 1, "since boot, not now"),
    ],
)
def test_a_weak_supply_is_worse_now(throttling: Throttling, severity: int, words: str) -> None:
    found = of(throttling=throttling)
    assert (found.key, found.severity) == ("under-voltage", severity)
    assert words in found.fact


def test_a_processor_held_back_now_tells_the_device_and_the_clock_it_has_left() -> None:
    coolers = (Cooler("thermal-cpufreq-0", 3, 4, True), Cooler("pwm-fan", 4, 4))
    found = of(coolers=coolers, clusters=clocked(replace(CLOCK, cap_hz=GHZ)))
    assert (found.key, found.severity) == ("throttled", Severity.CRITICAL)
    assert "thermal-cpufreq-0 at 3 of 4" in found.fact
    assert "capped at 1.00 of 2.00 GHz" in found.fact
    assert "fan" not in found.fact


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"coolers": (Cooler("cpufreq-0", 0, 4, True, 12),)}, "cpufreq-0 changed 12 times"),
        ({"throttling": Throttling(events=7)}, "7 thermal events"),
        ({"throttling": Throttling(since_boot=("clock capped",))}, "clock capped"),
    ],
)
def test_what_held_it_back_since_boot_is_a_warning(changes: dict[str, object], words: str) -> None:
    found = of(**changes)
    assert (found.key, found.severity) == ("throttled", Severity.WARNING)
    assert words in found.fact


@pytest.mark.parametrize(
    ("celsius", "limits", "severity"),
    [
        (74.9, {"passive": 80.0}, None),
        (75.0, {"passive": 80.0}, Severity.WARNING),
        (80.0, {"passive": 80.0, "critical": 110.0}, Severity.CRITICAL),
        (79.0, {"critical": 110.0}, None),
        (81.0, {"critical": 110.0}, Severity.WARNING),
        (86.0, {}, Severity.CRITICAL),
    ],
)
def test_hot_is_measured_against_the_limit(
    celsius: float, limits: dict[str, float], severity: Severity | None
) -> None:
    board = replace(BOARD, temperatures=(replace(COOL, celsius=celsius, limits_celsius=limits),))
    found = findings_of(board, MACHINE, BUILD)
    assert [(f.key, f.severity) for f in found] == ([("hot", severity)] if severity else [])


def test_another_parts_heat_is_not_the_processors() -> None:
    disk = Temperature("board", 90.0)
    assert findings_of(replace(BOARD, temperatures=(COOL, disk)), MACHINE) == ()


@pytest.mark.parametrize(
    ("clock", "key", "severity"),
    [
        (replace(CLOCK, cap_hz=GHZ), "clock cap", 1),
        (replace(CLOCK, governor="schedutil"), "governor", 0),
        (replace(CLOCK, governor="powersave"), "governor", 1),
        (replace(CLOCK, governor="powersave", driver="intel_pstate"), "governor", 0),
    ],
)
def test_the_clock_says_what_holds_it(clock: Clock, key: str, severity: int) -> None:
    found = of(clusters=clocked(clock))
    assert (found.key, found.severity) == (key, severity)


def test_a_cap_that_a_driver_has_rounded_is_none() -> None:
    board = replace(BOARD, clusters=clocked(replace(CLOCK, cap_hz=1_999_000_000)))
    assert findings_of(board, MACHINE) == ()


@pytest.mark.parametrize(
    ("cores", "severity"), [(0.09, None), (0.1, Severity.WARNING), (0.5, Severity.CRITICAL)]
)
def test_other_load_is_named(cores: float, severity: Severity | None) -> None:
    load = Load(cores=cores, programs=(Program(7, "stress", cores), Program(8, "idle", 0.001)))
    found = findings_of(replace(BOARD, load=load), MACHINE)
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all("stress" in f.fact and "idle" not in f.fact for f in found)


def test_load_of_hidden_programs_is_still_load() -> None:
    assert "may be seen" in of(load=Load(cores=1.0)).fact


def test_stolen_time_is_told() -> None:
    found = of(load=Load(cores=0.0, stolen=0.04))
    assert (found.key, "4%" in found.fact) == ("stolen time", True)


def test_a_quota_names_the_threads_that_fit() -> None:
    machine = replace(MACHINE, quota_cores=1.5, cores_allowed=1)
    board = replace(BOARD, group=Group(2, 1.5, None, 200, 150))
    found = only(findings_of(board, machine))
    assert (found.key, found.severity) == ("quota", Severity.WARNING)
    assert "1.5 of 4 cores" in found.fact
    assert "150 of 200 periods" in found.fact
    assert "--threads 1" in found.advice


def test_a_quota_of_all_cores_is_no_finding() -> None:
    assert findings_of(BOARD, replace(MACHINE, quota_cores=4.0)) == ()


@pytest.mark.parametrize(
    ("cpuset", "usable", "keys"),
    [
        ((), (0,), ["affinity"]),
        (CORES, (0,), ["affinity"]),
        ((0, 1), (0, 1), ["cpuset"]),
        ((0, 1), (0,), ["cpuset", "affinity"]),
        ((8, 9), CORES, []),
    ],
)
def test_what_narrows_the_cores_is_told(
    cpuset: tuple[int, ...], usable: tuple[int, ...], keys: list[str]
) -> None:
    machine = replace(MACHINE, cores_usable=usable)
    found = findings_of(replace(BOARD, cpuset=cpuset), machine)
    assert [f.key for f in found] == keys


def test_memory_that_does_not_do_is_told_with_the_limit() -> None:
    found = of(memory=Memory(8 << 30, 100 << 20, limit_bytes=1 << 30))
    assert found.key == "memory"
    assert "100 MiB of the cgroup's 1024 MiB" in found.fact
    assert "cgroup" not in of(memory=Memory(8 << 30, 100 << 20, limit_bytes=1 << 40)).fact


def test_little_in_swap_is_no_finding() -> None:
    memory = Memory(8 << 30, 4 << 30, 1 << 30, 100 << 20)
    assert findings_of(replace(BOARD, memory=memory), MACHINE) == ()
    assert of(memory=replace(memory, swap_used_bytes=1 << 30)).key == "swap"


def test_hardware_threads_that_are_switched_off_are_not_missed() -> None:
    assert of(offline=(4, 5)).fact == "cores 4-5 switched off"
    assert findings_of(replace(BOARD, offline=(4, 5), smt="off"), MACHINE) == ()


def test_little_cores_are_told_apart_by_what_may_be_used() -> None:
    big = Cluster("big", (2, 3), "Cortex-A76", clock=CLOCK)
    little = Cluster("little", (0, 1), "Cortex-A55", clock=replace(CLOCK, highest_hz=GHZ))
    found = of(clusters=(big, little))
    assert found.key == "little cores"
    assert "2 little cores (Cortex-A55, 1.00 GHz) of 4 usable" in found.fact
    assert found.advice == "--pin big, with 2 threads at most"
    board = replace(BOARD, clusters=(big, little))
    assert [f.key for f in findings_of(board, replace(MACHINE, cores_usable=(2, 3)))] == [
        "affinity"
    ]
    (_, weak) = findings_of(board, replace(MACHINE, cores_usable=(0,)))
    assert "none of the strongest kind" in weak.fact


def test_a_server_has_its_notes() -> None:
    nodes = (NumaNode(0, (0, 1)), NumaNode(1, (2, 3)), NumaNode(2, (), 1 << 30))
    board = replace(BOARD, threads_per_core=2, numa=nodes, virtual="KVM")
    found = findings_of(board, MACHINE)
    assert [f.key for f in found] == ["smt", "numa", "virtual machine"]
    assert "4 for 2" in found[0].fact
    assert found[1].fact.startswith("2 NUMA nodes")
    assert grave(found) == 0


def test_a_board_that_tells_nothing_of_heat_says_so() -> None:
    assert "no temperature:" in of(temperatures=()).fact
    assert of(clusters=clocked(Clock())).fact == "tells no clock: a lowered clock cannot be seen"


@pytest.mark.parametrize(
    ("isa", "keys"),
    [
        ((), []),
        (("asimd",), ["no int8 dot product", "emulated"]),
        (("asimd", "asimdhp", "asimddp"), ["emulated"]),
        (("asimd", "asimdhp", "i8mm", "bf16"), []),
        (("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16"), []),
    ],
)
def test_what_the_processor_cannot_do_is_told(isa: tuple[str, ...], keys: list[str]) -> None:
    assert [f.key for f in findings_of(BOARD, replace(MACHINE, isa=isa))] == keys


@pytest.mark.parametrize(
    ("isa", "advice"),
    [
        (("asimddp",), "choose fp32 or int8, not bf16 or fp16"),
        (("asimddp", "bf16"), "choose fp32, bf16 or int8, not fp16"),
        (("asimddp", "asimdhp"), "choose fp32, fp16 or int8, not bf16"),
    ],
)
def test_what_is_not_emulated_is_named_instead(isa: tuple[str, ...], advice: str) -> None:
    (found,) = findings_of(BOARD, replace(MACHINE, isa=isa))
    assert (found.key, found.advice) == ("emulated", advice)


@pytest.mark.parametrize(
    ("changes", "key", "fact", "advice"),
    [
        (
            {"engine_kernels": {"onednn": "convolution gemm_s8u8s32:ref"}},
            *("reference kernel", "onednn (gemm_s8u8s32:ref)", "--engine qnnpack"),
        ),
        (
            {"engines": ("onednn",), "engine_kernels": {"onednn": "convolution ref:any"}}
            | {"default_engine": "onednn"},
            *("reference kernel", "onednn (ref:any)", "fp32 with --fusion full"),
        ),
        ({"default_engine": "x86"}, "engine fell back", "x86", "qnnpack"),
        (
            {"engines": (), "unavailable_engines": {"x86": "no such engine"}},
            *("no engine", "x86: no such engine", "install torch"),
        ),
        ({"openmp": False}, "no OpenMP", "one thread", "install torch"),
        ({"threads": 8}, "torch threads", "8 threads; 4 can run", "OMP_NUM_THREADS=4"),
        ({"math_mode": "bf16"}, "math mode", "in bf16", "--math-mode"),
    ],
)
def test_what_torch_tells_of_itself_is_judged(
    changes: dict[str, object], key: str, fact: str, advice: str
) -> None:
    build = replace(BUILD, **changes)  # type: ignore[arg-type]
    found = only(findings_of(BOARD, MACHINE, build))
    assert found.key == key
    assert fact in found.fact
    assert advice in found.advice


def test_a_torch_that_told_nothing_is_not_judged() -> None:
    bare = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
    assert findings_of(BOARD, MACHINE, bare) == ()


def test_a_worker_that_did_not_come_up_is_the_worst() -> None:
    found = only(findings_of(BOARD, MACHINE, None, no_torch("torch died", "pip install")))
    assert found == Finding(Severity.CRITICAL, "no torch", "torch died", "pip install")
