from pathlib import Path

import pytest

from resnettui import __version__
from resnettui.machine.conditions import conditions


def policy(root: Path, number: int, governor: str) -> None:
    folder = root / f"sys/devices/system/cpu/cpufreq/policy{number}"
    folder.mkdir(parents=True)
    (folder / "scaling_governor").write_text(governor + "\n")


def test_versions_are_told_everywhere(tmp_path: Path) -> None:
    found = conditions(tmp_path)
    assert found["resnettui"] == __version__
    assert set(found) == {"resnettui", "python", "kernel"}
    assert all(found.values())


@pytest.mark.parametrize(
    ("governors", "told"),
    [
        (("performance", "performance"), "performance"),
        (("schedutil", "performance"), "performance, schedutil"),
    ],
)
def test_the_governors_of_all_clusters_are_told(
    governors: tuple[str, str], told: str, tmp_path: Path
) -> None:
    for number, governor in enumerate(governors):
        policy(tmp_path, number * 4, governor)
    assert conditions(tmp_path)["governor"] == told
