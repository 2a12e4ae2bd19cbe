"""Boards as {path: text}, written below a folder that stands in for "/".

A helper module and not a conftest.py: mypy takes a second conftest.py for the same module.
"""

from collections.abc import Mapping
from pathlib import Path

CPUS = "sys/devices/system/cpu"
MEMINFO = "MemTotal:        {} kB\nMemFree:         1000 kB\n"

Tree = dict[str, str]


def write_tree(root: Path, tree: Mapping[str, str]) -> Path:
    """Write a tree; a text that starts with "-> " makes a link to that path below the root."""
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("-> "):
            path.symlink_to(root / text[3:])
        else:
            path.write_text(text, encoding="utf-8")
    return root


def stat(ticks: Mapping[int, tuple[int, int]]) -> str:
    """Return /proc/stat for cores with these (busy, idle) ticks, half of the idle in iowait."""
    lines = ["cpu  1 2 3 4 5 6 7 0 0 0"]
    for core, (busy, idle) in ticks.items():
        waiting = idle // 2
        # Guest time (the 9th) is part of user time and must not count twice.
        lines.append(f"cpu{core} {busy} 0 0 {idle - waiting} {waiting} 0 0 0 {busy} 0")
    return "\n".join([*lines, "intr 4711 0 1 2 3", "ctxt 1", "btime 1700000000"]) + "\n"


def arm_cpuinfo(parts: Mapping[int, int], features: str, implementer: int = 0x41) -> str:
    """Return /proc/cpuinfo of an ARM kernel: core id -> part number."""
    blocks = (
        f"processor\t: {core}\nmodel name\t: ARMv8 Processor rev 1 (v8l)\nBogoMIPS\t: 108.00\n"
        f"Features\t: {features}\nCPU implementer\t: {implementer:#x}\nCPU architecture: 8\n"
        f"CPU variant\t: 0x0\nCPU part\t: {part:#x}\nCPU revision\t: 3\n"
        for core, part in parts.items()
    )
    return "\n".join(blocks) + "\nHardware\t: BCM2835\nSerial\t\t: 10000000abcdef01\n"


def policy(cores: range, current: str, cap: int, highest: int) -> Tree:
    """Return a cpufreq policy (kHz) and the links of its cores to it."""
    folder = f"{CPUS}/cpufreq/policy{cores[0]}"
    files = {
        f"{folder}/scaling_cur_freq": f"{current}\n",
        f"{folder}/scaling_max_freq": f"{cap}\n",
        f"{folder}/cpuinfo_max_freq": f"{highest}\n",
    }
    return files | {f"{CPUS}/cpu{core}/cpufreq": f"-> {folder}" for core in cores}


def hwmon(index: int, name: str, **files: str) -> Tree:
    """Return a hwmon device, as in sysfs a link into the device tree."""
    folder = f"sys/devices/virtual/hwmon/hwmon{index}"
    made = {f"{folder}/name": f"{name}\n"}
    made |= {f"{folder}/{file}": f"{text}\n" for file, text in files.items()}
    return made | {f"sys/class/hwmon/hwmon{index}": f"-> {folder}"}


def zones(temperatures: Mapping[str, str]) -> Tree:
    """Return thermal zones: type -> temp."""
    tree: Tree = {}
    for index, (kind, text) in enumerate(temperatures.items()):
        folder = f"sys/class/thermal/thermal_zone{index}"
        tree |= {f"{folder}/type": f"{kind}\n", f"{folder}/temp": f"{text}\n"}
    return tree


def coolers(states: Mapping[str, int]) -> Tree:
    """Return cooling devices: type -> cur_state."""
    tree: Tree = {}
    for index, (kind, state) in enumerate(states.items()):
        folder = f"sys/class/thermal/cooling_device{index}"
        tree |= {f"{folder}/type": f"{kind}\n", f"{folder}/cur_state": f"{state}\n"}
    return tree


