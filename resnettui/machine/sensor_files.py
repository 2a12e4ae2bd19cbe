"""Where this board keeps its sensors: found once, so that a reading only opens known files."""

import re
from dataclasses import dataclass
from pathlib import Path

from resnettui.machine.sysfs import exists, find, read_int, read_text

_OURS = re.compile(r"cpu|soc|core|package|pkg|tdie|tctl|big|little|k10temp|zenpower", re.IGNORECASE)
"""What boards and drivers call the processor's sensors; their names and order vary freely."""
_NOT_OURS = re.compile(
    r"pmic|nvme|wifi|wlan|iwl|ath\d|phy\d|gpu|nouveau|radeon|batt?|charger|dimm|vrm|fan|cputin",
    re.IGNORECASE,
)
"""Other parts. CPUTIN is a pin of the mainboard's monitor chip that often hangs in the air."""
_SLOWS_CPU = re.compile(r"cpu|processor", re.IGNORECASE)
_FAN = re.compile(r"fan", re.IGNORECASE)


@dataclass(frozen=True)
class ClockPolicy:
    """The cores that share one clock, and the files that tell it in kHz."""

    cores: tuple[int, ...]
    current: Path | None
    cap: Path | None
    """The highest clock that governor, firmware and heat allow now."""
    highest_khz: int | None
    """The highest clock of the hardware."""


@dataclass(frozen=True)
class SensorFiles:
    """The files to read, once a second."""

    clocks: tuple[ClockPolicy, ...] = ()
    cpuinfo: Path | None = None
    """/proc/cpuinfo where only its "cpu MHz" tells a clock (x86 guests)."""
    temperatures: tuple[Path, ...] = ()
    """In millidegrees Celsius, the processor's only."""
    coolers: tuple[tuple[str, Path], ...] = ()
    """(name, current state): what slows the processor against heat, off at 0."""
    under_voltage: tuple[Path, ...] = ()
    """1 while a Raspberry Pi's supply is too weak."""
    pi_firmware: tuple[Path, ...] = ()
    """A Raspberry Pi's throttling bits, in hexadecimal."""


def find_sensor_files(root: Path) -> SensorFiles:
    """Look for all sensors below `root` (sysfs, procfs); takes ms, so do not call it per reading.

    Files of other devices are not opened beyond their name: reading one may wake the device.
    """
    clocks = _clock_policies(root)
    return SensorFiles(
        clocks=clocks,
        cpuinfo=None if clocks else _cpuinfo_with_clocks(root),
        temperatures=(*_hwmon_temperatures(root), *_zone_temperatures(root)),
        coolers=_coolers(root),
        under_voltage=tuple(
            alarm
            for alarm in find(root, "sys/class/hwmon/hwmon*/in0_lcrit_alarm")
            if read_text(alarm.parent / "name") == "rpi_volt"
        ),
        pi_firmware=find(root, "sys/devices/platform/soc*/*firmware*/get_throttled"),
    )


def _clock_policies(root: Path) -> tuple[ClockPolicy, ...]:
    """Group the cores by the folder that their cpufreq link leads to; an offline core has none."""
    shared: dict[Path, list[int]] = {}
    for link in find(root, "sys/devices/system/cpu/cpu[0-9]*/cpufreq"):
        if (core := link.parent.name[3:]).isdecimal():
            shared.setdefault(link.resolve(), []).append(int(core))
    return tuple(
        ClockPolicy(
            cores=tuple(sorted(cores)),
            current=_if_there(folder / "scaling_cur_freq"),
            cap=_if_there(folder / "scaling_max_freq"),
            highest_khz=read_int(folder / "cpuinfo_max_freq"),
        )
        for folder, cores in shared.items()
    )


def _if_there(path: Path) -> Path | None:
    # A file that never was must not look like one that has just vanished, at every reading.
    return path if exists(path) else None


def _cpuinfo_with_clocks(root: Path) -> Path | None:
    path = root / "proc/cpuinfo"
    # The first core's fields tell whether any core has a clock there.
    return path if "cpu MHz" in (read_text(path, limit=4096) or "") else None


def _hwmon_temperatures(root: Path) -> list[Path]:
    found = []
    for file in find(root, "sys/class/hwmon/hwmon*/temp*_input"):
        chip = read_text(file.parent / "name") or ""
        if is_other(chip):
            continue
        label = read_text(file.with_name(file.name.replace("_input", "_label"))) or ""
        if is_processor(f"{chip} {label}"):
            found.append(file)
    return found


def _zone_temperatures(root: Path) -> list[Path]:
    files = find(root, "sys/class/thermal/thermal_zone*/temp")
    return [file for file in files if is_processor(read_text(file.parent / "type") or "")]


def is_processor(name: str) -> bool:
    """Tell whether a sensor of this name is the processor's."""
    return bool(_OURS.search(name)) and not is_other(name)


def is_other(name: str) -> bool:
    """Tell whether a sensor of this name is another part's, which reading it may wake."""
    return bool(_NOT_OURS.search(name))


def slows_processor(name: str) -> bool:
    """Tell whether a cooling device of this name slows the processor, and is no fan."""
    return bool(_SLOWS_CPU.search(name)) and not _FAN.search(name)


def _coolers(root: Path) -> tuple[tuple[str, Path], ...]:
    states = find(root, "sys/class/thermal/cooling_device*/cur_state")
    named = ((read_text(state.parent / "type") or "", state) for state in states)
    return tuple((name, state) for name, state in named if slows_processor(name))
