import os
from pathlib import Path

import pytest
import torch

from resnettui.worker.threads import busy_threads, thread_counts, thread_times_ns

MS = 1_000_000


def write(root: Path, tid: int, **files: str) -> None:
    folder = root / f"proc/self/task/{tid}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def stat(name: str, user: int, system: int) -> str:
    return f"7 ({name}) S 1 7 7 0 -1 4194304 100 0 0 0 {user} {system} 0 0 20 0 3 0 1 2 3\n"


@pytest.mark.parametrize(
    ("before", "now", "busy"),
    [
        ({}, {1: 100 * MS, 2: 90 * MS, 3: 10 * MS, 4: 9 * MS}, 3),
        ({1: 900 * MS, 2: 50 * MS}, {1: 1000 * MS, 2: 50 * MS}, 1),
        # A thread that came meanwhile has all of its time from it.
        ({1: 100 * MS}, {1: 200 * MS, 9: 100 * MS}, 2),
        ({}, {1: 10 * MS, 2: 10 * MS}, None),
        ({}, {}, None),
    ],
)
def test_a_thread_is_busy_that_had_its_part_of_the_time(
    before: dict[int, int], now: dict[int, int], busy: int | None
) -> None:
    assert busy_threads(before, now) == busy


def test_times_are_exact_where_the_kernel_keeps_them(tmp_path: Path) -> None:
    write(tmp_path, 7, schedstat="123456789 5 6\n", stat=stat("python", 1, 2))
    write(tmp_path, 9, schedstat="5 0 1\n", stat=stat("pool", 0, 0))
    assert thread_times_ns(tmp_path) == {7: 123456789, 9: 5}


@pytest.mark.parametrize("schedstat", [None, "0 0 0\n", "", "x"])
def test_times_are_whole_ticks_where_it_does_not(tmp_path: Path, schedstat: str | None) -> None:
    tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
    write(tmp_path, 7, stat=stat("a (b) c", 30, 12))
    write(tmp_path, 8, stat=stat("OpenMP", 7, 0))
    if schedstat is not None:
        write(tmp_path, 7, schedstat=schedstat)
    assert thread_times_ns(tmp_path) == {7: 42 * tick, 8: 7 * tick}


@pytest.mark.parametrize("text", ["", "7 (python)", "7 (python) S 1 2", "no stat at all"])
def test_a_thread_that_tells_nothing_is_left_out(tmp_path: Path, text: str) -> None:
    write(tmp_path, 7, stat=text)
    assert thread_times_ns(tmp_path) == {}


def test_a_system_without_procfs_tells_nothing(tmp_path: Path) -> None:
    assert thread_times_ns(tmp_path) == {}
    assert thread_counts({}, tmp_path).busy is None


def test_the_runtimes_are_asked_for_what_they_are_set_to(tmp_path: Path) -> None:
    before = torch.get_num_threads()
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            counts = thread_counts({}, tmp_path)
            assert counts.torch == threads
            assert counts.openmp in (threads, None)
    finally:
        torch.set_num_threads(before)


def test_torch_tells_what_its_openmp_would_start() -> None:
    assert (thread_counts({}).openmp is None) is not torch.backends.openmp.is_available()
