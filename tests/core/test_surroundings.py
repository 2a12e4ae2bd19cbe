import pytest

from resnettui.core.machine import Reading
from resnettui.core.surroundings import Surroundings, surroundings_of, waited_share

GHZ = 1_000_000_000


def test_nothing_read_is_nothing_known() -> None:
    assert surroundings_of([]) == surroundings_of([Reading(at_s=1.0)]) == Surroundings()


def test_the_extremes_and_the_sums_of_a_trial_are_kept() -> None:
    readings = [
        Reading(
            clock_hz={0: 2 * GHZ, 4: 3 * GHZ},
            temperature_celsius=70.0,
            headroom_celsius=15.0,
            interval_s=1.0,
            ran_s=2.0,
            waited_s=0.0,
            switches=30,
            quota_stops=0,
            quota_stopped_s=0.0,
        ),
        Reading(
            clock_hz={0: 2 * GHZ, 4: 1 * GHZ},
            temperature_celsius=84.0,
            headroom_celsius=1.0,
            throttled="too hot",
            interval_s=0.5,
            ran_s=1.0,
            waited_s=1.0,
            switches=0,
            quota_stops=2,
            quota_stopped_s=0.2,
        ),
    ]
    assert surroundings_of(readings) == Surroundings(
        clock_min_hz=2 * GHZ,
        clock_max_hz=3 * GHZ,
        temperature_max_celsius=84.0,
        headroom_min_celsius=1.0,
        throttled="too hot",
        waited_share=0.25,
        switches_per_s=20.0,
        quota_stops=2,
        quota_stopped_s=0.2,
    )


def test_stops_of_the_quota_without_their_time_have_no_time() -> None:
    found = surroundings_of([Reading(quota_stops=1), Reading(quota_stops=2)])
    assert (found.quota_stops, found.quota_stopped_s) == (3, None)


def test_clocks_of_cores_that_a_trial_is_not_pinned_to_do_not_count() -> None:
    found = surroundings_of([Reading(clock_hz={0: 2 * GHZ, 4: 3 * GHZ})], cores=(0, 1))
    assert (found.clock_min_hz, found.clock_max_hz) == (2 * GHZ, 2 * GHZ)


@pytest.mark.parametrize(
    ("ran_s", "waited_s", "share"),
    [(1.0, 1.0, 0.5), (2.0, 0.0, 0.0), (0.0, 0.0, None), (None, None, None)],
)
def test_waiting_is_a_share_of_the_time_that_threads_want_to_run(
    ran_s: float | None, waited_s: float | None, share: float | None
) -> None:
    assert waited_share([Reading(), Reading(ran_s=ran_s, waited_s=waited_s)]) == share
