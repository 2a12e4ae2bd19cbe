import platform
from pathlib import Path

import pytest
from machine_boards import write_tree
from triage_boards import triaged_vm

from resnettui.machine import hwcaps as vector
from resnettui.machine.hwcaps import flags_in, hwcaps
from resnettui.machine.probe import cpuinfo_blocks, probe, tells_isa


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        pytest.param({16: 0x8FB}, ("asimd",), id="Cortex-A72"),
        pytest.param(
            {16: 0x119FFB, 26: 0}, ("asimd", "fphp", "asimdhp", "asimddp"), id="Neoverse-N1"
        ),
        pytest.param({26: 1 << 13 | 1 << 14}, ("i8mm", "bf16"), id="second word"),
        pytest.param({}, (), id="nothing"),
    ],
)
def test_bits_are_flags(words: dict[int, int], flags: tuple[str, ...]) -> None:
    assert flags_in(words) == flags


def test_the_tree_of_another_machine_has_no_vector_of_its_own(tmp_path: Path) -> None:
    assert hwcaps(tmp_path) == ()


@pytest.mark.skipif(platform.machine() != "aarch64", reason="the bits are aarch64's")
def test_this_machine_has_neon() -> None:
    assert "asimd" in hwcaps()


def test_an_emulated_program_does_not_believe_its_hosts_cpuinfo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector, "is_this_machine", lambda _root: False)
    root = write_tree(tmp_path, triaged_vm())
    assert not tells_isa(cpuinfo_blocks(root, "aarch64"), "aarch64")
    assert probe(root, "aarch64").isa == ()
    assert "avx512_vnni" in probe(root, "x86_64").isa
