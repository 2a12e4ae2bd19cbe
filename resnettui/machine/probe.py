"""What this board is: processor, board, instruction sets, caches, clusters."""

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from resnettui.core.machine import Machine
from resnettui.machine.arm_parts import ARM_PARTS
from resnettui.machine.hwcaps import hwcaps
from resnettui.machine.limits import read_limits
from resnettui.machine.sysfs import find, read_int, read_text

ISA = (
    *("fma", "f16c", "avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "avx512_fp16"),
    *("amx_tile", "amx_int8", "amx_bf16", "amx_fp16"),
    *("asimd", "asimdhp", "asimddp", "i8mm", "bf16", "sve", "sve2", "svei8mm", "svebf16"),
)
"""The instruction sets that matter to a convolution, as Linux spells them, weakest first."""

CPUS = "sys/devices/system/cpu"
"""Where sysfs keeps its folder for each core."""
_X86_CPUINFO = 1 << 14
"""x86 repeats everything for each core (2 KB): the first few cores tell it all."""
_SAME_CLUSTER = 0.9
"""Clock bins of one kind of core differ by a few percent; clusters by much more."""
_CLUSTER_NAMES = {2: ("big", "little"), 3: ("big", "mid", "little")}
_CACHES = {("1", "Data"): "L1d", ("1", "Unified"): "L1d", ("2", "Unified"): "L2"} | {
    ("3", "Unified"): "L3"
}
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_NO_BOARD = re.compile(
    r"to be filled|default string|system product|product name|not (specified|applicable)"
    r"|unknown|undefined|invalid|all series|^o\.?e\.?m\.?$|^n/?a$|^none$|^[\W\d]*$",
    re.IGNORECASE,
)
"""What firmware writes where nobody wrote a name."""
_BRAND_NOISE = re.compile(
    r"\((?:R|TM)\)|\bCPU\b(?=\s*(?:@|$))|@.*$|\b\d+-Core\b|\bProcessor\b", re.IGNORECASE
)


def probe(root: Path = Path("/"), arch: str | None = None) -> Machine:
    """Describe the machine in a few ms from the procfs and sysfs below `root`."""
    limits = read_limits(root)
    arch = platform.machine() if arch is None else arch
    cores = cpuinfo_blocks(root, arch)
    clusters = _clusters(_strengths(root, limits.online))
    return Machine(
        cpu=_x86_brand(cores) or _arm_brand(cores, clusters),
        board=_board(root),
        arch=arch,
        cores_online=limits.online,
        cores_usable=limits.usable,
        cores_allowed=limits.cores_allowed,
        quota_cores=limits.quota_cores,
        isa=isa_of(cores) if tells_isa(cores, arch) else hwcaps(root),
        cache_bytes=_caches(root, limits.online, clusters),
        memory_bytes=limits.memory_bytes,
        clusters=clusters,
        host=platform.node(),
    )


def named(machine: Machine) -> Machine:
    """Fill the processor's name and instruction sets from py-cpuinfo where procfs told none.

    It takes over a second where it has to ask: call it in a thread. It never raises.
    """
    if machine.cpu and machine.isa:
        return machine
    info = _ask_py_cpuinfo()
    brand = _clean_brand(str(info.get("brand_raw") or ""))
    return replace(
        machine, cpu=machine.cpu or brand, isa=machine.isa or _known(info.get("flags") or ())
    )


def _ask_py_cpuinfo() -> Mapping[str, Any]:
    try:
        import cpuinfo

        return cpuinfo.get_cpu_info() or {}
    except Exception:  # It raises a bare Exception on a processor it does not know.
        return {}


def cpuinfo_blocks(root: Path, arch: str) -> list[dict[str, str]]:
    """Return the fields of /proc/cpuinfo, core by core."""
    limit = _X86_CPUINFO if arch in ("x86_64", "i686", "AMD64") else None
    blocks = re.split(r"\n\s*\n", read_text(root / "proc/cpuinfo", limit) or "")
    return [_fields(block) for block in blocks]


def _fields(block: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in block.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _x86_brand(cores: list[dict[str, str]]) -> str | None:
    # ARM kernels write "ARMv8 Processor rev 1 (v8l)" there: true of every core, so no name.
    if "vendor_id" not in cores[0]:
        return None
    return _clean_brand(cores[0].get("model name", ""))


def _clean_brand(brand: str) -> str | None:
    return " ".join(_BRAND_NOISE.sub(" ", brand).split()) or None


def _arm_brand(cores: list[dict[str, str]], clusters: Mapping[int, str]) -> str | None:
    """Name the kinds of core, the strongest first, with their number where they differ."""
    rank = {"big": 0, "mid": 1, "little": 2}
    kinds: dict[str, list[int]] = {}
    for core in cores:
        if kind := arm_kind(core):
            kinds.setdefault(kind, []).append(number_in(core.get("processor", "")) or 0)
    order = sorted(kinds, key=lambda kind: rank.get(clusters.get(kinds[kind][0], ""), 0))
    if len(order) == 1:
        return order[0]
    return " + ".join(f"{kind} x{len(kinds[kind])}" for kind in order) or None


def arm_kind(core: Mapping[str, str]) -> str | None:
    """Return the name of an ARM core by its fields of /proc/cpuinfo; None for other processors."""
    implementer = number_in(core.get("CPU implementer", ""))
    part = number_in(core.get("CPU part", ""))
    if implementer is None or part is None:
        return None
    return ARM_PARTS.get((implementer, part), f"ARM core {implementer:#x}:{part:#x}")


def number_in(text: str) -> int | None:
    """Return a whole number, decimal or 0x..., or None where the text is none."""
    try:
        return int(text, 0)
    except ValueError:
        return None


def isa_of(cores: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Return what every core has: a thread may run on any of them."""
    lines = [core.get("flags") or core.get("Features") for core in cores]
    sets = [set(line.split()) for line in lines if line]
    # The last core may be cut off by the read limit, in the middle of its flags.
    whole = sets[:-1] if len(sets) > 1 and "flags" in cores[0] else sets
    return _known(set.intersection(*whole)) if whole else ()


def tells_isa(cores: Sequence[Mapping[str, str]], arch: str) -> bool:
    """Tell whether /proc/cpuinfo is of this architecture: an emulator shows its host's."""
    field = "Features" if arch in ("aarch64", "arm64") else "flags"
    return any(field in core for core in cores)


def _known(flags: Iterable[str]) -> tuple[str, ...]:
    present = set(flags)
    return tuple(name for name in ISA if name in present)


def _board(root: Path) -> str | None:
    names = (
        *("proc/device-tree/model", "sys/firmware/devicetree/base/model"),
        *("sys/class/dmi/id/product_name", "sys/class/dmi/id/board_name"),
    )
    texts = (read_text(root / name) for name in names)
    return next((text for text in texts if text and not _NO_BOARD.search(text)), None)


def _strengths(root: Path, online: tuple[int, ...]) -> dict[int, int]:
    """Return each core's capacity, or its highest clock where the kernel tells no capacity.

    Capacity goes first because clocks alone split cores of one kind (NVIDIA Grace).
    """
    for file in ("cpu_capacity", "cpufreq/cpuinfo_max_freq"):
        read = {core: read_int(root / CPUS / f"cpu{core}" / file) for core in online}
        if found := {core: value for core, value in read.items() if value and value > 0}:
            return found
    return {}


def _clusters(strengths: Mapping[int, int]) -> dict[int, str]:
    """Name clusters by strength, strongest first; nothing where all cores are alike."""
    levels: list[int] = []
    for value in sorted(set(strengths.values()), reverse=True):
        if not levels or value < levels[-1] * _SAME_CLUSTER:
            levels.append(value)
    if len(levels) < 2:
        return {}
    names = _CLUSTER_NAMES.get(len(levels)) or ("big", *["mid"] * (len(levels) - 2), "little")
    return {
        core: names[sum(value < level * _SAME_CLUSTER for level in levels)]
        for core, value in strengths.items()
    }


def _caches(root: Path, online: tuple[int, ...], clusters: Mapping[int, str]) -> dict[str, int]:
    """Return the caches that a core of the strongest kind sees.

    One core is asked, not all: 200 cores have 2400 files.
    """
    core = next((core for core in online if clusters.get(core, "big") == "big"), 0)
    found: dict[str, int] = {}
    for index in find(root / CPUS / f"cpu{core}" / "cache", "index*"):
        level, kind = read_text(index / "level"), read_text(index / "type")
        name = _CACHES.get((level or "", kind or ""))
        size = parse_size(read_text(index / "size") or "")
        if name and size:
            found[name] = size
    return found


def parse_size(text: str) -> int | None:
    """Return the bytes of a size as sysfs writes it: 512K, 32M."""
    match = re.fullmatch(r"(\d{1,18})([KMG]?)", text)
    return int(match[1]) * _UNITS[match[2]] if match else None
