"""Which cores to give to processes that shall not disturb each other."""

from pathlib import Path

from resnettui.core.cpu_list import parse_cpu_list
from resnettui.core.machine import Machine
from resnettui.machine.sysfs import read_text

_STRENGTH = {"big": 0, "mid": 1, "little": 2}


def physical_cores(machine: Machine, root: Path = Path("/")) -> tuple[tuple[int, ...], ...]:
    """Return the usable cores, hardware threads of one physical core together, strongest first.

    Where the kernel tells no siblings each core stands for itself. It reads a file for each core.
    """
    groups: dict[tuple[int, ...], list[int]] = {}
    for core in machine.cores_usable:
        file = root / f"sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list"
        groups.setdefault(parse_cpu_list(read_text(file)) or (core,), []).append(core)
    together = (tuple(cores) for cores in groups.values())
    return tuple(sorted(together, key=lambda c: _STRENGTH.get(machine.clusters.get(c[0], ""), 0)))
