import pytest
from core_samples import SECOND

from resnettui.core.timeline import TIMELINE_S, Point, columns_of, extended


def points_at(*seconds: float) -> list[Point]:
    """Return points whose latency is their second."""
    return [Point(round(second * SECOND), second) for second in seconds]


def test_a_point_is_added_at_the_end() -> None:
    first, second = points_at(1, 2)
    assert extended(extended((), first), second) == (first, second)


@pytest.mark.parametrize(("age_s", "kept"), [(0, 1), (59.999, 1), (60, 0), (61, 0)])
def test_a_point_stays_as_long_as_the_timeline(age_s: float, kept: int) -> None:
    newest = Point(1000 * SECOND, 1.0)
    old = Point(newest.end_ns - round(age_s * SECOND), 2.0)
    assert extended([old], newest) == ((old,) * kept + (newest,))


def test_adding_for_ever_keeps_a_minute() -> None:
    points: tuple[Point, ...] = ()
    for second in range(500):
        points = extended(points, Point(second * SECOND, 1.0))
    assert len(points) == TIMELINE_S


def test_the_newest_stands_in_the_last_column() -> None:
    assert columns_of(points_at(100), 4) == [None, None, None, 100]


def test_columns_are_oldest_first_with_gaps_where_nothing_ended() -> None:
    assert columns_of(points_at(41, 61, 100), 6) == [41, None, 61, None, None, 100]


def test_a_column_is_the_median_of_its_points() -> None:
    points = [Point(100 * SECOND - n, latency) for n, latency in enumerate([5.0, 1.0, 3.0])]
    assert columns_of(points[::-1], 2) == [None, 3.0]


@pytest.mark.parametrize("columns", [1, 7, 60, 97])
def test_every_point_of_the_minute_has_a_column(columns: int) -> None:
    newest = 100 * SECOND
    for end_ns in (newest, newest - 1, newest - TIMELINE_S * SECOND // 2, newest - 60 * SECOND + 1):
        found = columns_of([Point(end_ns, 7.0), Point(newest, 7.0)], columns)
        assert len(found) == columns
        assert found.count(7.0) == len({0, (newest - end_ns) * columns // (60 * SECOND)})


def test_a_point_older_than_the_minute_is_left_out() -> None:
    assert columns_of(points_at(39, 100), 3) == [None, None, 100]


def test_no_point_leaves_all_columns_empty() -> None:
    assert columns_of([], 3) == [None, None, None]
