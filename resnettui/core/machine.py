"""What the board is (Machine), what it says of itself now (Reading), and its torch (Build).

A fact that could not be read is None or empty, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Machine:
    """What this board is and how much of it this process may use."""

    cpu: str | None = None
    """The processor's brand, e.g. "Cortex-A72" or "AMD EPYC 9655"."""
    board: str | None = None
    """The device tree's model, e.g. "Raspberry Pi 4 Model B Rev 1.4"."""
    arch: str = ""
    """aarch64, x86_64, ... as the kernel says it."""
    cores_online: tuple[int, ...] = ()
    cores_usable: tuple[int, ...] = ()
    """The ids of the cores that affinity and cpuset allow."""
    cores_allowed: int = 1
    """How many cores' worth of time there is: min(affinity, cpuset, cgroup quota), at least 1."""
    quota_cores: float | None = None
    """The cgroup's quota in cores; None without one."""
    isa: tuple[str, ...] = ()
    """The instruction sets that matter to this workload, e.g. avx512_vnni, asimddp, sve."""
    cache_bytes: Mapping[str, int] = field(default_factory=dict)
    """L1d, L2, L3 -> bytes of one instance."""
    memory_bytes: int | None = None
    """Memory this process may use: the smaller of the board's and the cgroup's limit."""
    clusters: Mapping[int, str] = field(default_factory=dict)
    """Core id -> cluster name where the cores differ: "big", "mid", "little"."""
    host: str = ""
    """Its name in the network; "" where it was not asked."""
    name: str = ""
    """What the user calls it; "" where he gave it no name."""


def model_name(machine: Machine) -> str:
    """Return board and processor: many boards have a Cortex-A72."""
    return ", ".join(filter(None, (machine.board, machine.cpu))) or machine.arch or "unknown"


def platform_name(machine: Machine) -> str:
    """Return what tables call a machine, e.g. "Raspberry Pi 4 Model B, Cortex-A72, 4 cores"."""
    cores = "1 core" if machine.cores_allowed == 1 else f"{machine.cores_allowed} cores"
    return f"{machine.name or model_name(machine)}, {cores}"


@dataclass(frozen=True)
class Reading:
    """One look at the sensors."""

    at_s: float = 0.0
    """CLOCK_MONOTONIC in seconds."""
    core_use: Mapping[int, float] = field(default_factory=dict)
    """Core id -> share of the time since the reading before that it was busy, 0 to 1."""
    clock_hz: Mapping[int, int] = field(default_factory=dict)
    """Core id -> its clock, for the cores that tell."""
    temperature_celsius: float | None = None
    """The hottest sensor that belongs to the processor."""
    throttled: str | None = None
    """What holds the processor back now, in words; None where nothing says so."""
    worker_cores: float | None = None
    """CPU time the workers used since the reading before, in cores."""
    ui_cores: float | None = None
    """CPU time of this process since the reading before, in cores."""
    interval_s: float | None = None
    """Time since the reading before."""
    ran_s: float | None = None
    """CPU time of the workers' threads since the reading before."""
    waited_s: float | None = None
    """Time since the reading before that their threads were ready to run and had no core."""
    switches: int | None = None
    """Involuntary context switches of their threads since the reading before."""
    quota_stops: int | None = None
    """How often the cgroup's CPU quota was used up since the reading before (nr_throttled)."""
    quota_stopped_s: float | None = None
    """How long it stopped the processes for that."""
    headroom_celsius: float | None = None
    """How far the processor's sensor that is nearest to its limit is below it."""


@dataclass(frozen=True)
class Build:
    """The torch that a worker runs."""

    torch: str
    torchvision: str
    engines: tuple[str, ...]
    """The quantized engines that really ran a convolution here, best guess first."""
    default_engine: str
    """The engine torch would take by itself, which need not run."""
    cpu_capability: str
    """The vector code path torch chose, e.g. AVX512, SVE256, DEFAULT."""
    openmp: bool
    unavailable_engines: Mapping[str, str] = field(default_factory=dict)
    """The engines that torch lists or knows that did not run -> why."""
    engine_kernels: Mapping[str, str] = field(default_factory=dict)
    """The engines that run -> the kernel of a convolution, as core.kernels names it."""
    threads: int | None = None
    """What torch takes by itself, within one operator."""
    openmp_runtime: str = ""
    """The library that runs the threads: libgomp, libomp, libiomp5; "" where none is known."""
    openmp_threads: int | None = None
    """What OpenMP takes by itself."""
    onednn: str = ""
    """Its version; "" where torch is built without."""
    acl: bool | None = None
    """Whether oneDNN is built with the Arm Compute Library; None where torch does not tell."""
    math_mode: str = ""
    """What the environment lets oneDNN compute fp32 in; measurements do not heed it. "" where it
    was not told."""
