from dataclasses import replace

import pytest

from resnettui.core.history import Listed
from resnettui.core.machine import Machine
from resnettui.core.platforms import is_same, told_apart
from resnettui.core.trial import Trial

PI, EPYC = "Raspberry Pi 4, Cortex-A72, 4 cores", "AMD EPYC, 2 cores"


def listed(platform: str = PI, host: str = "", torch: str = "") -> Listed:
    return Listed("a1", "", "run", Trial(), platform, host=host, torch=torch)


def names(*entries: Listed) -> list[str]:
    return [entry.platform for entry in told_apart(entries)]


def test_one_machine_keeps_its_name() -> None:
    assert names(listed(host="one"), listed(host="one"), listed(EPYC, "two")) == [PI, PI, EPYC]
    assert names() == []


def test_equal_boards_are_told_apart_by_host() -> None:
    found = names(listed(host="one"), listed(host="two"), listed(EPYC, "one"))
    assert found == [f"{PI} on one", f"{PI} on two", EPYC]


def test_one_board_is_told_apart_by_torch() -> None:
    found = names(listed(host="one", torch="2.9.1"), listed(host="one", torch="2.13.0"))
    assert found == [f"{PI}, torch 2.9.1", f"{PI}, torch 2.13.0"]


def test_torch_is_named_only_where_the_host_is_not_enough() -> None:
    one, two = listed(host="one", torch="2.9.1"), listed(host="two", torch="2.13.0")
    assert names(one, two) == [f"{PI} on one", f"{PI} on two"]
    newer = replace(one, torch="2.13.0")
    assert names(one, two, newer) == [
        f"{PI} on one, torch 2.9.1",
        f"{PI} on two",
        f"{PI} on one, torch 2.13.0",
    ]


def test_what_is_not_known_tells_nothing_apart() -> None:
    assert names(listed(), listed(host="one"), listed(torch="2.9.1")) == [PI, PI, PI]
    assert names(listed(), listed(host="one"), listed(host="two"))[0] == PI


@pytest.mark.parametrize("host", ["{}", "{0}", "%s"])
def test_a_host_may_have_any_name(host: str) -> None:
    assert names(listed(host=host), listed(host="two"))[0] == f"{PI} on {host}"


def test_a_machine_is_the_same_by_its_board_and_its_host() -> None:
    one = Machine(cpu="Cortex-A72", board="Raspberry Pi 4", host="garage", cores_allowed=4)
    assert is_same(one, replace(one, cores_allowed=2, name="the garage"))
    assert not is_same(one, replace(one, host="attic"))
    assert not is_same(one, replace(one, board="Raspberry Pi 5"))
