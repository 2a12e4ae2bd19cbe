from pathlib import Path

import pytest
from machine_boards import CPUS, Tree, arm_cpuinfo, write_tree
from triage_boards import triaged_rk3588

from resnettui.core.board import Clock
from resnettui.machine.clusters import read_clock, read_threads_per_core
from resnettui.machine.look import look


def siblings(told: dict[int, str]) -> Tree:
    return {
        f"{CPUS}/cpu{core}/topology/thread_siblings_list": f"{cores}\n"
        for core, cores in told.items()
    }


PAIRS = {0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}


@pytest.mark.parametrize(
    ("told", "online", "threads"),
    [
        (PAIRS, (0, 1, 2, 3), 2),
        (PAIRS, (0, 1), 1),
        ({0: "0,2", 1: "1", 2: "0,2"}, (0, 1, 2), 2),
        ({0: "", 1: ""}, (0, 1), None),
        ({}, (0, 1), None),
    ],
)
def test_threads_share_a_core_where_both_are_online(
    tmp_path: Path, told: dict[int, str], online: tuple[int, ...], threads: int | None
) -> None:
    assert read_threads_per_core(write_tree(tmp_path, siblings(told)), online) == threads


def test_each_cluster_has_the_instruction_sets_of_its_own_cores(tmp_path: Path) -> None:
    little = arm_cpuinfo(dict.fromkeys(range(4), 0xD05), "fp asimd")
    big = arm_cpuinfo(dict.fromkeys((4, 6, 7), 0xD0B), "fp asimd asimddp")
    board = look(write_tree(tmp_path, triaged_rk3588() | {"proc/cpuinfo": f"{little}\n{big}"}))
    assert ["asimddp" in cluster.isa for cluster in board.clusters] == [True, False]


def clocks(**khz: tuple[int, ...]) -> Tree:
    """Return files of cpufreq with a figure for each core, in kHz."""
    return {
        f"{CPUS}/cpu{core}/cpufreq/{name}": f"{figure}\n"
        for name, figures in khz.items()
        for core, figure in enumerate(figures)
    }


@pytest.mark.parametrize(
    ("tree", "clock"),
    [
        pytest.param(
            clocks(scaling_max_freq=(1000, 2400), cpuinfo_max_freq=(2000, 2400)),
            Clock(cap_hz=1_000_000, highest_hz=2_000_000),
            id="the slower one is capped",
        ),
        pytest.param(clocks(scaling_max_freq=(1000, 2400)), Clock(), id="nobody tells the highest"),
        pytest.param(
            clocks(cpuinfo_max_freq=(2000, 2400), cpuinfo_min_freq=(600, 400)),
            Clock(lowest_hz=400_000, highest_hz=2_400_000),
            id="no caps",
        ),
    ],
)
def test_cores_have_the_clock_of_the_one_held_back_most(
    tmp_path: Path, tree: Tree, clock: Clock
) -> None:
    assert read_clock(write_tree(tmp_path, tree), (0, 1)) == clock
