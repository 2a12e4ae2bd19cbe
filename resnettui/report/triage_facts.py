"""What triage tells beside its findings: the facts of a machine, in sections, as text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resnettui.core.board import Board, Cache, Clock, Cluster, Temperature
from resnettui.core.cpu_list import format_cpu_list
from resnettui.core.isa import features_of
from resnettui.core.machine import Build, Machine
from resnettui.report.figures import percent, significant

NOT_TOLD = "n/a"
"""In the place of a fact that could not be read."""


@dataclass(frozen=True)
class Section:
    """Facts that belong together."""

    title: str
    facts: Mapping[str, str]
    """label -> text; never empty."""


def sections_of(board: Board, machine: Machine, build: Build | None) -> tuple[Section, ...]:
    """Return all sections that have a fact."""
    found = (
        Section("Processor", _processor(board, machine)),
        Section("Clock and heat", _clock_and_heat(board)),
        Section("Instruction sets", _isa(board, machine)),
        Section("Caches and memory", _memory(board)),
        Section("Limits and load", _limits(board, machine)),
        Section("Torch", _torch(build)),
    )
    return tuple(section for section in found if section.facts)


def _processor(board: Board, machine: Machine) -> dict[str, str]:
    online, usable = len(machine.cores_online), len(machine.cores_usable)
    cores = f"{machine.cores_allowed} allowed · {usable} usable · {online} online"
    if board.offline:
        cores += f" · {format_cpu_list(board.offline)} off"
    return {
        "processor": machine.cpu or NOT_TOLD,
        **({"board": machine.board} if machine.board else {}),
        "cores": cores,
        **{_label(cluster): _kind(cluster) for cluster in board.clusters if cluster.name},
        "threads per core": _joined([str(board.threads_per_core or NOT_TOLD), _smt(board.smt)]),
        "virtual machine": board.virtual or "nothing says so",
        "kernel": _joined([board.kernel, machine.arch]),
    }


def _smt(told: str) -> str:
    """Return the kernel's word in a reader's words; "" where it says nothing."""
    words = {"notsupported": "no SMT", "notimplemented": "no SMT", "forceoff": "SMT off"}
    return words.get(told, f"SMT {told}" if told else "")


def _label(cluster: Cluster) -> str:
    return f"{cluster.name or 'all'} {format_cpu_list(cluster.cores)}"


def _kind(cluster: Cluster) -> str:
    capacity = f"capacity {cluster.capacity}" if cluster.capacity else ""
    return _joined([cluster.kind or "", capacity, _ghz(cluster.clock.highest_hz)])


def _clock_and_heat(board: Board) -> dict[str, str]:
    clocks = {f"clock {cluster.name}".strip(): _clock(cluster.clock) for cluster in board.clusters}
    sensors = {sensor.name: _temperature(sensor) for sensor in board.temperatures}
    coolers = (
        f"{c.name} {c.state}{f' of {c.highest}' if c.highest else ''}" for c in board.coolers
    )
    throttling = board.throttling
    now = [*(["under-voltage"] if throttling.under_voltage_now else []), *throttling.now]
    before = ["under-voltage"] if throttling.under_voltage_since_boot else []
    told = {"throttled now": "; ".join(now) or ("no" if throttling.firmware_told else "")}
    told |= {"since boot": "; ".join([*before, *throttling.since_boot])}
    if throttling.events is not None:
        told["thermal events"] = f"{throttling.events} since boot"
    return {
        **(clocks or {"clock": NOT_TOLD}),
        **(sensors or {"temperature": NOT_TOLD}),
        "cooling": ", ".join(coolers) or NOT_TOLD,
        **{name: text for name, text in told.items() if text},
    }


def _clock(clock: Clock) -> str:
    span = _joined([_ghz(clock.lowest_hz), _ghz(clock.highest_hz)], " to ")
    capped = clock.cap_hz and clock.highest_hz and clock.cap_hz < clock.highest_hz
    return _joined(
        [
            f"{_ghz(clock.current_hz)} now" if clock.current_hz else "",
            "" if span == NOT_TOLD else span,
            f"capped at {_ghz(clock.cap_hz)}" if capped else "",
            f"governor {clock.governor}" if clock.governor else "",
        ]
    )


def _temperature(sensor: Temperature) -> str:
    celsius = NOT_TOLD if sensor.celsius is None else f"{sensor.celsius:.1f} °C"
    limits = ", ".join(f"{name} {limit:.0f}" for name, limit in sensor.limits_celsius.items())
    return _joined([celsius, limits])


def _isa(board: Board, machine: Machine) -> dict[str, str]:
    """Return a line for each feature; which clusters have it, where not all do."""
    if not machine.isa:
        return {}
    rows = {}
    for feature in features_of(machine.arch):
        some = [c.name for c in board.clusters if c.name and feature.present(c.isa)]
        present = feature.present(machine.isa)
        here = "yes" if present else f"{', '.join(some)} only" if some else "no"
        rows[feature.label] = f"{here} · {', '.join(feature.precisions)}: {feature.does}"
    return rows


def _memory(board: Board) -> dict[str, str]:
    memory = board.memory
    left = f"{size(memory.available_bytes)} available of {size(memory.total_bytes)}"
    limit = memory.limit_bytes
    limited = limit is not None and limit < (memory.total_bytes or limit + 1)
    swap = "none" if memory.swap_bytes == 0 else NOT_TOLD
    if memory.swap_bytes:
        swap = f"{size(memory.swap_used_bytes)} used of {size(memory.swap_bytes)}"
    nodes = {
        f"NUMA node {n.id}": _joined([f"cores {format_cpu_list(n.cores)}", size(n.memory_bytes)])
        for n in board.numa
    }
    return {
        **_caches(board.caches),
        "memory": left + (f" · cgroup limit {size(limit)}" if limited else ""),
        "swap": swap,
        **(nodes if len(nodes) > 1 else {}),
    }


def _caches(caches: Iterable[Cache]) -> dict[str, str]:
    """Return name -> how many of which size; one name may have several sizes (big and little)."""
    found: dict[str, list[str]] = {}
    for cache in caches:
        count = f"{len(cache.shared)} × " if len(cache.shared) > 1 else ""
        sharing = max(len(cores) for cores in cache.shared)
        each = "each " if count else ""
        shared = f", {each}for {sharing} cores" if sharing > 1 else ""
        found.setdefault(cache.name, []).append(f"{count}{size(cache.size_bytes)}{shared}")
    return {name: " + ".join(texts) for name, texts in found.items()} or {"caches": NOT_TOLD}


def _limits(board: Board, machine: Machine) -> dict[str, str]:
    group, load = board.group, board.load
    quota = "none" if group.quota_cores is None else f"{group.quota_cores:.3g} cores"
    if group.periods is not None:
        quota += f" · used up in {group.throttled_periods or 0} of {group.periods} periods"
    others = NOT_TOLD if load.cores is None else f"{load.cores:.2f} cores"
    if named := ", ".join(f"{program.name} {program.cores:.2f}" for program in load.programs):
        others += f" · {named}"
    return {
        "usable cores": format_cpu_list(machine.cores_usable) or NOT_TOLD,
        "affinity": format_cpu_list(board.affinity) or NOT_TOLD,
        "cpuset": format_cpu_list(board.cpuset) or "none",
        "quota": quota,
        "load average": " ".join(f"{average:.2f}" for average in load.averages) or NOT_TOLD,
        "other programs": others,
        **({"stolen time": percent(load.stolen)} if load.stolen is not None else {}),
    }


def _torch(build: Build | None) -> dict[str, str]:
    if build is None:
        return {}
    acl = {True: "with ACL", False: "without ACL", None: ""}[build.acl]
    openmp = build.openmp_runtime or ("yes" if build.openmp else "none")
    kernels = {
        f"engine {engine}": build.engine_kernels.get(engine, "").partition(" ")[2] or "runs"
        for engine in build.engines
    }
    refused = {f"engine {engine}": why for engine, why in build.unavailable_engines.items()}
    return {
        "torch": _joined([build.torch, f"torchvision {build.torchvision}", build.cpu_capability]),
        "threads": _joined([f"{build.threads or NOT_TOLD} by default", f"OpenMP {openmp}"]),
        "oneDNN": _joined([build.onednn, acl]),
        "math mode": build.math_mode or NOT_TOLD,
        **kernels,
        **{name: f"does not run: {why}" for name, why in refused.items()},
    }


def size(size_bytes: int | None) -> str:
    """Return an amount of memory in KiB, MiB or GiB, three significant digits."""
    if size_bytes is None:
        return NOT_TOLD
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB")):
        if size_bytes >= unit:
            whole = size_bytes % unit == 0
            return f"{size_bytes // unit if whole else significant(size_bytes / unit)} {name}"
    return f"{size_bytes / 1024:.0f} KiB"


def _ghz(hz: int | None) -> str:
    return f"{hz / 1e9:.2f} GHz" if hz else ""


def _joined(texts: Iterable[str], mark: str = " · ") -> str:
    return mark.join(text for text in texts if text) or NOT_TOLD
