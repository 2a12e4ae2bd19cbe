"""How large arrays must be, and may be, for the bandwidth of this machine's memory to show."""

from pathlib import Path

from resnettui.core.machine import Machine
from resnettui.core.roof import array_bytes
from resnettui.machine.caches import read_caches
from resnettui.machine.groups import read_memory
from resnettui.machine.limits import read_limits


def read_array_bytes(machine: Machine, root: Path = Path("/")) -> int:
    """Return what core.roof.array_bytes makes of the caches and the free memory below `root`."""
    free_bytes = read_memory(root, read_limits(root)).available_bytes
    return array_bytes(read_caches(root, machine.cores_online), free_bytes)
