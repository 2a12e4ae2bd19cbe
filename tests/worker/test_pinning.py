import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from resnettui.worker.pinning import Pinning, resident_bytes


class Kernel:
    """A tree of /proc with some threads, and a kernel that writes where they may run."""

    def __init__(self, root: Path, threads: Mapping[int, str], cpuset: tuple[int, ...]) -> None:
        self.root = root
        self.cpuset = cpuset
        self.gone: set[int] = set()
        for thread, cores in {**threads, 0: "0-3"}.items():
            self._write(thread, cores)

    def _write(self, thread: int, cores: str) -> None:
        folder = self.root / "proc/self" / (f"task/{thread}" if thread else "")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "status").write_text(f"Name:\tpython\nCpus_allowed_list:\t{cores}\n")

    def set_affinity(self, thread: int, cores: tuple[int, ...]) -> None:
        if thread in self.gone:
            raise ProcessLookupError(3, "No such process")
        allowed = sorted(set(cores) & set(self.cpuset))
        if not allowed:
            raise OSError(22, "Invalid argument")
        self._write(thread, ",".join(map(str, allowed)))

    def cores(self) -> dict[str, str]:
        tasks = sorted((self.root / "proc/self/task").iterdir())
        return {t.name: (t / "status").read_text().split()[-1] for t in tasks}

    def pinning(self) -> Pinning:
        return Pinning(self.root, self.set_affinity)


ALL = (0, 1, 2, 3)


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path, {10: "0-3", 11: "0-3", 12: "0-3"}, cpuset=ALL)


def test_every_thread_is_pinned_and_proc_says_so(kernel: Kernel) -> None:
    pinning = kernel.pinning()
    assert pinning.standing() == ((), "")
    pinning.pin((2, 3))
    assert kernel.cores() == {"10": "2,3", "11": "2,3", "12": "2,3"}
    assert pinning.standing() == ((2, 3), "")


def test_without_cores_all_threads_go_back_to_where_they_were(kernel: Kernel) -> None:
    pinning = kernel.pinning()
    pinning.pin((2,))
    pinning.pin(())
    assert set(kernel.cores().values()) == {"0,1,2,3"}
    assert pinning.standing() == ((), "")


def test_cores_outside_the_cpuset_are_refused_and_nothing_stays_pinned(tmp_path: Path) -> None:
    kernel = Kernel(tmp_path, {10: "0-1", 11: "0-1"}, cpuset=(0, 1))
    pinning = kernel.pinning()
    pinning.pin((2,))
    assert pinning.standing() == ((), "cores 2 were refused: Invalid argument")
    assert set(kernel.cores().values()) == {"0,1"}


def test_a_kernel_that_pins_to_less_is_found_out(tmp_path: Path) -> None:
    kernel = Kernel(tmp_path, {10: "0-1"}, cpuset=(0, 1))
    pinning = kernel.pinning()
    pinning.pin((1, 2))
    assert pinning.standing() == ((), "cores 1-2 were asked for, /proc tells 1")
    assert kernel.cores() == {"10": "0,1"}


def test_a_thread_that_escapes_later_is_found_out(kernel: Kernel) -> None:
    pinning = kernel.pinning()
    pinning.pin((0, 1))
    kernel.set_affinity(12, (3,))
    assert pinning.standing() == ((), "cores 0-1 were asked for, /proc tells 0-1 and 3")


def test_a_thread_that_ends_while_it_is_pinned_does_no_harm(kernel: Kernel) -> None:
    kernel.gone = {11}
    (kernel.root / "proc/self/task/11/status").unlink()
    pinning = kernel.pinning()
    pinning.pin((1,))
    assert pinning.standing() == ((1,), "")


def test_without_proc_nothing_is_pinned(tmp_path: Path) -> None:
    asked: list[int] = []
    pinning = Pinning(tmp_path, lambda thread, _cores: asked.append(thread))
    pinning.pin((0,))
    assert pinning.standing() == ((), "this system does not tell or set the cores of a thread")
    assert asked == []


def test_a_system_that_cannot_pin_says_so(kernel: Kernel) -> None:
    pinning = Pinning(kernel.root, None)
    pinning.pin((0,))
    assert pinning.standing() == ((), "this system does not tell or set the cores of a thread")


def usable() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


REAL = """
import threading, sys
from resnettui.worker.pinning import Pinning
core = int(sys.argv[1])
stay = threading.Event()
threading.Thread(target=stay.wait, daemon=True).start()
pinning = Pinning()
pinning.pin((core,))
threading.Thread(target=stay.wait, daemon=True).start()
print(*pinning.standing()[0])
pinning.pin(())
print(pinning.standing())
"""


@pytest.mark.skipif(len(usable()) < 2, reason="needs two cores")
def test_a_real_process_is_pinned_with_the_threads_it_has_and_gets() -> None:
    core = usable()[-1]
    done = subprocess.run(
        [sys.executable, "-c", REAL, str(core)], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [str(core), "((), '')"], done.stderr


def test_resident_memory_is_counted_in_pages(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/statm").write_text("9000 25 12 1 0 90 0\n")
    assert resident_bytes(tmp_path) == 25 * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("text", ["", "9000", "x y"])
def test_memory_that_is_not_told_is_unknown(tmp_path: Path, text: str) -> None:
    assert resident_bytes(tmp_path) is None
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/statm").write_text(text)
    assert resident_bytes(tmp_path) is None
