"""The cores as they lie: what each shares with its neighbours, and how strong it is."""

from pathlib import Path

from resnettui.core.cpu_list import parse_cpu_list
from resnettui.core.machine import Machine
from resnettui.core.placing import Core
from resnettui.machine.sysfs import find, read_text

_STRENGTH = {"big": 0, "mid": 1, "little": 2}


def core_layout(machine: Machine, root: Path = Path("/")) -> tuple[Core, ...]:
    """Return the usable cores, the strongest first; it reads a dozen files for each.

    Where the kernel tells no sharers, a core shares with nobody, or with all: nothing is claimed.
    """
    cores = (_core(core, machine, root) for core in machine.cores_usable)
    return tuple(sorted(cores, key=lambda core: (core.strength, core.id)))


def _core(id: int, machine: Machine, root: Path) -> Core:
    folder = root / f"sys/devices/system/cpu/cpu{id}"
    cluster = machine.clusters.get(id, "")
    siblings = _usable(folder / "topology/thread_siblings_list", machine)
    return Core(
        id=id,
        physical=min(siblings, default=id),
        near=(_numa_node(folder), _shared(folder, "3", machine), _shared(folder, "2", machine)),
        strength=_STRENGTH.get(cluster, 0),
        cluster=cluster,
    )


def _usable(file: Path, machine: Machine) -> list[int]:
    return [core for core in parse_cpu_list(read_text(file)) if core in machine.cores_usable]


def _numa_node(folder: Path) -> int:
    names = [path.name[4:] for path in find(folder, "node[0-9]*")]
    return next((int(name) for name in names if name.isdecimal()), 0)


def _shared(folder: Path, level: str, machine: Machine) -> int:
    """Return the lowest core that shares the cache of a level; one number for all without any.

    Cores that share an L2 may be told as a cluster where their caches are not.
    """
    for cache in find(folder, "cache/index*"):
        if read_text(cache / "level") == level:
            return min(_usable(cache / "shared_cpu_list", machine), default=0)
    if level == "2":
        return min(_usable(folder / "topology/cluster_cpus_list", machine), default=0)
    return 0
