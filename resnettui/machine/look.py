"""Looks at a whole board: what it is, and everything that its kernel tells of it."""

import platform
import re
from dataclasses import replace
from pathlib import Path

from resnettui.core.board import Board
from resnettui.core.machine import Machine
from resnettui.machine.caches import read_caches, read_numa
from resnettui.machine.clusters import read_clusters, read_offline, read_threads_per_core
from resnettui.machine.groups import read_group, read_memory
from resnettui.machine.heat import read_coolers, read_temperatures, read_throttling
from resnettui.machine.limits import read_limits
from resnettui.machine.load import read_load
from resnettui.machine.probe import CPUS, probe
from resnettui.machine.sysfs import is_this_machine, note, read_text

_ARCH = "proc/sys/kernel/arch"
"""Linux 6.1 and later."""
_CPUINFO_HEAD = 1 << 12
_HYPERVISORS = {
    "Amazon EC2": r"amazon ec2",
    "Google Compute Engine": r"google compute engine",
    "Hyper-V": r"microsoft corporation virtual machine",
    "VMware": r"vmware",
    "VirtualBox": r"virtualbox|innotek",
    "Xen": r"\bxen\b",
    "Parallels": r"parallels",
    "Apple Virtualization": r"apple virtualization",
    "KVM": r"\bkvm\b|qemu|openstack|standard pc|linux,dummy-virt",
}
"""What firmware says of the machine it makes up."""
_BARE_METAL = re.compile(r"\.metal\b", re.IGNORECASE)


def identify(root: Path = Path("/")) -> Machine:
    """Return what the machine below `root` is; the tree of another machine has no host name."""
    machine = probe(root, arch_of(root))
    return machine if is_this_machine(root) else replace(machine, host="")


def look(root: Path = Path("/"), machine: Machine | None = None) -> Board:
    """Return what sysfs and procfs below `root` tell; it takes half a second for the load.

    `machine` is what `identify` returned for the same root, where it is known already.
    """
    machine = machine or identify(root)
    online = machine.cores_online
    limits = read_limits(root)
    return Board(
        kernel=read_text(root / "proc/sys/kernel/osrelease") or "",
        virtual=_virtual(root),
        clusters=read_clusters(root, machine),
        caches=read_caches(root, online),
        numa=read_numa(root),
        offline=read_offline(root, online),
        threads_per_core=read_threads_per_core(root, online),
        smt=read_text(root / CPUS / "smt/control") or "",
        affinity=limits.affinity,
        cpuset=limits.cpuset,
        memory=read_memory(root, limits),
        temperatures=read_temperatures(root),
        coolers=read_coolers(root),
        throttling=read_throttling(root, online),
        group=read_group(root, limits),
        load=read_load(root),
    )


def arch_of(root: Path) -> str:
    """Return the architecture of the machine below `root`."""
    if is_this_machine(root):
        # Under an emulator the file is the host's.
        note(root / _ARCH, platform.machine().encode())
        return platform.machine()
    if told := read_text(root / _ARCH):
        return told
    head = read_text(root / "proc/cpuinfo", _CPUINFO_HEAD) or ""
    return "aarch64" if "CPU implementer" in head else "x86_64" if "vendor_id" in head else ""


def _virtual(root: Path) -> str:
    names = ("sys_vendor", "product_name", "bios_vendor")
    texts = [read_text(root / "sys/class/dmi/id" / name) for name in names]
    texts += [read_text(root / "sys/hypervisor/type")]
    texts += [read_text(root / "proc/device-tree/compatible")]
    said = " ".join(text for text in texts if text)
    if _BARE_METAL.search(said):
        return ""
    known = (name for name, says in _HYPERVISORS.items() if re.search(says, said, re.IGNORECASE))
    return next(known, "virtual" if _flagged(root) else "")


def _flagged(root: Path) -> bool:
    """Tell whether processor or device tree say that there is a hypervisor, without its name."""
    head = read_text(root / "proc/cpuinfo", _CPUINFO_HEAD) or ""
    node = read_text(root / "proc/device-tree/hypervisor/compatible")
    return " hypervisor" in head or bool(node)
