import os
from collections.abc import Callable
from pathlib import Path

import pytest
from machine_boards import CPUS, Tree, write_tree
from triage_boards import (
    TRIAGED,
    container_v1,
    container_v2,
    meminfo,
    shared_cache,
    task,
    triaged_neoverse,
    triaged_orin,
    triaged_pi4,
    triaged_rk3588,
    triaged_vm,
)

from resnettui.core.board import Board, Cache, Memory, NumaNode, Program
from resnettui.core.triage import findings_of
from resnettui.machine.caches import read_caches
from resnettui.machine.look import identify, look
from resnettui.machine.sysfs import find

Made = Callable[[], Tree]


def look_at(root: Path, tree: Tree) -> Board:
    return look(write_tree(root, tree))


@pytest.mark.parametrize(("make", "keys"), TRIAGED.values(), ids=TRIAGED)
def test_every_board_has_its_findings(tmp_path: Path, make: Made, keys: tuple[str, ...]) -> None:
    root = write_tree(tmp_path, make())
    machine = identify(root)
    findings = findings_of(look(root, machine), machine)
    assert tuple(finding.key for finding in findings) == keys
    assert all(finding.fact and finding.advice for finding in findings)
    assert not any("\n" in finding.fact + finding.advice for finding in findings)


def test_a_pi_tells_now_and_since_boot_apart(tmp_path: Path) -> None:
    board = look_at(tmp_path, triaged_pi4())
    throttling = board.throttling
    assert throttling.now == ("throttled by the firmware",)
    assert throttling.since_boot == ("throttled by the firmware",)
    assert (throttling.under_voltage_now, throttling.under_voltage_since_boot) == (False, True)
    (sensor,) = board.temperatures
    assert (sensor.name, sensor.celsius, sensor.of_processor) == ("cpu-thermal", 84.712, True)
    assert sensor.limits_celsius == {"critical": 110.0}
    fan = next(cooler for cooler in board.coolers if cooler.name == "pwm-fan")
    assert (fan.state, fan.slows_processor) == (2, False)


def test_clusters_are_told_by_strength_with_their_kind_and_clock(tmp_path: Path) -> None:
    big, little = look_at(tmp_path, triaged_rk3588()).clusters
    assert (big.name, big.cores, big.kind, big.capacity) == ("big", (4, 6, 7), "Cortex-A76", 1024)
    assert (little.name, little.cores, little.kind) == ("little", (0, 1, 2, 3), "Cortex-A55")
    # Core 4 is capped; cores 6 and 7, of a slower bin, are not.
    assert (big.clock.cap_hz, big.clock.highest_hz) == (1_608_000_000, 2_400_000_000)
    assert (big.clock.current_hz, big.clock.governor) == (2_208_000_000, "schedutil")
    assert little.clock.lowest_hz == 408_000_000
    assert "asimddp" in little.isa


def test_a_slower_bin_is_not_a_cap(tmp_path: Path) -> None:
    tree = triaged_rk3588() | {f"{CPUS}/cpufreq/policy4/scaling_max_freq": "2400000\n"}
    big, _ = look_at(tmp_path, tree).clusters
    assert big.clock.cap_hz == big.clock.highest_hz == 2_400_000_000


def test_cores_that_are_possible_but_not_there_are_not_offline(tmp_path: Path) -> None:
    assert look_at(tmp_path / "orin", triaged_orin()).offline == (8, 9, 10, 11)
    tree = triaged_vm() | {f"{CPUS}/possible": "0-127\n", f"{CPUS}/offline": "2-127\n"}
    assert look_at(tmp_path / "vm", tree).offline == ()


