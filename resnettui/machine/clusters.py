"""The cores of a board in clusters of one kind: what they are, and how they are clocked."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from resnettui.core.board import Clock, Cluster
from resnettui.core.cpu_list import parse_cpu_list
from resnettui.core.machine import Machine
from resnettui.machine.probe import CPUS, arm_kind, cpuinfo_blocks, isa_of, number_in, tells_isa
from resnettui.machine.sysfs import read_int, read_text

_ORDER = {"big": 0, "mid": 1, "little": 2}
Block = Mapping[str, str]
"""The fields of one core in /proc/cpuinfo."""


def read_clusters(root: Path, machine: Machine) -> tuple[Cluster, ...]:
    """Return the clusters of a machine, probed below the same root, the strongest first."""
    blocks = {
        core: block
        for block in cpuinfo_blocks(root, machine.arch)
        if (core := number_in(block.get("processor", ""))) is not None
    }
    groups: dict[str, list[int]] = {}
    for core in machine.cores_online:
        groups.setdefault(machine.clusters.get(core, ""), []).append(core)
    order = sorted(groups, key=lambda name: _ORDER.get(name, 0))
    return tuple(_cluster(root, machine, blocks, name, groups[name]) for name in order)


def _cluster(
    root: Path, machine: Machine, blocks: Mapping[int, Block], name: str, cores: Sequence[int]
) -> Cluster:
    ours = [blocks[core] for core in cores if core in blocks]
    # x86 tells the first few cores only; all of them have the same.
    told = isa_of(ours) if name and tells_isa(ours, machine.arch) else ()
    return Cluster(
        name=name,
        cores=tuple(cores),
        kind=", ".join(dict.fromkeys(kind for block in ours if (kind := arm_kind(block)))) or None,
        capacity=_largest(read_int(_cpu(root, core) / "cpu_capacity") for core in cores),
        isa=told or machine.isa,
        clock=read_clock(root, cores, ours),
    )


def read_clock(root: Path, cores: Sequence[int], blocks: Iterable[Block] = ()) -> Clock:
    """Return the clock of some cores: the one of them that is held back most, if any is."""
    folders = [_cpu(root, core) / "cpufreq" for core in cores]
    cap_hz, highest_hz = _deepest_cap(folders)
    current = (_hz(folder / "scaling_cur_freq") for folder in folders)
    return Clock(
        lowest_hz=min(filter(None, (_hz(f / "cpuinfo_min_freq") for f in folders)), default=None),
        highest_hz=highest_hz,
        cap_hz=cap_hz,
        current_hz=_largest(current) or _largest(_told_hz(block) for block in blocks),
        governor=_words(folder / "scaling_governor" for folder in folders),
        driver=_words(folder / "scaling_driver" for folder in folders),
    )


def read_offline(root: Path, online: Sequence[int]) -> tuple[int, ...]:
    """Return the cores that are there and not online; possible ones that are not there are none."""
    present = parse_cpu_list(read_text(root / CPUS / "present"))
    return tuple(sorted(set(present).difference(online)))


def read_threads_per_core(root: Path, online: Sequence[int]) -> int | None:
    """Return how many online hardware threads share a physical core, at most; None if not told."""
    there = set(online)
    told = (
        parse_cpu_list(read_text(_cpu(root, core) / "topology/thread_siblings_list"))
        for core in online
    )
    return max((len(there.intersection(cores)) for cores in told if cores), default=None) or None


def _cpu(root: Path, core: int) -> Path:
    return root / CPUS / f"cpu{core}"


def _deepest_cap(folders: Iterable[Path]) -> tuple[int | None, int | None]:
    """Return (cap, highest clock) in Hz of the core that is capped most; the fastest if none is."""
    found = [(_hz(f / "scaling_max_freq"), _hz(f / "cpuinfo_max_freq")) for f in folders]
    pairs = [(cap, highest) for cap, highest in found if cap and highest]
    if pairs:
        return min(pairs, key=lambda pair: (min(1.0, pair[0] / pair[1]), -pair[1]))
    return None, _largest(highest for _, highest in found)


def _hz(path: Path) -> int | None:
    khz = read_int(path)
    return khz * 1000 if khz is not None and khz > 0 else None


def _told_hz(block: Block) -> int | None:
    """Return the "cpu MHz" that x86 kernels write into /proc/cpuinfo."""
    try:
        return round(float(block.get("cpu MHz", "")) * 1e6) or None
    except (ValueError, OverflowError):
        return None


def _largest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None and value > 0), default=None)


def _words(files: Iterable[Path]) -> str:
    return ", ".join(dict.fromkeys(text for file in files if (text := read_text(file))))
