"""Tests of when garbage is collected: not while the app starts, and not in what a start makes."""

import gc

from resnettui import garbage


def test_nothing_is_collected_while_the_app_starts() -> None:
    with garbage.put_off():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_a_start_made_is_left_alone_until_the_end() -> None:
    made: list[list[object]] = [[]]
    with garbage.put_off():
        garbage.begin()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        assert not any(one is made for one in gc.get_objects())
    assert gc.get_freeze_count() == 0


def test_where_nothing_was_put_off_nothing_is_left_alone() -> None:
    garbage.begin()
    assert gc.get_freeze_count() == 0


def test_an_app_that_cannot_start_leaves_the_collector_on() -> None:
    try:
        with garbage.put_off():
            raise ValueError
    except ValueError:
        assert gc.isenabled()
