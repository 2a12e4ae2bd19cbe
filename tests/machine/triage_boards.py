"""The boards with everything that triage reads of them, and what it has to find."""

from machine_boards import (
    CPUS,
    Tree,
    arm_cpuinfo,
    cache,
    neoverse,
    orin,
    pi4,
    pi5,
    rk3588,
    x86_vm,
)

MIB = 1024
"""In kB, as /proc/meminfo counts."""


def meminfo(total: int, available: int, swap: int = 0, swap_free: int = 0) -> Tree:
    """Return /proc/meminfo, in kB."""
    lines = {"MemTotal": total, "MemAvailable": available, "SwapTotal": swap, "SwapFree": swap_free}
    text = "".join(f"{name}:  {kib} kB\n" for name, kib in lines.items())
    return {"proc/meminfo": text}


def governor(cores: range, name: str, lowest: int) -> Tree:
    """Return what a cpufreq policy tells beside its clocks."""
    folder = f"{CPUS}/cpufreq/policy{cores[0]}"
    return {
        f"{folder}/scaling_governor": f"{name}\n",
        f"{folder}/scaling_driver": "cpufreq-dt\n",
        f"{folder}/cpuinfo_min_freq": f"{lowest}\n",
    }


def shared_cache(cores: range, name: tuple[int, str], size: str, index: int, by: int = 1) -> Tree:
    """Return a cache (level, type) of some cores, `by` of them on each."""
    level, kind = name
    tree: Tree = {}
    for core in cores:
        folder = f"{CPUS}/cpu{core}/cache/index{index}"
        first = cores[0] + (core - cores[0]) // by * by
        sharers = f"{first}-{first + by - 1}" if by > 1 else f"{first}"
        tree |= {f"{folder}/level": f"{level}\n", f"{folder}/type": f"{kind}\n"}
        tree |= {f"{folder}/size": f"{size}\n", f"{folder}/shared_cpu_list": f"{sharers}\n"}
    return tree


def trip(zone: int, index: int, kind: str, millidegrees: int) -> Tree:
    """Return a trip point of a thermal zone."""
    stem = f"sys/class/thermal/thermal_zone{zone}/trip_point_{index}"
    return {f"{stem}_type": f"{kind}\n", f"{stem}_temp": f"{millidegrees}\n"}


def task(pid: int, name: str, parent: int, ticks: int) -> str:
    """Return /proc/PID/stat of a program that has used so many ticks, half in the kernel."""
    return (
        f"{pid} ({name}) R {parent} 1 1 0 -1 0 0 0 0 0 {ticks // 2} {ticks - ticks // 2} 0 0 20\n"
    )


def cpu_stat(cores: int, busy: int, idle: int, stolen: int = 0) -> str:
    """Return /proc/stat with the sums of all cores."""
    lines = [f"cpu  {busy} 0 0 {idle} 0 0 0 {stolen} 0 0"]
    lines += [f"cpu{core} 1 0 0 1 0 0 0 0 0 0" for core in range(cores)]
    return "\n".join([*lines, "intr 4711 0 1 2 3", "ctxt 1"]) + "\n"


def triaged_pi4() -> Tree:
    """Return a throttled Raspberry Pi 4 whose supply was too weak since boot."""
    alarm = "sys/devices/virtual/hwmon/hwmon1/in0_lcrit_alarm"
    return {
        **pi4(),
        alarm: "0\n",
        "vcgencmd/get_throttled": "throttled=0x50004\n",
        "proc/sys/kernel/osrelease": "6.6.31+rpt-rpi-v8\n",
        "proc/loadavg": "0.52 0.40 0.30 1/200 1234\n",
        f"{CPUS}/present": "0-3\n",
        "sys/class/thermal/cooling_device0/max_state": "4\n",
        **governor(range(4), "ondemand", 600000),
        **meminfo(3884384, 3000000, 100 * MIB, 100 * MIB),
        **trip(0, 0, "critical", 110000),
        **shared_cache(range(4), (1, "Data"), "32K", 0),
        **shared_cache(range(4), (2, "Unified"), "1024K", 1, by=4),
    }


def triaged_pi5() -> Tree:
    """Return a Raspberry Pi 5 that is ready to measure."""
    return {
        **pi5(),
        "vcgencmd/get_throttled": "throttled=0x0\n",
        "proc/sys/kernel/osrelease": "6.6.31+rpt-rpi-2712\n",
        f"{CPUS}/present": "0-3\n",
        **governor(range(4), "performance", 1500000),
        **meminfo(8256960, 7000000, 100 * MIB, 100 * MIB),
    }


def triaged_rk3588() -> Tree:
    """Return an RK3588 with a core off, its cluster capped, and passive trip points."""
    return {
        **rk3588(),
        f"{CPUS}/present": "0-7\n",
        **governor(range(4), "schedutil", 408000),
        **governor(range(4, 5), "schedutil", 408000),
        **governor(range(6, 8), "schedutil", 408000),
        **meminfo(16211004, 12000000),
        **trip(1, 0, "passive", 85000),
        **trip(1, 1, "critical", 115000),
        "sys/class/thermal/cooling_device0/type": "thermal-cpufreq-1\n",
        "sys/class/thermal/cooling_device0/cur_state": "0\n",
        "sys/class/thermal/cooling_device0/stats/total_trans": "12\n",
    }


