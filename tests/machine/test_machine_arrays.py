from pathlib import Path

from machine_boards import write_tree
from triage_boards import triaged_rk3588, triaged_vm

from resnettui.core.roof import MEMORY_SHARE, array_bytes
from resnettui.machine.arrays import read_array_bytes
from resnettui.machine.look import identify, look


def test_arrays_are_as_large_as_the_board_that_was_looked_at_asks_for(tmp_path: Path) -> None:
    for name, tree in {"rk3588": triaged_rk3588(), "vm": triaged_vm()}.items():
        root = write_tree(tmp_path / name, tree)
        board = look(root)
        told = array_bytes(board.caches, board.memory.available_bytes)
        assert read_array_bytes(identify(root), root) == told > 0


def test_arrays_keep_within_the_memory_that_the_cgroup_leaves(tmp_path: Path) -> None:
    tree = {
        "proc/self/cgroup": "0::/box\n",
        "sys/fs/cgroup/box/memory.max": str(80 << 20),
        "sys/fs/cgroup/box/memory.current": str(16 << 20),
    }
    root = write_tree(tmp_path, tree)
    assert read_array_bytes(identify(root), root) == int((64 << 20) * MEMORY_SHARE)
