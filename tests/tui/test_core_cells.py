"""Machines of 64 and 256 cores in the cores panel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from drawing_samples import PALETTE, RUN, folded, machine_of, plain, reading_of
from scripted import Stage
from test_app import measured, seen, staged

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live_events import Looked, Probed
from resnettui.core.machine import Machine, Reading
from resnettui.tui.widgets.bars import EIGHTHS_UP
from resnettui.tui.widgets.core_cells import UNNAMED
from resnettui.tui.widgets.cores import cores_lines

WIDTH = 32
HEIGHTS = range(3, 21)

THREE = dict.fromkeys(range(32), "little") | dict.fromkeys(range(32, 48), "mid")
THREE |= dict.fromkeys(range(48, 64), "big")
CLOCKS_HZ = {"little": 1_800_000_000, "mid": 2_200_000_000, "big": 2_600_000_000}

MANY: dict[str, tuple[int, Mapping[int, str]]] = {
    "64 in three clusters": (64, THREE),
    "64 alike": (64, {}),
    "256 alike": (256, {}),
    "256 in two clusters": (256, {core: "big" if core < 128 else "little" for core in range(256)}),
}


def many(cores: int, clusters: Mapping[int, str]) -> tuple[Machine, Reading]:
    """Return a machine whose cores are busier the higher their number, each cluster clocked."""
    reading = reading_of(cores)
    clocks = {core: CLOCKS_HZ[name] for core, name in clusters.items()}
    return machine_of(cores, clusters), replace(reading, clock_hz=clocks or reading.clock_hz)


def drawn_of(machine: Machine, reading: Reading, width: int = WIDTH, height: int = 10) -> list[str]:
    return plain(cores_lines(_frame(machine, reading), width, height, PALETTE))


def _frame(machine: Machine, reading: Reading) -> Frame:
    return frame_of(folded([Probed(machine), Looked(reading), *RUN]))


def cells(lines: Sequence[str]) -> str:
    """Return what stands for cores in some lines."""
    return "".join(sign for line in lines for sign in line if sign in EIGHTHS_UP[1:])


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize(("cores", "clusters"), MANY.values(), ids=MANY)
def test_all_cores_fit_whatever_the_height(
    cores: int, clusters: Mapping[int, str], height: int
) -> None:
    lines = drawn_of(*many(cores, clusters), height=height)
    assert len(lines) <= height
    assert max(map(len, lines)) <= WIDTH
    assert "worker 1.98 cores" in lines
    # The last core is the busiest: wherever it stands, its full cell must be there.
    assert cells(lines).endswith("█")
    assert len(cells(lines)) <= cores


def test_each_cluster_has_its_name_its_busy_cores_and_its_clock() -> None:
    lines = drawn_of(*many(64, THREE), height=10)
    assert lines[0] == "little 7.87/32 busy      1.8 GHz"
    assert [line.split()[0] for line in lines] == [
        *("little", "0", "24", "mid", "32", "big", "48", "worker")
    ]
    assert lines[3].startswith("mid 10.0/16 busy")
    assert lines[5].endswith("2.6 GHz")
    assert len(cells(lines)) == 64


def test_clusters_are_told_by_name_alone_in_few_lines_and_not_at_all_in_less() -> None:
    machine, reading = many(64, THREE)
    named = drawn_of(machine, reading, height=4)
    assert [line.split()[0] for line in named] == ["little", "mid", "big", "worker"]
    assert {line.index(cells([line])[0]) for line in named[:3]} == {7}
    fewer = drawn_of(machine, reading, height=3)
    assert [line.split()[0] for line in fewer] == ["0", "48", "worker"]


def test_cores_without_a_cluster_beside_others_have_a_name_too() -> None:
    partly = {core: name for core, name in THREE.items() if name != "mid"}
    lines = drawn_of(*many(64, partly), height=12)
    assert any(line.startswith(f"{UNNAMED} ") for line in lines)


def test_a_machine_whose_cores_are_alike_has_no_headings() -> None:
    lines = drawn_of(*many(256, {}), height=20)
    assert len(cells(lines)) == 256
    assert [line.split()[0] for line in lines[:3]] == ["0", "24", "48"]


def test_a_core_that_is_offline_is_not_drawn_as_idle() -> None:
    machine, reading = many(64, THREE)
    use = {core: use for core, use in reading.core_use.items() if core not in (5, 50)}
    offline = replace(reading, core_use=use)
    lines = drawn_of(machine, offline, height=12)
    assert len(cells(lines)) == 62
    assert any("/31 busy" in line for line in lines)
    assert any("/15 busy" in line for line in lines)


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (40, 12)])
@pytest.mark.parametrize(("cores", "clusters"), MANY.values(), ids=MANY)
async def test_the_live_screen_shows_them(
    cores: int, clusters: Mapping[int, str], size: tuple[int, int]
) -> None:
    machine, reading = many(cores, clusters)
    stage = Stage()
    stage.machine, stage.sensors.reading = machine, reading
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        for _ in range(6):
            if stage.app.screen.query_one("#cores").display:
                break
            await pilot.press("tab")
            await pilot.pause(0.05)
        panel = seen(stage, "cores")
        assert cells(panel.splitlines())
        assert "worker 1.98 cores" in panel
        assert all(name in panel for name in set(clusters.values()))
