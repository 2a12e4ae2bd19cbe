"""The caches of all cores, and the memory that is near to some of them."""

from collections.abc import Sequence
from pathlib import Path

from resnettui.core.board import Cache, NumaNode
from resnettui.core.cpu_list import parse_cpu_list
from resnettui.machine.probe import CPUS, parse_size
from resnettui.machine.sysfs import find, read_int, read_text

_NODES = "sys/devices/system/node"
_Kind = tuple[int, str, int]
"""(level, type, bytes)"""


def read_caches(root: Path, online: Sequence[int]) -> tuple[Cache, ...]:
    """Return every cache of the online cores; those alike together, the nearest to a core first."""
    found: dict[_Kind, list[tuple[int, ...]]] = {}
    for core in online:
        for index in find(root / CPUS / f"cpu{core}" / "cache", "index*"):
            level, kind = read_int(index / "level"), read_text(index / "type")
            size = parse_size(read_text(index / "size") or "")
            if level and kind in ("Data", "Instruction", "Unified") and size:
                shared = found.setdefault((level, kind, size), [])
                if not any(core in cores for cores in shared):
                    shared.append(_sharers(index, core, online))
    return tuple(Cache(*kind, tuple(found[kind])) for kind in sorted(found))


def _sharers(index: Path, core: int, online: Sequence[int]) -> tuple[int, ...]:
    cores = parse_cpu_list(read_text(index / "shared_cpu_list"))
    return tuple(sorted({core, *cores} & set(online)))


def read_numa(root: Path) -> tuple[NumaNode, ...]:
    """Return the NUMA nodes; a node that has neither cores nor memory is left out."""
    nodes = []
    for folder in find(root / _NODES, "node[0-9]*"):
        if not folder.name[4:].isdecimal():
            continue
        cores = parse_cpu_list(read_text(folder / "cpulist"))
        memory = _node_memory(read_text(folder / "meminfo") or "")
        if cores or memory:
            nodes.append(NumaNode(int(folder.name[4:]), cores, memory))
    return tuple(sorted(nodes, key=lambda node: node.id))


def _node_memory(text: str) -> int | None:
    """Return the bytes of a line such as "Node 0 MemTotal:  8000000 kB"."""
    for line in text.splitlines():
        words = line.split()
        if "MemTotal:" in words and words[-1] == "kB" and words[-2].isdecimal():
            return int(words[-2]) * 1024
    return None
