import platform
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from machine_boards import (
    CPUS,
    Tree,
    arm_cpuinfo,
    neoverse,
    orin,
    pi4,
    pi5,
    policy,
    rk3588,
    write_tree,
    x86_vm,
)

from resnettui.core.machine import Machine
from resnettui.machine.probe import named, probe


def test_pi4(tmp_path: Path) -> None:
    machine = probe(write_tree(tmp_path, pi4()), "aarch64")
    assert machine.cpu == "Cortex-A72"
    assert machine.board == "Raspberry Pi 4 Model B Rev 1.4"
    assert machine.arch == "aarch64"
    assert machine.isa == ("asimd",)
    assert machine.cores_allowed == 4
    assert machine.clusters == {}
    assert machine.cache_bytes == {}  # Its kernel tells none: left out, not 0.


def test_the_host_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: "garage")
    assert probe(write_tree(tmp_path, pi4()), "aarch64").host == "garage"


def test_pi5(tmp_path: Path) -> None:
    machine = probe(write_tree(tmp_path, pi5()), "aarch64")
    assert machine.cpu == "Cortex-A76"
    assert machine.board == "Raspberry Pi 5 Model B Rev 1.0"
    assert machine.isa == ("asimd", "asimdhp", "asimddp")
    assert machine.cache_bytes == {"L1d": 65536, "L2": 524288, "L3": 2097152}
    assert machine.memory_bytes == 8256960 * 1024


def test_rk3588_names_its_clusters_by_capacity(tmp_path: Path) -> None:
    machine = probe(write_tree(tmp_path, rk3588()), "aarch64")
    assert machine.cpu == "Cortex-A76 x3 + Cortex-A55 x4"
    assert machine.board == "Orange Pi 5 Plus"
    assert machine.cores_online == machine.cores_usable == (0, 1, 2, 3, 4, 6, 7)
    little = dict.fromkeys(range(4), "little")
    assert machine.clusters == little | dict.fromkeys((4, 6, 7), "big")
    assert machine.cache_bytes["L2"] == 512 * 1024  # a big core's


def test_clusters_do_not_follow_the_core_numbers(tmp_path: Path) -> None:
    tree = rk3588()
    for core, value in {0: 1024, 1: 1024, 2: 870, 3: 870, 4: 350, 6: 350, 7: 350}.items():
        tree[f"{CPUS}/cpu{core}/cpu_capacity"] = f"{value}\n"
    clusters = probe(write_tree(tmp_path, tree), "aarch64").clusters
    assert [clusters[core] for core in (0, 1, 2, 3, 4, 7)] == [
        *("big", "big", "mid", "mid", "little", "little")
    ]


def test_clusters_fall_back_to_the_highest_clock(tmp_path: Path) -> None:
    tree = {name: text for name, text in rk3588().items() if "cpu_capacity" not in name}
    clusters = probe(write_tree(tmp_path, tree), "aarch64").clusters
    assert {clusters[core] for core in range(4)} == {"little"}
    assert {clusters[core] for core in (4, 6, 7)} == {"big"}


@pytest.mark.parametrize("text", ["-1", "0", "9" * 5000, "strong"])
def test_a_core_without_a_sensible_capacity_is_of_no_cluster(tmp_path: Path, text: str) -> None:
    clusters = probe(
        write_tree(tmp_path, rk3588() | {f"{CPUS}/cpu0/cpu_capacity": text}), "aarch64"
    ).clusters
    assert set(clusters) == {1, 2, 3, 4, 6, 7}
    assert set(clusters.values()) == {"big", "little"}


def test_equal_capacities_are_one_cluster_whatever_the_clocks(tmp_path: Path) -> None:
    tree = orin() | policy(range(4, 8), "1", 1, 1113600)
    assert probe(write_tree(tmp_path, tree), "aarch64").clusters == {}


def test_orin_counts_only_the_cores_of_its_power_mode(tmp_path: Path) -> None:
    machine = probe(write_tree(tmp_path, orin()), "aarch64")
    assert machine.cpu == "Cortex-A78AE"
    assert machine.board == "NVIDIA Jetson AGX Orin Developer Kit"
    assert machine.cores_allowed == 8


def test_neoverse_skips_a_board_name_that_nobody_filled_in(tmp_path: Path) -> None:
    machine = probe(write_tree(tmp_path, neoverse()), "aarch64")
    assert machine.cpu == "Neoverse-N1"
    assert machine.board == "ALTRAD8UD-1L2T"
    assert machine.cores_allowed == 80
    assert machine.cache_bytes == {"L1d": 65536, "L2": 1048576}


@pytest.mark.parametrize("name", ["Default string", "System Product Name", "None", "...", "0123"])
def test_a_meaningless_dmi_name_is_no_board(tmp_path: Path, name: str) -> None:
    tree = x86_vm() | {"sys/class/dmi/id/product_name": name}
    assert probe(write_tree(tmp_path, tree), "x86_64").board is None


