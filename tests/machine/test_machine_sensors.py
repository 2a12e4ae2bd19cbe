import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from machine_boards import (
    CPUS,
    Tree,
    coolers,
    hwmon,
    neoverse,
    orin,
    pi4,
    pi5,
    policy,
    rk3588,
    stat,
    write_tree,
    x86_vm,
    zones,
)

from resnettui.core.machine import Reading
from resnettui.machine import sensors as sensors_module
from resnettui.machine.sensor_files import SensorFiles, find_sensor_files
from resnettui.machine.sensors import REFRESH_S, Sensors

Board = Callable[[], Tree]


class Ticking:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def first_reading(root: Path, tree: Mapping[str, str]) -> Reading:
    return Sensors(write_tree(root, tree)).read()


def test_pi4_says_all_that_holds_it_back(tmp_path: Path) -> None:
    reading = first_reading(tmp_path, pi4())
    assert reading.clock_hz == dict.fromkeys(range(4), 1_000_000_000)
    assert reading.temperature_celsius == pytest.approx(84.712)
    assert reading.throttled == (
        "thermal limit: cooling device thermal-cpufreq-0 at 3; "
        "clock capped at 1.0 of 1.8 GHz; "
        "under-voltage: the power supply is too weak"
    )


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        ("0", None),
        ("50000", None),  # It happened once; it does not now.
        ("4\n", "throttled by the firmware"),
        ("0x50005", "under-voltage: the power supply is too weak; throttled by the firmware"),
        ("e0008", "soft temperature limit of the firmware"),
    ],
)
def test_a_pis_firmware_is_heard(tmp_path: Path, bits: str, words: str | None) -> None:
    tree = pi5() | {"sys/devices/platform/soc/soc:firmware/get_throttled": bits}
    assert first_reading(tmp_path, tree).throttled == words


def test_pi5_is_not_throttled_by_its_fan(tmp_path: Path) -> None:
    reading = first_reading(tmp_path, pi5())
    assert reading.throttled is None
    assert reading.temperature_celsius == pytest.approx(52.3)
    assert reading.clock_hz[3] == 2_400_000_000


def test_rk3588_leaves_out_cores_without_a_clock(tmp_path: Path) -> None:
    reading = first_reading(tmp_path, rk3588())
    little = dict.fromkeys(range(4), 1_800_000_000)
    assert reading.clock_hz == little | {4: 2_208_000_000}  # 5 is off, 6 and 7 say 0
    assert reading.temperature_celsius == pytest.approx(66.5)
    assert reading.throttled == "clock of core 4 capped at 1.6 of 2.4 GHz"


def test_the_deepest_cap_is_named_with_its_cores(tmp_path: Path) -> None:
    tree = rk3588() | {
        f"{CPUS}/cpufreq/policy0/scaling_max_freq": "1200000\n",
        f"{CPUS}/cpufreq/policy6/scaling_max_freq": "1300000\n",
    }
    # The lowest clock is the little cores', the deepest cap is not.
    assert first_reading(tmp_path, tree).throttled == "clock of cores 6-7 capped at 1.3 of 2.4 GHz"


def test_another_chips_voltage_alarm_is_not_the_pis(tmp_path: Path) -> None:
    tree = hwmon(0, "ina3221", in0_lcrit_alarm="1")
    assert first_reading(tmp_path, tree).throttled is None


def test_orin_discards_nonsense_and_other_parts(tmp_path: Path) -> None:
    reading = first_reading(tmp_path, orin())
    assert reading.temperature_celsius == pytest.approx(48.093)
    assert reading.throttled is None
    assert reading.clock_hz[4] == 1_113_600_000


def test_neoverse_without_cpufreq_tells_no_clock(tmp_path: Path) -> None:
    reading = first_reading(tmp_path, neoverse())
    assert reading.clock_hz == {}
    assert reading.temperature_celsius == pytest.approx(57.0)
    assert reading.throttled is None