def cache(core: int, sizes: Mapping[tuple[int, str], str]) -> Tree:
    """Return a core's caches: (level, type) -> size."""
    tree: Tree = {}
    for index, ((level, kind), size) in enumerate(sizes.items()):
        folder = f"{CPUS}/cpu{core}/cache/index{index}"
        tree |= {f"{folder}/level": f"{level}\n", f"{folder}/type": f"{kind}\n"}
        tree |= {f"{folder}/size": f"{size}\n"}
    return tree


def pi4() -> Tree:
    """Return a hot Raspberry Pi 4 on a weak supply: capped at 1.0 of 1.8 GHz."""
    return {
        "proc/stat": stat(dict.fromkeys(range(4), (100, 900))),
        "proc/meminfo": MEMINFO.format(3884384),
        "proc/self/status": "Name:\tpython\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3\n",
        "proc/self/cgroup": "0::/user.slice/user-1000.slice/session-4.scope\n",
        "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
        "proc/cpuinfo": arm_cpuinfo(dict.fromkeys(range(4), 0xD08), "fp asimd evtstrm crc32 cpuid"),
        f"{CPUS}/online": "0-3\n",
        **policy(range(4), "1000000", 1000000, 1800000),
        **hwmon(0, "cpu_thermal", temp1_input="84700"),
        **hwmon(1, "rpi_volt", in0_lcrit_alarm="1"),
        **zones({"cpu-thermal": "84712"}),
        **coolers({"thermal-cpufreq-0": 3, "pwm-fan": 2}),
    }


def pi5() -> Tree:
    """Return a cool Raspberry Pi 5 with a fan that runs."""
    return {
        "proc/stat": stat(dict.fromkeys(range(4), (100, 900))),
        "proc/meminfo": MEMINFO.format(8256960),
        "proc/self/status": "Cpus_allowed_list:\t0-3\n",
        "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
        "proc/cpuinfo": arm_cpuinfo(
            dict.fromkeys(range(4), 0xD0B), "fp asimd aes fphp asimdhp cpuid lrcpc dcpop asimddp"
        ),
        f"{CPUS}/online": "0-3\n",
        **policy(range(4), "2400000", 2400000, 2400000),
        **hwmon(0, "cpu_thermal", temp1_input="52300"),
        **hwmon(1, "rpi_volt", in0_lcrit_alarm="0"),
        **hwmon(2, "pwmfan", fan1_input="3000"),
        **hwmon(3, "rp1_adc", temp1_input="58000"),
        **coolers({"pwm-fan": 2, "thermal-cpufreq-0": 0}),
        **cache(0, {(1, "Data"): "64K", (1, "Instruction"): "64K", (2, "Unified"): "512K"}),
        f"{CPUS}/cpu0/cache/index3/level": "3\n",
        f"{CPUS}/cpu0/cache/index3/type": "Unified\n",
        f"{CPUS}/cpu0/cache/index3/size": "2048K\n",
    }


def rk3588() -> Tree:
    """Return an RK3588 (A55 0-3, A76 4-7) whose core 5 is off; its big clusters' bins differ."""
    parts = dict.fromkeys(range(4), 0xD05) | dict.fromkeys((4, 6, 7), 0xD0B)
    capacities = dict.fromkeys(range(4), 530) | {4: 1024, 6: 1003, 7: 1003}
    return {
        "proc/stat": stat(dict.fromkeys((0, 1, 2, 3, 4, 6, 7), (100, 900))),
        "proc/meminfo": MEMINFO.format(16211004),
        "proc/self/status": "Cpus_allowed_list:\t0-7\n",
        "sys/firmware/devicetree/base/model": "Orange Pi 5 Plus\0",
        "proc/cpuinfo": arm_cpuinfo(parts, "fp asimd asimdhp asimddp"),
        f"{CPUS}/online": "0-4,6-7\n",
        **{f"{CPUS}/cpu{core}/cpu_capacity": f"{value}\n" for core, value in capacities.items()},
        **policy(range(4), "1800000", 1800000, 1800000),
        **policy(range(4, 5), "2208000", 1608000, 2400000),
        **policy(range(6, 8), "0", 2352000, 2352000),
        **zones(
            {
                "soc-thermal": "61000",
                "bigcore0-thermal": "66500",
                "bigcore1-thermal": "65000",
                "littlecore-thermal": "60000",
                "gpu-thermal": "91000",
            }
        ),
        **cache(0, {(1, "Data"): "32K", (2, "Unified"): "128K", (3, "Unified"): "3072K"}),
        **cache(4, {(1, "Data"): "64K", (2, "Unified"): "512K", (3, "Unified"): "3072K"}),
    }