def test_caches_are_counted_with_the_cores_that_share_them(tmp_path: Path) -> None:
    tree = triaged_pi4() | shared_cache(range(4), (3, "Unified"), "8M", 2, by=2)
    assert look_at(tmp_path, tree).caches == (
        Cache(1, "Data", 32 << 10, ((0,), (1,), (2,), (3,))),
        Cache(2, "Unified", 1 << 20, ((0, 1, 2, 3),)),
        Cache(3, "Unified", 8 << 20, ((0, 1), (2, 3))),
    )


@pytest.mark.parametrize("missing", ["size", "level", "type"])
def test_a_cache_that_does_not_tell_all_of_itself_is_left_out(tmp_path: Path, missing: str) -> None:
    tree = shared_cache(range(1), (3, "Unified"), "8M", 2)
    del tree[f"{CPUS}/cpu0/cache/index2/{missing}"]
    assert read_caches(write_tree(tmp_path, tree), (0,)) == ()


def test_memory_and_swap_are_told_in_bytes(tmp_path: Path) -> None:
    kib = {"proc/meminfo": meminfo(8000, 3000, 500, 400)["proc/meminfo"]}
    assert look_at(tmp_path / "swapping", triaged_vm() | kib).memory == Memory(
        8000 << 10, 3000 << 10, 500 << 10, 100 << 10
    )
    none = {"proc/meminfo": "MemTotal: 8000 kB\n"}
    assert look_at(tmp_path / "untold", triaged_vm() | none).memory == Memory(8000 << 10)


def test_numa_nodes_have_cores_and_memory(tmp_path: Path) -> None:
    node = NumaNode(0, tuple(range(40)), 131917500 * 1024)
    nodes = look_at(tmp_path, triaged_neoverse()).numa
    assert (nodes[0], len(nodes)) == (node, 2)


def test_a_v2_group_tells_its_quota_and_what_is_left_of_its_memory(tmp_path: Path) -> None:
    board = look_at(tmp_path, container_v2())
    group = board.group
    assert (group.version, group.quota_cores) == (2, 1.5)
    assert (group.periods, group.throttled_periods, group.throttled_ns) == (200, 150, 7 * 10**9)
    assert board.memory.limit_bytes == 600 << 20
    assert board.memory.available_bytes == 150 << 20
    assert board.cpuset == (2, 3, 4, 5)


def test_a_v1_group_tells_the_same(tmp_path: Path) -> None:
    board = look_at(tmp_path, container_v1())
    group = board.group
    assert (group.version, group.quota_cores, group.throttled_periods) == (1, 1.5, 0)
    assert group.throttled_ns == 0
    assert board.memory.available_bytes == 1 << 30


def test_the_group_that_was_held_back_most_is_told(tmp_path: Path) -> None:
    inner = {
        "sys/fs/cgroup/pod/inner/cpu.max": "max 100000\n",
        "sys/fs/cgroup/pod/inner/cpu.stat": "nr_periods 9\nnr_throttled 3\nthrottled_usec 1\n",
        "proc/self/cgroup": "0::/pod/inner\n",
    }
    group = look_at(tmp_path, container_v2() | inner).group
    assert (group.periods, group.throttled_periods) == (200, 150)


def test_other_programs_are_named_and_our_own_are_not(tmp_path: Path) -> None:
    load = look_at(tmp_path, triaged_vm()).load
    # 50 ticks of each core lie between the looks; 90 were busy, 20 of them our own.
    assert load.cores == pytest.approx(70 / 50)
    assert load.programs == (Program(90, "stress (1)", 45 / 50),)
    assert load.stolen == pytest.approx(4 / 100)


def test_what_came_between_the_looks_counts_from_its_beginning(tmp_path: Path) -> None:
    came = {
        "later/proc/79/stat": task(79, "second worker", 77, 15),
        "later/proc/92/stat": task(92, "come", 1, 10),
    }
    load = look_at(tmp_path, triaged_vm() | came).load
    assert load.cores == pytest.approx(55 / 50)
    assert load.programs == (Program(90, "stress (1)", 45 / 50), Program(92, "come", 10 / 50))