def test_x86_vm_tells_clocks_through_cpuinfo_and_no_heat(tmp_path: Path) -> None:
    reading = first_reading(tmp_path, x86_vm())
    assert reading.clock_hz == {0: 2_596_098_000}  # Core 1 says 0.000.
    assert reading.temperature_celsius is None
    assert reading.throttled is None


@pytest.mark.parametrize(
    ("tree", "celsius"),
    [
        (hwmon(0, "k10temp", temp1_input="71000", temp1_label="Tctl"), 71.0),
        (hwmon(0, "coretemp", temp2_input="64000", temp2_label="Core 0"), 64.0),
        (zones({"x86_pkg_temp": "63000", "acpitz": "90000"}), 63.0),
        (zones({"cpu-thermal": "-5000"}), -5.0),
        (zones({"cpu-thermal": "0"}), None),
        (zones({"cpu-thermal": "150001"}), None),
        (zones({"iwlwifi_1": "70000", "BAT0": "40000", "pmic_core": "99000"}), None),
        (hwmon(0, "amdgpu", temp1_input="80000", temp1_label="core"), None),
        (hwmon(0, "nct6775", temp1_input="125000", temp1_label="CPUTIN"), None),
    ],
)
def test_only_the_processors_sane_sensors_count(
    tmp_path: Path, tree: Tree, celsius: float | None
) -> None:
    assert first_reading(tmp_path, tree).temperature_celsius == celsius


def test_the_hotter_of_hwmon_and_zones_counts(tmp_path: Path) -> None:
    tree = hwmon(0, "cpu_thermal", temp1_input="50000") | zones({"soc-thermal": "60000"})
    assert first_reading(tmp_path, tree).temperature_celsius == 60.0


def trips(**points: str) -> Tree:
    """Return the trip points of the first thermal zone: type -> temp."""
    folder = "sys/class/thermal/thermal_zone0"
    tree: Tree = {}
    for index, (kind, text) in enumerate(points.items()):
        tree[f"{folder}/trip_point_{index}_type"] = f"{kind}\n"
        tree[f"{folder}/trip_point_{index}_temp"] = f"{text}\n"
    return tree


ZONE = zones({"cpu-thermal": "70000"})


@pytest.mark.parametrize(
    ("tree", "headroom"),
    [
        (ZONE | trips(active="50000", passive="75000", critical="95000"), 5.0),
        (ZONE | trips(critical="110000"), 40.0),
        (ZONE | trips(hot="68000"), -2.0),
        (ZONE | trips(active="50000"), None),
        (ZONE | trips(critical="0"), None),
        (ZONE | trips(critical="<unknown>"), None),
        (ZONE | trips(critical="65261850"), None),
        (ZONE, None),
        (hwmon(0, "coretemp", temp1_input="64000", temp1_label="Core 0", temp1_crit="100000"), 36),
        # Drivers write a constant into max that limits nothing.
        (hwmon(0, "k10temp", temp1_input="71000", temp1_label="Tctl", temp1_max="70000"), None),
        (zones({"cpu-thermal": "<off>"}) | trips(passive="75000"), None),
    ],
)
def test_the_sensor_nearest_to_its_limit_counts(
    tmp_path: Path, tree: Tree, headroom: float | None
) -> None:
    assert first_reading(tmp_path, tree).headroom_celsius == headroom


def cpu_stat(stops: int, stopped: int, unit: str) -> str:
    return f"nr_periods 9\nnr_throttled {stops}\nthrottled_{unit} {stopped}\nnr_bursts 0\n"


V1 = ("4:cpu,cpuacct:/docker/ab\n0::/\n", "sys/fs/cgroup/cpu,cpuacct/docker/ab")
V2 = ("0::/user.slice/a.scope\n", "sys/fs/cgroup/user.slice/a.scope")