def triaged_orin() -> Tree:
    """Return a Jetson Orin in a power mode that switches four cores off."""
    return {
        **orin(),
        f"{CPUS}/present": "0-11\n",
        **governor(range(4), "schedutil", 115200),
        **governor(range(4, 8), "schedutil", 115200),
        **meminfo(31357448, 28000000),
        **trip(0, 0, "passive", 99000),
    }


def triaged_neoverse() -> Tree:
    """Return a Neoverse server without cpufreq, of two NUMA nodes."""
    node = "sys/devices/system/node/node"
    return {
        **neoverse(),
        f"{CPUS}/present": "0-79\n",
        **meminfo(263835000, 200000000),
        f"{node}0/cpulist": "0-39\n",
        f"{node}0/meminfo": "Node 0 MemTotal:       131917500 kB\nNode 0 MemFree: 1 kB\n",
        f"{node}1/cpulist": "40-79\n",
        f"{node}1/meminfo": "Node 1 MemTotal:       131917500 kB\nNode 1 MemFree: 1 kB\n",
        f"{node}2/cpulist": "\n",
    }


def _server() -> Tree:
    features = "fp asimd asimdhp asimddp sve i8mm bf16"
    return {
        "proc/cpuinfo": arm_cpuinfo(dict.fromkeys(range(8), 0xD40), features),
        "proc/self/status": "Cpus_allowed_list:\t0-7\n",
        f"{CPUS}/online": "0-7\n",
        f"{CPUS}/present": "0-7\n",
        **meminfo(16 * 1024 * MIB, 12 * 1024 * MIB),
    }


def container_v2() -> Tree:
    """Return a container with 1.5 of 8 cores and little memory left, by cgroup v2."""
    group = "sys/fs/cgroup/pod"
    return {
        **_server(),
        "proc/self/cgroup": "0::/pod\n",
        f"{group}/cpu.max": "150000 100000\n",
        f"{group}/cpu.stat": "usage_usec 9\nnr_periods 200\nnr_throttled 150\n"
        "throttled_usec 7000000\n",
        f"{group}/cpuset.cpus.effective": "2-5\n",
        f"{group}/memory.max": f"{600 << 20}\n",
        f"{group}/memory.current": f"{500 << 20}\n",
        f"{group}/memory.stat": f"anon 5\ninactive_file {50 << 20}\n",
    }


def container_v1() -> Tree:
    """Return a container with 1.5 of 8 cores, by cgroup v1 as Docker mounts it."""
    return {
        **_server(),
        "proc/self/cgroup": "5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "150000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.stat": "nr_periods 80\nnr_throttled 0\nthrottled_time 0\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2 << 30}\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{1 << 30}\n",
    }


def triaged_vm() -> Tree:
    """Return a virtual machine on an EPYC with another program at work, and time stolen."""
    return {
        **x86_vm(),
        "proc/sys/kernel/osrelease": "6.18.44\n",
        f"{CPUS}/present": "0-1\n",
        f"{CPUS}/smt/control": "notsupported\n",
        **meminfo(24684084, 23000000),
        **cache(1, {(1, "Data"): "48K"}),
        **shared_cache(range(2), (3, "Unified"), "32768K", 2, by=2),
        "proc/stat": cpu_stat(2, 1000, 9000),
        "later/proc/stat": cpu_stat(2, 1090, 9006, 4),
        "proc/self/stat": task(77, "resnettui", 1, 50),
        "proc/77/stat": task(77, "resnettui", 1, 50),
        "later/proc/77/stat": task(77, "resnettui", 1, 55),
        "proc/78/stat": task(78, "python worker", 77, 10),
        "later/proc/78/stat": task(78, "python worker", 77, 25),
        "proc/90/stat": task(90, "stress (1)", 1, 100),
        "later/proc/90/stat": task(90, "stress (1)", 1, 145),
        "proc/91/stat": task(91, "gone", 1, 100),
        "later/proc/92/stat": task(92, "come", 1, 0),
    }


TRIAGED = {
    "pi4": (
        triaged_pi4,
        ("throttled", "under-voltage", "hot", "no int8 dot product", "governor", "emulated"),
    ),
    "pi5": (triaged_pi5, ("emulated",)),
    "rk3588": (
        triaged_rk3588,
        ("throttled", "clock cap", "offline core", "little cores", "governor", "emulated"),
    ),
    "orin": (triaged_orin, ("offline core", "governor", "emulated")),
    "neoverse": (triaged_neoverse, ("no sensors", "numa", "emulated")),
    "container v2": (container_v2, ("quota", "cpuset", "memory", "no sensors")),
    "container v1": (container_v1, ("quota", "no sensors")),
    "vm": (
        triaged_vm,
        ("other load", "stolen time", "no sensors", "virtual machine", "emulated"),
    ),
}
"""Board -> how its tree is made, and the keys of its findings, worst first."""
