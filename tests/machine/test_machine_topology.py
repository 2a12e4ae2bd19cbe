from dataclasses import replace
from pathlib import Path

import pytest
from machine_boards import CPUS, write_tree

from resnettui.core.machine import Machine
from resnettui.machine.topology import physical_cores

FOUR = Machine(cores_usable=(0, 1, 2, 3))


@pytest.mark.parametrize(
    ("siblings", "groups"),
    [
        ({0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}, ((0, 2), (1, 3))),
        ({0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}, ((0, 1), (2, 3))),
        ({0: "0", 1: "1", 2: "2", 3: "3"}, ((0,), (1,), (2,), (3,))),
        ({}, ((0,), (1,), (2,), (3,))),
    ],
)
def test_hardware_threads_of_one_core_stand_together(
    tmp_path: Path, siblings: dict[int, str], groups: tuple[tuple[int, ...], ...]
) -> None:
    tree = {
        f"{CPUS}/cpu{core}/topology/thread_siblings_list": f"{text}\n"
        for core, text in siblings.items()
    }
    assert physical_cores(FOUR, write_tree(tmp_path, tree)) == groups


def test_the_strongest_cores_come_first(tmp_path: Path) -> None:
    clusters = {0: "little", 1: "big", 2: "mid", 3: "big"}
    assert physical_cores(replace(FOUR, clusters=clusters), tmp_path) == ((1,), (3,), (2,), (0,))


def test_a_sibling_that_may_not_be_used_is_left_out(tmp_path: Path) -> None:
    tree = {f"{CPUS}/cpu0/topology/thread_siblings_list": "0,2\n"}
    machine = Machine(cores_usable=(0, 1))
    assert physical_cores(machine, write_tree(tmp_path, tree)) == ((0,), (1,))