def orin() -> Tree:
    """Return a Jetson Orin in a power mode with 8 of 12 cores; its CV zones are off."""
    cores = range(8)
    return {
        "proc/stat": stat(dict.fromkeys(cores, (100, 900))),
        "proc/meminfo": MEMINFO.format(31357448),
        "proc/self/status": "Cpus_allowed_list:\t0-11\n",
        "proc/device-tree/model": "NVIDIA Jetson AGX Orin Developer Kit\0",
        "proc/cpuinfo": arm_cpuinfo(
            dict.fromkeys(cores, 0xD42), "fp asimd asimdhp asimddp uscat ilrcpc flagm"
        ),
        f"{CPUS}/online": "0-7\n",
        **{f"{CPUS}/cpu{core}/cpu_capacity": "1024\n" for core in cores},
        **policy(range(4), "2201600", 2201600, 2201600),
        **policy(range(4, 8), "1113600", 2201600, 2201600),
        **zones(
            {
                "cpu-thermal": "48093",
                "gpu-thermal": "99000",
                "soc0-thermal": "-256000",
                "CPU-therm": "151000",
                "PMIC-Die": "100000",
            }
        ),
        **coolers({"cpu-throttle-alert": 0, "gpu-throttle-alert": 1, "pwm-fan": 1}),
    }


def neoverse() -> Tree:
    """Return an Ampere Altra with 80 cores, without cpufreq and without a device tree."""
    cores = range(80)
    return {
        "proc/stat": stat(dict.fromkeys(cores, (100, 900))),
        "proc/meminfo": MEMINFO.format(263835000),
        "proc/self/status": "Cpus_allowed_list:\t0-79\n",
        "sys/class/dmi/id/product_name": "To Be Filled By O.E.M.\n",
        "sys/class/dmi/id/board_name": "ALTRAD8UD-1L2T\n",
        "proc/cpuinfo": arm_cpuinfo(
            dict.fromkeys(cores, 0xD0C), "fp asimd evtstrm aes asimdhp cpuid asimdrdm lrcpc asimddp"
        ),
        f"{CPUS}/online": "0-79\n",
        **hwmon(0, "nvme", temp1_input="99000", temp1_label="Composite"),
        **hwmon(1, "apm_xgene", temp1_input="57000", temp1_label="SoC Temperature"),
        **cache(
            0,
            {(1, "Data"): "64K", (1, "Instruction"): "64K", (2, "Unified"): "1024K"},
        ),
    }


def x86_vm() -> Tree:
    """Return a virtual machine on an EPYC: clocks in /proc/cpuinfo alone, no sensor."""
    flags = "fpu sse2 fma avx f16c avx2 avx512f avx512_vnni avx512_bf16 avx_vnni hypervisor"
    block = (
        "processor\t: {}\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 9655 96-Core Processor"
        f"\ncpu MHz\t\t: {{}}\nflags\t\t: {flags}\n"
    )
    return {
        "proc/stat": stat({0: (100, 900), 1: (100, 900)}),
        "proc/meminfo": MEMINFO.format(8000000),
        "proc/self/status": "Cpus_allowed_list:\t0-1\n",
        "proc/cpuinfo": block.format(0, "2596.098") + "\n" + block.format(1, "0.000"),
        "sys/class/dmi/id/product_name": "Standard PC (Q35 + ICH9, 2009)\n",
        f"{CPUS}/online": "0-1\n",
        **cache(0, {(1, "Data"): "48K", (2, "Unified"): "1024K", (3, "Unified"): "32M"}),
    }