@pytest.mark.parametrize(
    ("cgroup", "folder", "unit", "scale"),
    [(*V1, "time", 10**9), (*V2, "usec", 10**6)],
    ids=["v1", "v2"],
)
def test_what_the_quota_stopped_is_counted_since_the_reading_before(
    tmp_path: Path, cgroup: str, folder: str, unit: str, scale: int
) -> None:
    tree = {"proc/self/cgroup": cgroup, f"{folder}/cpu.stat": cpu_stat(4, 7 * scale, unit)}
    # A parent was stopped, too, but less.
    parent = f"{Path(folder).parent}/cpu.stat"
    sensors = Sensors(write_tree(tmp_path, tree | {parent: cpu_stat(0, 0, unit)}))
    first = sensors.read()
    assert (first.quota_stops, first.quota_stopped_s) == (None, None)
    write_tree(tmp_path, {parent: cpu_stat(1, 9 * scale, unit)})
    write_tree(tmp_path, {f"{folder}/cpu.stat": cpu_stat(7, 7 * scale + scale // 2, unit)})
    reading = sensors.read()
    assert reading.quota_stops == 3
    assert reading.quota_stopped_s == pytest.approx(0.5)
    still = sensors.read()
    assert (still.quota_stops, still.quota_stopped_s) == (0, 0.0)


@pytest.mark.parametrize("text", ["", "usage_usec 5\n", "nr_throttled\n", "nr_throttled x\n"])
def test_a_cgroup_that_counts_no_stops_leaves_them_unknown(tmp_path: Path, text: str) -> None:
    tree = {"proc/self/cgroup": V2[0], f"{V2[1]}/cpu.stat": text}
    sensors = Sensors(write_tree(tmp_path, tree))
    sensors.read()
    assert sensors.read().quota_stops is None


def test_the_threads_of_the_workers_are_looked_at(tmp_path: Path) -> None:
    file = "proc/7/task/7/schedstat"
    clock = Ticking()
    sensors = Sensors(write_tree(tmp_path, {file: "1000000000 1000000000 1\n"}), clock)
    assert sensors.read((7,)).waited_s is None
    write_tree(tmp_path, {file: "1750000000 1250000000 1\n"})
    clock.now += 1.0
    reading = sensors.read((7,))
    assert (reading.interval_s, reading.ran_s, reading.waited_s) == (1.0, 0.75, 0.25)
    assert reading.switches is None


def test_a_cap_within_rounding_is_none_and_a_small_one_shows_its_digits(tmp_path: Path) -> None:
    rounded = policy(range(1), "1", 2_399_000, 2_400_000)
    assert first_reading(tmp_path / "a", rounded).throttled is None
    small = policy(range(1), "1", 1_760_000, 1_800_000)
    assert first_reading(tmp_path / "b", small).throttled == "clock capped at 1.76 of 1.80 GHz"


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("Processor", True),
        ("cpufreq-cpu4", True),
        ("thermal-cpufreq-1", True),
        ("Fan", False),
        ("cpu-fan", False),
        ("gpu-throttle-alert", False),
    ],
)
def test_only_what_slows_the_processor_is_throttling(
    tmp_path: Path, name: str, heard: bool
) -> None:
    words = f"thermal limit: cooling device {name} at 1"
    assert first_reading(tmp_path, coolers({name: 1})).throttled == (words if heard else None)


def reread(root: Path, before: Mapping[int, tuple[int, int]], after: str) -> Mapping[int, float]:
    sensors = Sensors(write_tree(root, {"proc/stat": stat(before)}))
    assert sensors.read().core_use == {}
    (root / "proc/stat").write_text(after)
    return sensors.read().core_use


def test_use_is_keyed_by_core_id_and_counts_waiting_as_idle(tmp_path: Path) -> None:
    after = stat({1: (125, 975), 4: (200, 900)})
    assert reread(tmp_path, {1: (100, 900), 4: (100, 900)}, after) == {1: 0.25, 4: 1.0}


def test_a_core_that_goes_offline_is_left_out_and_shifts_no_other(tmp_path: Path) -> None:
    before = {0: (100, 900), 1: (100, 900), 2: (500, 500)}
    after = stat({0: (110, 990), 2: (550, 550)})
    assert reread(tmp_path, before, after) == {0: 0.1, 2: 0.5}


def test_a_core_that_comes_back_has_no_use_before_its_second_reading(tmp_path: Path) -> None:
    sensors = Sensors(write_tree(tmp_path, {"proc/stat": stat({0: (0, 0)})}))
    sensors.read()
    (tmp_path / "proc/stat").write_text(stat({0: (10, 0), 1: (9000, 9000)}))
    assert sensors.read().core_use == {0: 1.0}
    (tmp_path / "proc/stat").write_text(stat({0: (20, 0), 1: (9001, 9003)}))
    assert sensors.read().core_use == {0: 1.0, 1: 0.25}


def test_counters_that_run_backwards_give_no_nonsense(tmp_path: Path) -> None:
    before = dict.fromkeys(range(5), (100, 900))
    after = stat({0: (5, 10), 1: (200, 899), 2: (200, 850), 3: (100, 900), 4: (50, 1000)})
    # 0 restarted; 1 lost a tick of iowait while busy; 3 stands still; 2 and 4 make no sense.
    assert reread(tmp_path, before, after) == {1: 1.0}


@pytest.mark.parametrize("text", ["", "cpu0\n", "cpu0 1 2\n", "cpu0 a b c d\ncpux 1 2 3 4\n"])
def test_a_nonsense_stat_gives_no_use(tmp_path: Path, text: str) -> None:
    assert reread(tmp_path, {0: (100, 900)}, text) == {}


@pytest.mark.parametrize("board", [pi4, rk3588, orin, x86_vm])
@pytest.mark.parametrize("text", ["", "<unknown>", "\0", "-999999", "0", "ÿ"])
def test_nonsense_in_every_file_gives_no_number(tmp_path: Path, board: Board, text: str) -> None:
    def kept(name: str, old: str) -> bool:
        return name.endswith(("/name", "/type", "_label")) or old.startswith("->")

    files = {name: old if kept(name, old) else text for name, old in board().items()}
    sensors = Sensors(write_tree(tmp_path, files))
    sensors.read()
    reading = sensors.read()
    assert reading.core_use == {}
    assert reading.temperature_celsius is None
    assert reading.throttled is None
    assert reading.clock_hz == {}


def counting_searches(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    searches: list[Path] = []

    def counted(root: Path) -> SensorFiles:
        searches.append(root)
        return find_sensor_files(root)

    monkeypatch.setattr(sensors_module, "find_sensor_files", counted)
    return searches


@pytest.mark.parametrize("board", [pi4, rk3588, neoverse, x86_vm])
def test_sensors_are_looked_for_once_in_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, board: Board
) -> None:
    searches, clock = counting_searches(monkeypatch), Ticking()
    sensors = Sensors(write_tree(tmp_path, board()), clock)
    for _ in range(5):
        sensors.read()
        clock.now += 1.0
    assert len(searches) == 1
    clock.now += REFRESH_S
    sensors.read()
    assert len(searches) == 2


def test_files_that_never_were_and_files_that_do_not_answer_start_no_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = counting_searches(monkeypatch)
    tree = pi4() | zones({"cpu-thermal": "not a number"})
    tree.pop(f"{CPUS}/cpufreq/policy0/scaling_cur_freq")
    sensors = Sensors(write_tree(tmp_path, tree))
    for _ in range(4):
        sensors.read()
    assert len(searches) == 1


def test_a_vanished_file_is_looked_for_anew(tmp_path: Path) -> None:
    sensors = Sensors(write_tree(tmp_path, zones({"cpu-thermal": "50000"})))
    assert sensors.read().temperature_celsius == 50.0
    zone = tmp_path / "sys/class/thermal/thermal_zone0"
    zone.rename(zone.with_name("thermal_zone7"))
    assert sensors.read().temperature_celsius is None
    assert sensors.read().temperature_celsius == 50.0


def test_a_core_that_comes_online_brings_its_clock(tmp_path: Path) -> None:
    sensors = Sensors(write_tree(tmp_path, rk3588()))
    assert 5 not in sensors.read().clock_hz
    (tmp_path / f"{CPUS}/cpu5").mkdir()
    (tmp_path / f"{CPUS}/cpu5/cpufreq").symlink_to(tmp_path / f"{CPUS}/cpufreq/policy4")
    (tmp_path / "proc/stat").write_text(stat(dict.fromkeys(range(8), (200, 900))))
    assert sensors.read().clock_hz[5] == 2_208_000_000


class FakeProcesses:
    """Processes with the CPU seconds that a test gives them; a pid that is not there has ended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds: dict[int, float] = {}
        monkeypatch.setattr(psutil, "Process", self.process)

    def process(self, pid: int) -> object:
        self.times(pid)
        return SimpleNamespace(cpu_times=lambda: self.times(pid))

    def times(self, pid: int) -> object:
        if pid not in self.seconds:
            raise psutil.NoSuchProcess(pid)
        return SimpleNamespace(user=self.seconds[pid] * 0.75, system=self.seconds[pid] * 0.25)


def test_worker_cores_are_summed_over_the_time_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes, clock = FakeProcesses(monkeypatch), Ticking()
    sensors = Sensors(tmp_path, clock)
    processes.seconds = {7: 10.0, 8: 20.0}
    assert sensors.read((7, 8)).worker_cores is None
    processes.seconds = {7: 13.0, 8: 21.0}
    clock.now += 2.0
    assert sensors.read((7, 8)).worker_cores == pytest.approx(2.0)


def test_workers_that_come_and_go_are_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes, clock = FakeProcesses(monkeypatch), Ticking()
    sensors = Sensors(tmp_path, clock)
    processes.seconds = {7: 10.0, 8: 20.0}
    sensors.read((7, 8))
    clock.now += 1.0
    processes.seconds = {8: 20.5, 9: 300.0}  # 7 ended, 9 is new with a past of its own.
    assert sensors.read((7, 8, 9)).worker_cores == pytest.approx(0.5)
    clock.now += 1.0
    processes.seconds = {8: 1.0}  # Another process took the pid.
    assert sensors.read((8,)).worker_cores is None
    clock.now += 1.0
    assert sensors.read(()).worker_cores is None


def test_no_time_between_readings_divides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeProcesses(monkeypatch).seconds = {7: 1.0}
    sensors = Sensors(tmp_path, Ticking())
    sensors.read((7,))
    reading = sensors.read((7,))
    assert (reading.worker_cores, reading.ui_cores) == (None, None)


def test_ui_cores_are_this_process_between_two_readings(tmp_path: Path) -> None:
    clock, ui_clock = Ticking(), Ticking()
    sensors = Sensors(tmp_path, clock, ui_clock)
    assert sensors.read().ui_cores is None
    clock.now += 4.0
    ui_clock.now += 0.02
    reading = sensors.read()
    assert reading.ui_cores == pytest.approx(0.005)
    assert reading.at_s == clock.now


def test_without_procfs_psutil_tells_the_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "cpu_percent", lambda percpu: [50.0, 0.0] if percpu else 25.0)
    sensors = Sensors(tmp_path)
    assert sensors.read().core_use == {}
    assert sensors.read().core_use == {0: 0.5, 1: 0.0}


def test_where_psutil_fails_too_no_use_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(percpu: bool) -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "cpu_percent", fail)
    sensors = Sensors(tmp_path)
    assert [sensors.read().core_use for _ in range(2)] == [{}, {}]


def test_this_machine_is_read() -> None:
    sensors = Sensors()
    sensors.read((os.getpid(),))
    reading = sensors.read((os.getpid(), 2**22 + 1))
    assert all(0 <= share <= 1 for share in reading.core_use.values())
    assert reading.ui_cores is not None