def test_one_look_tells_no_load(tmp_path: Path) -> None:
    load = look_at(tmp_path, triaged_pi4()).load
    assert (load.cores, load.programs, load.stolen) == (None, (), None)
    assert load.averages == (0.52, 0.4, 0.3)


@pytest.mark.parametrize("text", ["", "soon 0.1 0.2\n", "0.1 nan 0.2\n"])
def test_averages_that_are_no_numbers_are_not_told(tmp_path: Path, text: str) -> None:
    assert look_at(tmp_path, triaged_pi4() | {"proc/loadavg": text}).load.averages == ()


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"sys/class/dmi/id/sys_vendor": "QEMU\n"}, "KVM"),
        ({"sys/class/dmi/id/sys_vendor": "Amazon EC2\n"}, "Amazon EC2"),
        (
            {
                "sys/class/dmi/id/sys_vendor": "Amazon EC2\n",
                "sys/class/dmi/id/product_name": "c7g.metal\n",
            },
            "",
        ),
        ({"sys/hypervisor/type": "xen\n"}, "Xen"),
        ({"proc/device-tree/hypervisor/compatible": "linux,kvm\0"}, "virtual"),
        ({"proc/cpuinfo": "vendor_id : GenuineIntel\nflags : fpu hypervisor avx2\n"}, "virtual"),
        ({}, ""),
    ],
)
def test_a_virtual_machine_is_known_by_firmware_or_processor(
    tmp_path: Path, files: Tree, name: str
) -> None:
    assert look_at(tmp_path, {f"{CPUS}/online": "0\n", **files}).virtual == name


def test_an_x86_processor_counts_its_own_thermal_events(tmp_path: Path) -> None:
    folder = f"{CPUS}/cpu{{}}/thermal_throttle"
    counts: Tree = {}
    for core, count in enumerate((2, 3)):
        counts[f"{folder.format(core)}/core_throttle_count"] = f"{count}\n"
        counts[f"{folder.format(core)}/package_throttle_count"] = "7\n"
    assert look_at(tmp_path, triaged_vm() | counts).throttling.events == 12


NONSENSE = {
    "empty": "",
    "words": "<unknown>\n",
    "minus": "-1\n",
    "zero": "0\n",
    "huge": "9" * 400,
    "bytes": "\x00\x7f\n\t::\n(,)",
    "ranges": "9-1,,-5,99999999999-,x-y\n",
}


@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize("board", ["pi4", "rk3588", "container v2", "container v1", "vm"])
def test_nonsense_in_every_file_never_raises(tmp_path: Path, board: str, text: str) -> None:
    make, _ = TRIAGED[board]
    tree = {n: t if t.startswith("-> ") else text for n, t in make().items()}
    root = write_tree(tmp_path, tree)
    machine = identify(root)
    seen = look(root, machine)
    assert seen.throttling.now == ()
    assert findings_of(seen, machine) == findings_of(seen, machine)


def test_folders_in_the_place_of_files_never_raise(tmp_path: Path) -> None:
    for name, text in triaged_rk3588().items():
        if not text.startswith("-> "):
            (tmp_path / name).mkdir(parents=True, exist_ok=True)
    assert look(tmp_path).clusters[0].kind is None


def test_an_empty_tree_tells_nothing(tmp_path: Path) -> None:
    board = look(tmp_path)
    assert (board.caches, board.temperatures, board.load.cores) == ((), (), None)
    assert board.memory.total_bytes is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_never_raise(tmp_path: Path) -> None:
    root = write_tree(tmp_path, triaged_pi4())
    for path in find(root, "**/*"):
        if path.is_file():
            path.chmod(0)
    assert look(root).temperatures == ()


def test_this_machine_can_be_looked_at() -> None:
    machine = identify()
    board = look(machine=machine)
    assert sum(len(cluster.cores) for cluster in board.clusters) == len(machine.cores_online)
    assert board.kernel
