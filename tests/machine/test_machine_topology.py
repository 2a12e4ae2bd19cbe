from dataclasses import replace
from pathlib import Path

import pytest
from machine_boards import CPUS, Tree, write_tree

from resnettui.core.machine import Machine
from resnettui.core.placing import Core
from resnettui.machine.topology import core_layout

FOUR = Machine(cores_usable=(0, 1, 2, 3))


def told(name: str, texts: dict[int, str]) -> Tree:
    return {f"{CPUS}/cpu{core}/{name}": f"{text}\n" for core, text in texts.items()}


@pytest.mark.parametrize(
    ("siblings", "physical"),
    [
        ({0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}, [0, 1, 0, 1]),
        ({0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}, [0, 0, 2, 2]),
        ({0: "0", 1: "1", 2: "2", 3: "3"}, [0, 1, 2, 3]),
        ({}, [0, 1, 2, 3]),
        ({0: "<unknown>", 1: ""}, [0, 1, 2, 3]),
    ],
)
def test_hardware_threads_of_one_core_are_known(
    tmp_path: Path, siblings: dict[int, str], physical: list[int]
) -> None:
    tree = told("topology/thread_siblings_list", siblings)
    layout = core_layout(FOUR, write_tree(tmp_path, tree))
    assert [core.physical for core in layout] == physical


def test_the_strongest_cores_come_first(tmp_path: Path) -> None:
    clusters = {0: "little", 1: "big", 2: "mid", 3: "big"}
    layout = core_layout(replace(FOUR, clusters=clusters), tmp_path)
    assert [(core.id, core.strength, core.cluster) for core in layout] == [
        *((1, 0, "big"), (3, 0, "big"), (2, 1, "mid"), (0, 2, "little"))
    ]


def test_a_sibling_that_may_not_be_used_is_left_out(tmp_path: Path) -> None:
    tree = told("topology/thread_siblings_list", {1: "0-1", 3: "2-3"})
    machine = Machine(cores_usable=(1, 3))
    assert [c.physical for c in core_layout(machine, write_tree(tmp_path, tree))] == [1, 3]


def test_what_cores_share_is_read_from_wide_to_narrow(tmp_path: Path) -> None:
    tree = {
        **told("cache/index2/level", dict.fromkeys(range(4), "2")),
        **told("cache/index2/shared_cpu_list", {0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}),
        **told("cache/index3/level", dict.fromkeys(range(4), "3")),
        **told("cache/index3/shared_cpu_list", dict.fromkeys(range(4), "0-3")),
        **{f"{CPUS}/cpu{core}/node{core // 2}/x": "" for core in range(4)},
    }
    assert core_layout(FOUR, write_tree(tmp_path, tree)) == (
        Core(0, 0, (0, 0, 0)),
        Core(1, 1, (0, 0, 0)),
        Core(2, 2, (1, 0, 2)),
        Core(3, 3, (1, 0, 2)),
    )


def test_clusters_stand_in_for_caches_that_are_not_told(tmp_path: Path) -> None:
    tree = told("topology/cluster_cpus_list", {0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"})
    layout = core_layout(FOUR, write_tree(tmp_path, tree))
    assert [core.near for core in layout] == [(0, 0, 0), (0, 0, 0), (0, 0, 2), (0, 0, 2)]
