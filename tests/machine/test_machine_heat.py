import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from machine_boards import hwmon, write_tree, zones
from triage_boards import trip

from resnettui.core.board import Temperature
from resnettui.machine import heat
from resnettui.machine.heat import read_coolers, read_temperatures, read_throttling


def test_a_hwmon_device_has_its_limits_and_its_label(tmp_path: Path) -> None:
    tree = hwmon(
        *(0, "coretemp"),
        temp1_input="61000",
        temp1_label="Package id 0",
        temp1_max="80000",
        temp1_crit="100000",
        temp2_input="0",
    )
    assert read_temperatures(write_tree(tmp_path, tree)) == (
        Temperature("coretemp Package id 0", 61.0, True, {"max": 80.0, "crit": 100.0}),
    )


def test_a_zone_that_is_a_hwmon_device_too_stands_once(tmp_path: Path) -> None:
    tree = zones({"cpu-thermal": "50000"}) | hwmon(0, "cpu_thermal", temp1_input="50000")
    assert [t.name for t in read_temperatures(write_tree(tmp_path, tree))] == ["cpu-thermal"]


def test_devices_that_reading_may_wake_are_left_alone(tmp_path: Path) -> None:
    tree = zones({"gpu-thermal": "50000", "acpitz": "40000"})
    tree |= hwmon(0, "nvme", temp1_input="50000")
    (sensor,) = read_temperatures(write_tree(tmp_path, tree))
    assert (sensor.name, sensor.of_processor) == ("acpitz", False)


def test_active_trips_and_registers_that_nobody_set_are_no_limits(tmp_path: Path) -> None:
    tree = zones({"soc-thermal": "50000"})
    tree |= trip(0, 0, "active", 45000) | trip(0, 1, "hot", 0) | trip(0, 2, "passive", 95000)
    tree |= trip(0, 3, "passive", 75000) | trip(0, 4, "critical", 255000)
    (sensor,) = read_temperatures(write_tree(tmp_path, tree))
    assert sensor.limits_celsius == {"passive": 75.0}
    assert sensor.limit == ("passive", 75.0)


def test_a_cooler_without_a_state_is_none(tmp_path: Path) -> None:
    tree = {"sys/class/thermal/cooling_device0/type": "pwm-fan\n"}
    assert read_coolers(write_tree(tmp_path, tree)) == ()


@pytest.mark.parametrize(
    ("said", "now", "before", "weak"),
    [
        ("throttled=0x0\n", (), (), (False, False)),
        ("throttled=0x50000\n", (), ("throttled by the firmware",), (False, True)),
        (
            "throttled=0x80008\n",
            *[("soft temperature limit of the firmware",)] * 2,
            (False, False),
        ),
        ("throttled=0x1\n", (), (), (True, True)),
        ("VCHI initialization failed\n", (), (), (False, False)),
        ("throttled=soon\n", (), (), (False, False)),
    ],
)
def test_the_firmwares_bits_are_words(
    tmp_path: Path,
    said: str,
    now: tuple[str, ...],
    before: tuple[str, ...],
    weak: tuple[bool, bool],
) -> None:
    root = write_tree(tmp_path, {"vcgencmd/get_throttled": said})
    got = read_throttling(root, (0,))
    assert (got.now, got.since_boot) == (now, before)
    assert (got.under_voltage_now, got.under_voltage_since_boot) == weak


@pytest.mark.parametrize(
    ("name", "alarm", "weak"),
    [("rpi_volt", "1", True), ("rpi_volt", "0", False), ("other", "1", False)],
)
def test_the_supplys_own_monitor_tells_that_it_is_weak_now(
    tmp_path: Path, name: str, alarm: str, weak: bool
) -> None:
    root = write_tree(tmp_path, hwmon(1, name, in0_lcrit_alarm=alarm))
    assert read_throttling(root, (0,)).under_voltage_now is weak


def test_the_firmwares_file_says_it_without_the_command(tmp_path: Path) -> None:
    file = "sys/devices/platform/soc/soc:firmware/get_throttled"
    got = read_throttling(write_tree(tmp_path, {file: "50005\n"}), (0,))
    assert got.now == ("throttled by the firmware",)
    assert got.under_voltage_now


@pytest.mark.parametrize(
    ("said", "told"), [("throttled=0x0\n", True), ("throttled=soon\n", False), ("", False)]
)
def test_a_firmware_that_says_nothing_is_wrong_has_said_something(
    tmp_path: Path, said: str, told: bool
) -> None:
    got = read_throttling(write_tree(tmp_path, {"vcgencmd/get_throttled": said}), (0,))
    assert (got.now, got.firmware_told) == ((), told)


def test_the_command_is_asked_on_the_machine_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/vcgencmd")
    monkeypatch.setattr(
        subprocess, "run", lambda *_a, **_k: SimpleNamespace(stdout=b"throttled=0x4\n")
    )
    assert heat._vcgencmd(Path("/")) == 4


@pytest.mark.parametrize(
    "error", [PermissionError(), subprocess.TimeoutExpired("vcgencmd", 2)], ids=["denied", "silent"]
)
def test_a_command_that_fails_says_nothing(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_words: object, **_how: object) -> None:
        raise error

    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/vcgencmd")
    monkeypatch.setattr(subprocess, "run", fail)
    assert heat._vcgencmd(Path("/")) is None
