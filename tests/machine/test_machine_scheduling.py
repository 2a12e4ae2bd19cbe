from pathlib import Path

import pytest
from machine_boards import write_tree

from resnettui.machine import scheduling
from resnettui.machine.scheduling import MOST_THREADS, Scheduled, Scheduling
from resnettui.machine.sysfs import read_text

STATUS = "Name:\tpython\nvoluntary_ctxt_switches:\t900\nnonvoluntary_ctxt_switches:\t{}\n"


def thread(root: Path, pid: int, tid: int, schedstat: str | None, switches: object) -> None:
    folder = f"proc/{pid}/task/{tid}"
    tree = {f"{folder}/status": STATUS.format(switches)}
    write_tree(root, tree | ({} if schedstat is None else {f"{folder}/schedstat": schedstat}))


def test_what_happened_between_two_looks_is_summed_over_threads(tmp_path: Path) -> None:
    thread(tmp_path, 7, 7, "1000000000 5000000 10\n", 3)
    thread(tmp_path, 7, 8, "2000000000 0 10\n", 0)
    thread(tmp_path, 9, 9, "500000000 500000000 10\n", 5)
    looks = Scheduling(tmp_path)
    assert looks.look((7, 9)) == Scheduled()
    thread(tmp_path, 7, 7, "1500000000 255000000 20\n", 10)
    thread(tmp_path, 7, 8, "2500000000 0 20\n", 1)
    thread(tmp_path, 9, 9, "500000000 500000000 10\n", 5)
    assert looks.look((7, 9)) == Scheduled(1.0, 0.25, 8)


def test_threads_that_come_and_go_are_left_out(tmp_path: Path) -> None:
    thread(tmp_path, 7, 7, "10 10 1", 0)
    thread(tmp_path, 7, 8, "10 10 1", 0)
    looks = Scheduling(tmp_path)
    looks.look((7,))
    for file in (tmp_path / "proc/7/task/8").iterdir():
        file.unlink()
    thread(tmp_path, 7, 9, "999999999 999999999 1", 99)
    thread(tmp_path, 7, 7, "1000000010 10 1", 2)
    assert looks.look((7,)) == Scheduled(1.0, 0.0, 2)
    assert looks.look((4711,)) == Scheduled()


@pytest.mark.parametrize("text", [None, "", "0 0 0", "1", "a b c"])
def test_a_kernel_that_keeps_no_times_leaves_them_unknown(tmp_path: Path, text: str | None) -> None:
    thread(tmp_path, 7, 7, text, 1)
    looks = Scheduling(tmp_path)
    looks.look((7,))
    thread(tmp_path, 7, 7, text, 4)
    assert looks.look((7,)) == Scheduled(None, None, 3)


def test_counters_of_another_thread_under_a_used_id_add_nothing(tmp_path: Path) -> None:
    thread(tmp_path, 7, 7, "1000 1000 1", 9)
    looks = Scheduling(tmp_path)
    looks.look((7,))
    thread(tmp_path, 7, 7, "10 10 1", 1)
    assert looks.look((7,)) == Scheduled(0.0, 0.0, 0)


def test_switches_that_are_not_told_are_unknown(tmp_path: Path) -> None:
    thread(tmp_path, 7, 7, "10 10 1", "?")
    looks = Scheduling(tmp_path)
    looks.look((7,))
    assert looks.look((7,)) == Scheduled(0.0, 0.0, None)


def test_the_work_is_bounded_and_the_same_threads_are_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tid in range(1, 2 * MOST_THREADS + 2):
        thread(tmp_path, 1, tid, f"{tid} 1 1", 0)
    opened: list[Path] = []

    def counted(path: Path) -> str | None:
        opened.append(path)
        return read_text(path)

    monkeypatch.setattr(scheduling, "read_text", counted)
    looks = Scheduling(tmp_path)
    looks.look((1,))
    assert len(opened) <= 2 * MOST_THREADS
    first, opened[:] = list(opened), []
    looks.look((1,))
    assert opened == first
