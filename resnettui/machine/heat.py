"""How hot the board is and may become, what cools it, and what has held its processor back."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from pathlib import Path

from resnettui.core.board import Cooler, Temperature, Throttling
from resnettui.machine.probe import CPUS
from resnettui.machine.sensor_files import is_other, is_processor, slows_processor
from resnettui.machine.signals import COLDEST_MC, HOTTEST_MC, PI_FIRMWARE
from resnettui.machine.sysfs import find, is_this_machine, note, read_int, read_text

_THERMAL = "sys/class/thermal"
_TRIPS = ("passive", "hot", "critical")
"""The trip points at which something is slowed or switched off; "active" ones start a fan."""
_COLDEST_LIMIT_MC = 30_000
"""A limit below it is the register of a sensor that nobody set."""
_SINCE_BOOT_SHIFT = 16
_UNDER_VOLTAGE = 1
_VCGENCMD_FILE = "vcgencmd/get_throttled"
"""Where a captured tree keeps what the command `vcgencmd get_throttled` said."""
_VCGENCMD_PATIENCE_S = 2.0


def read_temperatures(root: Path) -> tuple[Temperature, ...]:
    """Return the sensors of processor and board; what reading may wake, as a disk, is left out."""
    zones = [t for folder in find(root / _THERMAL, "thermal_zone*") if (t := _zone(folder))]
    # The kernel shows a thermal zone once more as a hwmon device.
    mirrored = {zone.name.replace("-", "_") for zone in zones}
    files = find(root, "sys/class/hwmon/hwmon*/temp*_input")
    chips = [t for file in files if (t := _hwmon(file)) and t.name not in mirrored]
    return (*zones, *chips)


def _zone(folder: Path) -> Temperature | None:
    name = read_text(folder / "type") or ""
    celsius = None if is_other(name) else _celsius(folder / "temp")
    if celsius is None:
        return None
    limits = _limits(
        (kind, read_int(file.with_name(file.name.replace("_type", "_temp"))))
        for file in find(folder, "trip_point_*_type")
        if (kind := read_text(file) or "") in _TRIPS
    )
    return Temperature(name or folder.name, celsius, is_processor(name), limits)


def _hwmon(file: Path) -> Temperature | None:
    chip = read_text(file.parent / "name") or ""
    if is_other(chip):
        return None
    label = read_text(file.with_name(file.name.replace("_input", "_label"))) or ""
    name = f"{chip} {label}".strip() or file.parent.name
    celsius = None if is_other(name) else _celsius(file)
    if celsius is None:
        return None
    limits = _limits(
        (kind, read_int(file.with_name(file.name.replace("_input", f"_{kind}"))))
        for kind in ("max", "crit")
    )
    return Temperature(name, celsius, is_processor(name), limits)


def _celsius(file: Path) -> float | None:
    """Return a sane temperature; exactly 0 is a sensor that is off."""
    value = read_int(file)
    if value is None or value == 0 or not COLDEST_MC < value <= HOTTEST_MC:
        return None
    return value / 1000


def _limits(told: Iterable[tuple[str, int | None]]) -> dict[str, float]:
    """Return sane limits in degrees Celsius; of several of a kind the lowest."""
    found: dict[str, float] = {}
    for kind, value in told:
        if value is not None and _COLDEST_LIMIT_MC <= value <= HOTTEST_MC:
            found[kind] = min(value / 1000, found.get(kind, value / 1000))
    return found


def read_coolers(root: Path) -> tuple[Cooler, ...]:
    """Return the cooling devices that tell their name and state."""
    found = []
    for folder in find(root / _THERMAL, "cooling_device*"):
        name, state = read_text(folder / "type"), read_int(folder / "cur_state")
        if name and state is not None and state >= 0:
            highest = read_int(folder / "max_state")
            changes = read_int(folder / "stats/total_trans")
            found.append(Cooler(name, state, highest, slows_processor(name), changes))
    return tuple(found)


def read_throttling(root: Path, online: Sequence[int]) -> Throttling:
    """Return what a Raspberry Pi's firmware, its supply's monitor and x86's own counters say."""
    told = _told_bits(root)
    bits = reduce(or_, told, _supply_alarm(root))
    since_boot = bits | bits >> _SINCE_BOOT_SHIFT
    return Throttling(
        now=_words(bits),
        since_boot=_words(since_boot),
        under_voltage_now=bool(bits & _UNDER_VOLTAGE),
        under_voltage_since_boot=bool(since_boot & _UNDER_VOLTAGE),
        events=_events(root, online),
        firmware_told=bool(told),
    )


def _words(bits: int) -> tuple[str, ...]:
    return tuple(words for bit, words in PI_FIRMWARE if bits & bit and bit != _UNDER_VOLTAGE)


def _told_bits(root: Path) -> list[int]:
    """Return the bits that the firmware told, of each way to ask it that answered."""
    paths = find(root, "sys/devices/platform/soc*/*firmware*/get_throttled")
    asked = [_vcgencmd(root), *(read_int(path, 16) for path in paths)]
    return [bits for bits in asked if bits is not None and bits >= 0]


def _supply_alarm(root: Path) -> int:
    """Return the bit of a weak supply where the supply's own monitor raises an alarm."""
    for alarm in find(root, "sys/class/hwmon/hwmon*/in0_lcrit_alarm"):
        if read_text(alarm.parent / "name") == "rpi_volt" and read_int(alarm) == 1:
            return _UNDER_VOLTAGE
    return 0


def _vcgencmd(root: Path) -> int | None:
    """Return the bits of "throttled=0x50005"."""
    kept = root / _VCGENCMD_FILE
    text = _ask_vcgencmd(kept) if is_this_machine(root) else read_text(kept)
    name, _, value = (text or "").strip().partition("=")
    try:
        return int(value, 16) if name == "throttled" else None
    except ValueError:
        return None


def _ask_vcgencmd(kept: Path) -> str | None:
    command = shutil.which("vcgencmd")
    if command is None:
        return None
    try:
        done = subprocess.run(
            (command, "get_throttled"),
            capture_output=True,
            check=True,
            timeout=_VCGENCMD_PATIENCE_S,
        )
    except (OSError, subprocess.SubprocessError):  # No access to its device, or no answer.
        return None
    note(kept, done.stdout)
    return done.stdout.decode("utf-8", "replace")


def _events(root: Path, online: Sequence[int]) -> int | None:
    folders = [root / CPUS / f"cpu{core}" / "thermal_throttle" for core in online]
    cores = [read_int(folder / "core_throttle_count") for folder in folders]
    packages = [read_int(folder / "package_throttle_count") for folder in folders]
    told = [count for count in cores if count is not None]
    # Every core of a package repeats the package's count.
    return sum(told) + max(filter(None, packages), default=0) if told else None
