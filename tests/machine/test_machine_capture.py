import io
import platform
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from machine_boards import CPUS, arm_cpuinfo, write_tree
from triage_boards import TRIAGED, task, triaged_pi4, triaged_vm

from resnettui.core.board import Board
from resnettui.core.machine import Machine
from resnettui.machine.capture import archive
from resnettui.machine.load import own_processes
from resnettui.machine.look import identify, look
from resnettui.machine.sysfs import note, noted_below, read_text, recorded


def captured(root: Path) -> tuple[Machine, Board, bytes]:
    with recorded(root) as recording:
        machine = identify(root)
        board = look(root, machine)
    programs = {program.pid for program in board.load.programs}
    packed = archive(recording.files, programs | own_processes(recording.files))
    return machine, board, packed


def unpacked(packed: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for entry in tar:
            file = tar.extractfile(entry)
            assert file is not None
            write_tree(folder, {entry.name: file.read().decode()})
    return folder


@pytest.mark.parametrize("board", TRIAGED)
def test_what_was_captured_reads_the_same(tmp_path: Path, board: str) -> None:
    make, _ = TRIAGED[board]
    machine, seen, packed = captured(write_tree(tmp_path / "board", make()))
    again = unpacked(packed, tmp_path / "again")
    assert identify(again) == machine
    assert look(again) == seen


@pytest.mark.skipif(
    platform.machine() == "aarch64" and "Features" not in Path("/proc/cpuinfo").read_text(),
    reason="an emulator tells the instruction sets to the running program alone, in no file",
)
def test_this_machine_is_captured_so_that_it_reads_the_same(tmp_path: Path) -> None:
    machine, seen, packed = captured(Path("/"))
    again = unpacked(packed, tmp_path)
    assert look(again) == seen
    assert identify(again) == replace(machine, host="")


def test_neither_serial_number_nor_idle_programs_nor_own_details_are_kept(tmp_path: Path) -> None:
    tree = triaged_pi4() | {
        "proc/cpuinfo": arm_cpuinfo({0: 0xD08}, "fp asimd"),
        "proc/self/status": "Name:\tpython\nUid:\t1000\nCpus_allowed_list:\t0-3\n",
        "proc/90/stat": task(90, "secret", 1, 5),
        "proc/90/cmdline": "secret --password",
        "etc/hostname": "cellar",
    }
    _, _, packed = captured(write_tree(tmp_path / "board", tree))
    again = unpacked(packed, tmp_path / "again")
    assert read_text(again / "proc/self/status") == "Cpus_allowed_list:\t0-3"
    assert "Serial" not in (read_text(again / "proc/cpuinfo") or "Serial")
    assert not (again / "proc/90").exists()
    assert not (again / "etc").exists()


def test_a_busy_programs_name_is_kept_in_both_looks(tmp_path: Path) -> None:
    _, _, packed = captured(write_tree(tmp_path / "board", triaged_vm()))
    again = unpacked(packed, tmp_path / "again")
    assert sorted(path.name for path in again.glob("proc/[0-9]*")) == ["77", "78", "90"]
    assert sorted(path.name for path in again.glob("later/proc/[0-9]*")) == ["77", "78", "90"]


def test_an_archive_names_no_owner(tmp_path: Path) -> None:
    packed = archive({"proc/stat": b"cpu 1"}, ())
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        (entry,) = tar.getmembers()
    assert (entry.name, entry.uid, entry.uname, entry.mtime) == ("proc/stat", 0, "", 0)


def test_what_was_read_in_vain_as_a_file_stays_a_folder() -> None:
    packed = archive({"sys/a": b"", "sys/a/b": b"1"}, ())
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        assert tar.getnames() == ["sys/a/b"]


def test_a_recording_keeps_what_is_read_and_what_cannot_be(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": "1\n", "b/c": "2\n"})
    with recorded(tmp_path) as recording:
        read_text(tmp_path / "a")
        read_text(tmp_path / "gone")
        read_text(tmp_path / "b")
        note(tmp_path / "said", b"3")
        with noted_below("later"):
            read_text(tmp_path / "b/c")
        read_text(Path("/proc/self/stat"))
    read_text(tmp_path / "b/c")
    assert recording.files == {"a": b"1\n", "b": b"", "said": b"3", "later/b/c": b"2\n"}


def test_a_file_read_twice_is_kept_as_it_was_at_last(tmp_path: Path) -> None:
    file = write_tree(tmp_path, {f"{CPUS}/online": "0-3\n"}) / CPUS / "online"
    with recorded(tmp_path) as recording:
        read_text(file)
        file.write_text("0-2\n", encoding="utf-8")
        read_text(file)
    assert recording.files == {f"{CPUS}/online": b"0-2\n"}
