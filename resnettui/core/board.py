"""What sysfs and procfs tell of a board beyond Machine: clusters, caches, heat, limits, load.

A fact that could not be read is None or empty, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clock:
    """The clock of some cores that go together."""

    lowest_hz: int | None = None
    highest_hz: int | None = None
    """What the hardware can do."""
    cap_hz: int | None = None
    """The highest that governor, firmware and heat allow now."""
    current_hz: int | None = None
    governor: str = ""
    """Several, joined by ", ", where the cores differ."""
    driver: str = ""


@dataclass(frozen=True)
class Cluster:
    """Cores of one kind; where all cores are alike there is one cluster, without a name."""

    name: str
    """big, mid, little, or "" where all are alike."""
    cores: tuple[int, ...]
    """Those that are online."""
    kind: str | None = None
    """Cortex-A76, ...; None where the kernel does not name it."""
    capacity: int | None = None
    """The kernel's own measure of strength; 1024 is the strongest core of the board."""
    isa: tuple[str, ...] = ()
    """The instruction sets of these cores, as Machine.isa has those of all."""
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True)
class Cache:
    """All caches of one level, type and size."""

    level: int
    kind: str
    """Data, Instruction or Unified, as Linux says it."""
    size_bytes: int
    """Of one of them."""
    shared: tuple[tuple[int, ...], ...]
    """For each of them the online cores that share it."""

    @property
    def name(self) -> str:
        """L1d, L1i, L2, L3: as everybody calls it."""
        suffix = {"Data": "d", "Instruction": "i"}.get(self.kind, "")
        return f"L{self.level}{suffix}"


@dataclass(frozen=True)
class NumaNode:
    """Cores and the memory that is near to them."""

    id: int
    cores: tuple[int, ...]
    memory_bytes: int | None = None


@dataclass(frozen=True)
class Memory:
    """The memory of the board, and how much of it is left."""

    total_bytes: int | None = None
    available_bytes: int | None = None
    """What can be had without swapping; of the cgroup's limit, where that leaves less."""
    swap_bytes: int | None = None
    swap_used_bytes: int | None = None
    limit_bytes: int | None = None
    """The cgroup's; None without one."""


@dataclass(frozen=True)
class Temperature:
    """One thermal sensor."""

    name: str
    celsius: float | None
    of_processor: bool = False
    limits_celsius: Mapping[str, float] = field(default_factory=dict)
    """passive, hot, critical (thermal zones), max, crit (hwmon): only those that are told."""

    @property
    def limit(self) -> tuple[str, float] | None:
        """The first limit at which something slows down, with its name; critical switches off."""
        slowing = [(k, v) for k, v in self.limits_celsius.items() if k in ("passive", "hot", "max")]
        return min(slowing, key=lambda item: item[1], default=None)


@dataclass(frozen=True)
class Cooler:
    """A cooling device: a fan, or something that is slowed down."""

    name: str
    state: int
    highest: int | None = None
    slows_processor: bool = False
    changes: int | None = None
    """How often it has changed its state since boot."""


@dataclass(frozen=True)
class Throttling:
    """What holds the processor back by the word of firmware and processor themselves."""

    now: tuple[str, ...] = ()
    """In words, without under-voltage."""
    since_boot: tuple[str, ...] = ()
    """What has happened since boot, also what holds now."""
    under_voltage_now: bool = False
    under_voltage_since_boot: bool = False
    events: int | None = None
    """x86: how often the cores and packages have counted heat that slowed them since boot."""
    firmware_told: bool = False
    """Whether a firmware said what holds now, also where that is nothing."""


@dataclass(frozen=True)
class Group:
    """What the cgroup of this process and those above it say."""

    version: int | None = None
    """1 or 2; None where this process is in no cgroup that says anything."""
    quota_cores: float | None = None
    memory_limit_bytes: int | None = None
    periods: int | None = None
    """Periods of the quota since the group was made."""
    throttled_periods: int | None = None
    """Those in which the quota was used up: nr_throttled."""
    throttled_ns: int | None = None


@dataclass(frozen=True)
class Program:
    """Another program that uses the processor."""

    pid: int
    name: str
    cores: float
    """CPU time it took over time, while it was looked at."""


@dataclass(frozen=True)
class Load:
    """What else runs on the machine."""

    averages: tuple[float, ...] = ()
    """Of 1, 5 and 15 minutes, this program's own load included."""
    cores: float | None = None
    """What others used while it was looked at, in cores; None where it could not be seen."""
    programs: tuple[Program, ...] = ()
    """Those that used most of it, the greatest first."""
    stolen: float | None = None
    """The share of the time that the host of a virtual machine kept for itself."""


@dataclass(frozen=True)
class Board:
    """A board as its kernel describes it."""

    kernel: str = ""
    virtual: str = ""
    """The hypervisor's name; "virtual" where it has none; "" where nothing says that it is one."""
    clusters: tuple[Cluster, ...] = ()
    """The strongest first."""
    caches: tuple[Cache, ...] = ()
    numa: tuple[NumaNode, ...] = ()
    offline: tuple[int, ...] = ()
    """The cores that are there and switched off."""
    threads_per_core: int | None = None
    """Hardware threads of one physical core that are online."""
    smt: str = ""
    """on, off, forceoff, notsupported, notimplemented: the kernel's word."""
    affinity: tuple[int, ...] = ()
    cpuset: tuple[int, ...] = ()
    """The smallest of the cgroups' sets; () where none says anything."""
    memory: Memory = field(default_factory=Memory)
    temperatures: tuple[Temperature, ...] = ()
    coolers: tuple[Cooler, ...] = ()
    throttling: Throttling = field(default_factory=Throttling)
    group: Group = field(default_factory=Group)
    load: Load = field(default_factory=Load)

    @property
    def tells_clock(self) -> bool:
        """Whether any core tells its clock."""
        return any(cluster.clock.current_hz for cluster in self.clusters)

    @property
    def tells_heat(self) -> bool:
        """Whether any sensor of the processor tells its temperature."""
        return any(t.of_processor and t.celsius is not None for t in self.temperatures)
