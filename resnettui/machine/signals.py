"""From the sensors' numbers to what they say: use, clocks, the hottest, what throttles."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from resnettui.core.cpu_list import format_cpu_list
from resnettui.machine.sensor_files import ClockPolicy, SensorFiles
from resnettui.machine.sysfs import read_text

Ticks = tuple[int, int]
"""(busy, idle) of a core in clock ticks since boot."""
ReadNumber = Callable[..., int | None]
"""(path, base=10) -> the number in that file."""

_CPU_LINE = re.compile(r"^cpu(\d+) (.+)$", re.MULTILINE)
_CPUINFO_CLOCK = re.compile(r"^processor\s*:\s*(\d+)$|^cpu MHz\s*:\s*([\d.]+)$", re.MULTILINE)
COLDEST_MC, HOTTEST_MC = -40_000, 150_000
"""Outside it a sensor is off (-256000 on a Jetson) or broken."""
_IDLE_JITTER = 2
"""Ticks by which a busy core's idle time may run backwards: iowait is not kept exactly."""
_CAPPED = 0.99
"""Drivers round their caps; below this share of the highest clock it is one."""
PI_FIRMWARE = (
    (1, "under-voltage: the power supply is too weak"),
    (2, "clock capped by the firmware"),
    (4, "throttled by the firmware"),
    (8, "soft temperature limit of the firmware"),
)
"""What the bits mean that hold now; those from 16 on say that it once happened."""


def cpu_ticks(root: Path) -> dict[int, Ticks] | None:
    """Read each online core's ticks from /proc/stat; None without it. iowait is idle."""
    text = read_text(root / "proc/stat")
    if text is None:
        return None
    ticks = {}
    # The lines behind the cores' are long: thousands of interrupt counters.
    for core, line in _CPU_LINE.findall(text.partition("\nintr")[0]):
        words = line.split()[:8]  # Guest time, behind them, is in user time already.
        if len(words) >= 4 and all(word.isdecimal() for word in words):
            counts = [int(word) for word in words]
            idle = sum(counts[3:5])
            ticks[int(core)] = (sum(counts) - idle, idle)
    return ticks


def core_use(before: Mapping[int, Ticks], now: Mapping[int, Ticks]) -> dict[int, float]:
    """Return how busy each core was between two readings, 0 to 1, for cores that are in both."""
    use = {}
    for core in now.keys() & before.keys():
        busy = now[core][0] - before[core][0]
        idle = now[core][1] - before[core][1]
        # Counters that restart with a core that comes back say nothing about this interval.
        if busy >= 0 and idle >= -_IDLE_JITTER and busy + idle > 0:
            use[core] = min(1.0, busy / (busy + idle))
    return dict(sorted(use.items()))


def clock_hz(files: SensorFiles, number: ReadNumber) -> dict[int, int]:
    """Return each core's clock; a core that reports none, or 0 while idle, is left out."""
    if files.cpuinfo is not None:
        return _cpuinfo_clocks(read_text(files.cpuinfo) or "")
    clocks = {}
    for policy in files.clocks:
        khz = number(policy.current) if policy.current else None
        if khz is not None and khz > 0:
            clocks.update(dict.fromkeys(policy.cores, khz * 1000))
    return dict(sorted(clocks.items()))


def _cpuinfo_clocks(text: str) -> dict[int, int]:
    clocks = {}
    core = None
    for name, mhz in _CPUINFO_CLOCK.findall(text):
        if name:
            core = int(name)
        elif core is not None and (hz := round(_float(mhz) * 1e6)) > 0:
            clocks[core] = hz
    return clocks


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # Several dots
        return 0.0


def hottest(files: SensorFiles, number: ReadNumber) -> float | None:
    """Return the processor's hottest sensor in degrees Celsius; exactly 0 is a sensor off."""
    read = (number(path) for path in files.temperatures)
    sane = [mc for mc in read if mc is not None and COLDEST_MC < mc <= HOTTEST_MC and mc != 0]
    return max(sane) / 1000 if sane else None


def throttled(files: SensorFiles, number: ReadNumber) -> str | None:
    """Say what holds the processor back now, reasons joined by "; "; None if nothing says so."""
    reasons = [
        *_thermal_limits(files, number),
        *_clock_caps(files, number),
        *_pi_reasons(files, number),
    ]
    return "; ".join(dict.fromkeys(reasons)) or None


def _thermal_limits(files: SensorFiles, number: ReadNumber) -> list[str]:
    states = ((name, number(path)) for name, path in files.coolers)
    return [f"thermal limit: cooling device {name} at {s}" for name, s in states if s and s > 0]


def _clock_caps(files: SensorFiles, number: ReadNumber) -> list[str]:
    """Name the deepest cap; a server has a policy per core, and one line is enough."""
    caps: dict[tuple[int, int], list[ClockPolicy]] = {}
    for policy in files.clocks:
        cap, highest = number(policy.cap) if policy.cap else None, policy.highest_khz
        if cap and highest and 0 < cap < highest * _CAPPED:
            caps.setdefault((cap, highest), []).append(policy)
    if not caps:
        return []
    cap, highest = deepest = min(caps, key=lambda pair: pair[0] / pair[1])
    cores = sorted(core for policy in caps[deepest] for core in policy.cores)
    whose = f" of core{'s' if len(cores) > 1 else ''} {format_cpu_list(cores)}"
    if len(caps[deepest]) == len(files.clocks):
        whose = ""
    return [f"clock{whose} capped at {_of_ghz(cap, highest)}"]


def _of_ghz(cap_khz: int, highest_khz: int) -> str:
    digits = 1 if f"{cap_khz / 1e6:.1f}" != f"{highest_khz / 1e6:.1f}" else 2
    return f"{cap_khz / 1e6:.{digits}f} of {highest_khz / 1e6:.{digits}f} GHz"


def _pi_reasons(files: SensorFiles, number: ReadNumber) -> list[str]:
    alarms = [number(path) for path in files.under_voltage]
    bits = 0
    for path in files.pi_firmware:
        bits |= number(path, 16) or 0
    if 1 in alarms:
        bits |= 1
    return [reason for bit, reason in PI_FIRMWARE if bits & bit]
