import os
from pathlib import Path

import psutil
import pytest
from machine_boards import CPUS, MEMINFO, Tree, pi4, rk3588, write_tree

from resnettui.machine.limits import read_limits

GIB = 1 << 30


def eight_cores() -> Tree:
    return {
        f"{CPUS}/online": "0-7\n",
        "proc/self/status": "Cpus_allowed_list:\t0-7\n",
        "proc/meminfo": MEMINFO.format(16 * 1024 * 1024),
    }


def container_v2() -> Tree:
    group = "sys/fs/cgroup/kubepods/pod1"
    return eight_cores() | {
        "proc/self/cgroup": "0::/kubepods/pod1/inner\n",
        "sys/fs/cgroup/kubepods/cpu.max": "400000 100000\n",
        f"{group}/cpu.max": "150000 100000\n",
        f"{group}/memory.max": f"{2 * GIB}\n",
        f"{group}/cpuset.cpus.effective": "2-6\n",
        f"{group}/inner/cpu.max": "max 100000\n",
        f"{group}/inner/memory.max": "max\n",
    }


def container_v1() -> Tree:
    # As Docker mounts it: the path in /proc/self/cgroup is the host's and not there.
    return eight_cores() | {
        "proc/self/cgroup": "5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n3:cpuset:/docker/ab\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "150000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{GIB}\n",
        "sys/fs/cgroup/cpuset/cpuset.cpus": "1,3\n",
    }


def test_a_board_without_limits_may_use_all_of_it(tmp_path: Path) -> None:
    limits = read_limits(write_tree(tmp_path, pi4()))
    assert limits.usable == limits.online == (0, 1, 2, 3)
    assert limits.quota_cores is None
    assert limits.cores_allowed == 4
    assert limits.memory_bytes == 3884384 * 1024


def test_an_offline_core_is_not_usable_though_affinity_names_it(tmp_path: Path) -> None:
    limits = read_limits(write_tree(tmp_path, rk3588()))
    assert limits.usable == (0, 1, 2, 3, 4, 6, 7)
    assert limits.cores_allowed == 7


def test_affinity_narrows_the_usable_cores(tmp_path: Path) -> None:
    tree = eight_cores() | {"proc/self/status": "Cpus_allowed_list:\t1,6-7\n"}
    limits = read_limits(write_tree(tmp_path, tree))
    assert limits.usable == (1, 6, 7)
    assert limits.online == tuple(range(8))


def test_the_tightest_group_of_a_nested_v2_path_holds(tmp_path: Path) -> None:
    limits = read_limits(write_tree(tmp_path, container_v2()))
    assert limits.quota_cores == 1.5
    assert limits.cores_allowed == 1
    assert limits.usable == (2, 3, 4, 5, 6)
    assert limits.memory_bytes == 2 * GIB


def test_v1_limits_are_found_at_the_mount_when_the_path_is_the_hosts(tmp_path: Path) -> None:
    limits = read_limits(write_tree(tmp_path, container_v1()))
    assert limits.quota_cores == 1.5
    assert limits.cores_allowed == 1
    assert limits.usable == (1, 3)
    assert limits.memory_bytes == GIB


def test_v1_limits_are_found_below_the_mount_too(tmp_path: Path) -> None:
    tree = container_v1() | {
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/cpu,cpuacct/docker/ab/cpu.cfs_quota_us": "300000\n",
        "sys/fs/cgroup/cpu,cpuacct/docker/ab/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/cpuset/cpuset.cpus": "0-7\n",
    }
    limits = read_limits(write_tree(tmp_path, tree))
    assert limits.quota_cores == 3.0
    assert limits.cores_allowed == 3


def test_v1_without_limits_is_unlimited(tmp_path: Path) -> None:
    tree = container_v1() | {
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    }
    limits = read_limits(write_tree(tmp_path, tree))
    assert limits.quota_cores is None
    assert limits.memory_bytes == 16 * GIB


def test_no_memory_is_invented_from_v1s_unlimited(tmp_path: Path) -> None:
    tree = container_v1() | {
        "proc/meminfo": "MemFree: 5 kB\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    }
    assert read_limits(write_tree(tmp_path, tree)).memory_bytes is None


def test_a_quota_above_the_cores_allows_no_more_than_the_cores(tmp_path: Path) -> None:
    tree = eight_cores() | {"sys/fs/cgroup/cpu.max": "6400000 100000\n"}
    limits = read_limits(write_tree(tmp_path, tree))
    assert limits.quota_cores == 64.0
    assert limits.cores_allowed == 8


def test_a_quota_below_one_core_still_allows_one(tmp_path: Path) -> None:
    tree = eight_cores() | {"sys/fs/cgroup/cpu.max": "20000 100000\n"}
    assert read_limits(write_tree(tmp_path, tree)).cores_allowed == 1


def test_a_path_from_outside_the_namespace_does_not_lead_out_of_the_mount(tmp_path: Path) -> None:
    tree = eight_cores() | {
        "proc/self/cgroup": "0::/../../other\n",
        "sys/fs/cgroup/other/cpu.max": "200000 100000\n",
        "sys/other/cpu.max": "100000 100000\n",
        "other/cpu.max": "100000 100000\n",
    }
    assert read_limits(write_tree(tmp_path, tree)).quota_cores == 2.0


def test_v2_beside_v1_is_found_in_its_own_folder(tmp_path: Path) -> None:
    tree = eight_cores() | {
        "proc/self/cgroup": "4:cpu,cpuacct:/\n0::/app\n",
        "sys/fs/cgroup/unified/app/cpu.max": "250000 100000\n",
    }
    assert read_limits(write_tree(tmp_path, tree)).quota_cores == 2.5


@pytest.mark.parametrize("text", ["", "x y", "0 100000", "100000 0", "-1 100000", "nan 1", "inf 1"])
def test_a_nonsense_quota_is_none(tmp_path: Path, text: str) -> None:
    tree = eight_cores() | {"sys/fs/cgroup/cpu.max": text}
    assert read_limits(write_tree(tmp_path, tree)).quota_cores is None


def test_a_cpuset_that_contradicts_affinity_does_not_leave_nothing(tmp_path: Path) -> None:
    tree = eight_cores() | {
        "proc/self/status": "Cpus_allowed_list:\t0-1\n",
        "sys/fs/cgroup/cpuset.cpus.effective": "4-5\n",
    }
    assert read_limits(write_tree(tmp_path, tree)).usable == (0, 1)


def test_without_procfs_the_system_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3, 1}, raising=False)
    assert read_limits(tmp_path).usable == (1, 3)


def test_without_affinity_all_cores_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    limits = read_limits(tmp_path)
    assert limits.usable == limits.online == (0, 1, 2)
    assert limits.cores_allowed == 3


def test_this_machine_allows_a_core() -> None:
    limits = read_limits()
    assert limits.cores_allowed >= 1
    assert set(limits.usable) <= set(limits.online)
    assert limits.memory_bytes is not None
    assert 1 << 20 < limits.memory_bytes <= psutil.virtual_memory().total


def test_without_procfs_the_system_tells_its_memory(tmp_path: Path) -> None:
    told = read_limits(tmp_path).memory_bytes
    assert told is not None
    assert told // 2**20 >= psutil.virtual_memory().total // 2**20
