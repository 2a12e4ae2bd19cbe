import pytest

from resnettui.core.placing import Core, Placement, compact, impossible, place, spread
from resnettui.core.trial import Trial


def plain(count: int) -> list[Core]:
    return [Core(core, core) for core in range(count)]


HYPERTHREADED = [Core(core, core % 2) for core in range(4)]
"""Two physical cores: 0 and 2, 1 and 3."""

TWO_L3 = [Core(core, core, (0, core // 4)) for core in range(8)]

BIG_LITTLE = [
    *(Core(core, core, (0,), 1, "little") for core in range(2)),
    *(Core(core, core, (4,), 0, "big") for core in range(4, 6)),
]


def places(pin: str | None, processes: int, threads: int, layout: list[Core]) -> object:
    found = place(Trial(threads=threads, processes=processes, pin=pin), layout)
    return found.places or found.refused


@pytest.mark.parametrize("pin", [None, "none"])
def test_one_process_is_left_to_the_kernel(pin: str | None) -> None:
    assert place(Trial(threads=2, pin=pin), plain(4)) == Placement()


def test_several_are_left_to_the_kernel_where_the_user_says_so() -> None:
    assert place(Trial(processes=2, pin="none"), plain(4)) == Placement()


@pytest.mark.parametrize("pin", [None, "spread", "compact"])
@pytest.mark.parametrize(
    ("cores", "processes", "threads", "expected"),
    [
        (2, 2, 1, ((0,), (1,))),
        (4, 2, 2, ((0, 1), (2, 3))),
        (2, 2, 2, "2 x 2 threads do not fit onto 2 cores"),
        (2, 3, 1, "3 x 1 threads do not fit onto 2 cores"),
        (0, 2, 1, "the cores of this machine are not known"),
    ],
)
def test_every_process_gets_cores_of_its_own(
    pin: str | None, cores: int, processes: int, threads: int, expected: object
) -> None:
    assert places(pin, processes, threads, plain(cores)) == expected


@pytest.mark.parametrize(
    ("pin", "processes", "threads", "expected"),
    [
        ("spread", 1, 2, ((0, 1),)),
        ("compact", 1, 2, ((0, 2),)),
        ("spread", 2, 1, ((0,), (1,))),
        ("compact", 2, 1, ((0,), (2,))),
        ("spread", 2, 2, ((0, 2), (1, 3))),
        ("spread", 1, 3, ((0, 1, 2),)),
    ],
)
def test_hardware_threads_are_shared_first_or_last(
    pin: str, processes: int, threads: int, expected: object
) -> None:
    assert places(pin, processes, threads, HYPERTHREADED) == expected


@pytest.mark.parametrize(
    ("pin", "processes", "threads", "expected"),
    [
        ("compact", 1, 4, ((0, 1, 2, 3),)),
        ("spread", 1, 4, ((0, 1, 4, 5),)),
        ("spread", 2, 1, ((0,), (4,))),
        # Each process has neighbours, and both lie far apart.
        ("spread", 2, 2, ((0, 1), (4, 5))),
        ("compact", 2, 2, ((0, 1), (2, 3))),
    ],
)
def test_a_cache_is_shared_by_all_or_by_few(
    pin: str, processes: int, threads: int, expected: object
) -> None:
    assert places(pin, processes, threads, TWO_L3) == expected


@pytest.mark.parametrize(
    ("pin", "threads", "expected"),
    [
        ("big", 2, ((4, 5),)),
        ("little", 1, ((0,),)),
        ("big", 3, "3 threads do not fit onto 2 big cores"),
        ("spread", 2, ((4, 5),)),
        ("compact", 3, ((0, 4, 5),)),
        ("spread", 5, "5 threads do not fit onto 4 cores"),
    ],
)
def test_a_cluster_is_chosen_and_else_the_strongest_cores_come_first(
    pin: str, threads: int, expected: object
) -> None:
    assert places(pin, 1, threads, BIG_LITTLE) == expected


@pytest.mark.parametrize("pin", ["big", "little"])
def test_a_cluster_where_all_cores_are_alike_is_refused(pin: str) -> None:
    assert places(pin, 1, 1, plain(4)) == f"no {pin} cores: all cores are alike"


def test_a_cluster_that_may_not_be_used_is_refused() -> None:
    assert places("big", 1, 1, BIG_LITTLE[:2]) == "no big cores: there are only little cores"


@pytest.mark.parametrize(
    ("pin", "processes", "threads", "expected"),
    [
        ("1,3", 1, 2, ((1, 3),)),
        ("0-2", 1, 1, ((0, 1, 2),)),
        ("1", 1, 2, ((1,),)),
        ("1-3", 3, 1, ((1,), (2,), (3,))),
        ("1-2", 3, 1, "3 x 1 threads do not fit onto 2 cores"),
        ("1", 2, 1, "2 x 1 threads do not fit onto 1 core"),
    ],
)
def test_a_list_is_taken_as_it_is_and_shared_among_several(
    pin: str, processes: int, threads: int, expected: object
) -> None:
    assert places(pin, processes, threads, plain(4)) == expected


@pytest.mark.parametrize(
    ("pin", "usable", "reason"),
    [
        ("0,5", (0, 5), ""),
        ("0,6", (0, 5), "core 6 does not exist or may not be used"),
        ("1-3", (0, 1), "cores 2-3 do not exist or may not be used"),
        ("7", (), ""),
        ("spread", (0,), ""),
        (None, (0,), ""),
    ],
)
def test_a_core_that_cannot_be_had_is_named(
    pin: str | None, usable: tuple[int, ...], reason: str
) -> None:
    assert impossible(Trial(pin=pin), usable) == reason


def test_orders_hold_for_cores_with_gaps_in_their_numbers() -> None:
    layout = [Core(9, 3), Core(3, 3), Core(7, 7)]
    assert [core.id for core in compact(layout)] == [3, 9, 7]
    assert [core.id for core in spread(layout)] == [3, 7, 9]