def test_x86_vm(tmp_path: Path) -> None:
    machine = probe(write_tree(tmp_path, x86_vm()), "x86_64")
    assert machine.cpu == "AMD EPYC 9655"
    assert machine.board == "Standard PC (Q35 + ICH9, 2009)"
    assert machine.isa == (
        *("fma", "f16c", "avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16"),
    )
    assert machine.cache_bytes == {"L1d": 49152, "L2": 1 << 20, "L3": 32 << 20}


def test_a_long_x86_cpuinfo_is_cut_without_losing_flags(tmp_path: Path) -> None:
    tree = x86_vm()
    first, second = tree["proc/cpuinfo"].split("\n\n")
    # The read limit falls into the second core's flags, before the ones that are looked for.
    second = second.replace("flags\t\t:", "flags\t\t:" + " padding" * 2500)
    tree["proc/cpuinfo"] = f"{first}\n\n{second}"
    machine = probe(write_tree(tmp_path, tree), "x86_64")
    assert "avx512_bf16" in machine.isa
    assert "avx_vnni" in machine.isa


@pytest.mark.parametrize(
    ("model", "brand"),
    [
        ("Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", "Intel Xeon Platinum 8375C"),
        ("12th Gen Intel(R) Core(TM) i7-12700H", "12th Gen Intel Core i7-12700H"),
        ("QEMU Virtual CPU version 2.5+", "QEMU Virtual CPU version 2.5+"),
        ("", None),
    ],
)
def test_an_x86_brand_loses_only_its_noise(tmp_path: Path, model: str, brand: str | None) -> None:
    tree: Tree = {"proc/cpuinfo": f"processor : 0\nvendor_id : X\nmodel name\t: {model}\n"}
    assert probe(write_tree(tmp_path, tree), "x86_64").cpu == brand


def test_an_unknown_arm_core_is_named_by_its_numbers(tmp_path: Path) -> None:
    tree = pi4() | {"proc/cpuinfo": arm_cpuinfo({0: 0xFFE}, "asimd", implementer=0x99)}
    assert probe(write_tree(tmp_path, tree), "aarch64").cpu == "ARM core 0x99:0xffe"


def test_only_what_all_cores_have_counts(tmp_path: Path) -> None:
    text = arm_cpuinfo({0: 0xD05}, "asimd asimddp i8mm") + "\n" + arm_cpuinfo({1: 0xD08}, "asimd")
    assert probe(write_tree(tmp_path, pi4() | {"proc/cpuinfo": text}), "aarch64").isa == ("asimd",)


@pytest.mark.parametrize("board", [pi4, rk3588, x86_vm])
@pytest.mark.parametrize("text", ["", "\0\0", "nonsense", "-1", "ÿ: : ,-\n\n\n:"])
def test_nonsense_in_every_file_is_told_as_unknown(
    tmp_path: Path, board: Callable[[], Tree], text: str
) -> None:
    root = write_tree(tmp_path, {n: t if t.startswith("->") else text for n, t in board().items()})
    machine = probe(root, "aarch64")
    assert machine.cpu is None
    assert machine.isa == ()
    assert machine.cache_bytes == {}
    assert machine.clusters == {}
    assert machine.memory_bytes is None
    assert machine.quota_cores is None


def test_an_empty_root_is_all_unknown(tmp_path: Path) -> None:
    machine = probe(tmp_path, "riscv64")
    assert (machine.cpu, machine.board, machine.isa) == (None, None, ())
    assert machine.cache_bytes == {}
    assert machine.cores_allowed >= 1


def test_this_machine_is_probed() -> None:
    machine = probe()
    assert machine.arch
    assert machine.cores_online
    assert machine.cores_allowed >= 1


def fake_py_cpuinfo(monkeypatch: pytest.MonkeyPatch, answer: object) -> list[str]:
    asked: list[str] = []

    def get_cpu_info() -> object:
        asked.append("asked")
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setitem(sys.modules, "cpuinfo", SimpleNamespace(get_cpu_info=get_cpu_info))
    return asked


def test_named_fills_only_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_py_cpuinfo(
        monkeypatch, {"brand_raw": "Intel(R) Core(TM) i9 CPU @ 2GHz", "flags": ["avx2", "sse"]}
    )
    assert named(Machine()) == Machine(cpu="Intel Core i9", isa=("avx2",))
    assert named(Machine(isa=("fma",))) == Machine(cpu="Intel Core i9", isa=("fma",))
    assert named(Machine(cpu="Z80")) == Machine(cpu="Z80", isa=("avx2",))


def test_named_does_not_ask_where_procfs_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = fake_py_cpuinfo(monkeypatch, {"brand_raw": "Other"})
    machine = Machine(cpu="Cortex-A72", isa=("asimd",))
    assert named(machine) == machine
    assert asked == []


@pytest.mark.parametrize("answer", [Exception("unknown CPU"), None, {}, {"brand_raw": None}])
def test_named_never_raises(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    asked = fake_py_cpuinfo(monkeypatch, answer)
    assert named(Machine(arch="mips")) == Machine(arch="mips")
    assert asked == ["asked"]
