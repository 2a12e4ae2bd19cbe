import random
import statistics
from collections import Counter
from dataclasses import replace

import pytest

from resnettui.core.stats import (
    PERCENTILES,
    Histogram,
    histogram,
    median,
    quantile,
    samples_needed,
    summarise,
)

NEEDED = {90: 29, 95: 59, 99: 299}


def gamma_sample(n: int, seed: int = 7) -> list[int]:
    """Return latencies with a tail to the right, as measured ones have."""
    source = random.Random(seed)
    return [int(8e6 + 1e5 * source.gammavariate(2.0, 1.0)) for _ in range(n)]


@pytest.mark.parametrize(("percentile", "n"), NEEDED.items())
def test_the_sample_that_a_percentile_needs(percentile: int, n: int) -> None:
    assert samples_needed(percentile) == n


@pytest.mark.parametrize(("percentile", "n"), {90: 44, 95: 90, 99: 459}.items())
def test_more_confidence_needs_more(percentile: int, n: int) -> None:
    assert samples_needed(percentile, 0.99) == n


@pytest.mark.parametrize("percentile", PERCENTILES)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_the_needed_sample_is_the_smallest_that_bounds(percentile: int, confidence: float) -> None:
    n, q = samples_needed(percentile, confidence), percentile / 100
    assert 1 - q**n >= confidence > 1 - q ** (n - 1)


@pytest.mark.parametrize(("percentile", "n"), NEEDED.items())
def test_a_percentile_is_a_number_from_exactly_its_n_on(percentile: int, n: int) -> None:
    latencies = gamma_sample(n)
    assert summarise(latencies[:-1]).percentile(percentile) is None
    value = summarise(latencies).percentile(percentile)
    assert value == pytest.approx(quantile(sorted(latencies), percentile / 100))


def test_percentile_names_its_own_field() -> None:
    summary = summarise(gamma_sample(300))
    found = [summary.percentile(p) for p in PERCENTILES]
    assert found == [summary.p90, summary.p95, summary.p99]
    assert len(set(found)) == 3


@pytest.mark.parametrize("n", [2, 3, 4, 5, 10, 101, 300])
def test_quantiles_are_those_of_the_standard_library(n: int) -> None:
    latencies = gamma_sample(n, seed=n)
    expected = statistics.quantiles(latencies, n=100, method="inclusive")
    ordered = sorted(latencies)
    assert [quantile(ordered, p / 100) for p in range(1, 100)] == pytest.approx(expected, rel=1e-12)
    assert (quantile(ordered, 0), quantile(ordered, 1)) == (ordered[0], ordered[-1])


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 50])
def test_the_median_is_that_of_the_standard_library(n: int) -> None:
    latencies = gamma_sample(n, seed=n)
    assert median(latencies) == statistics.median(latencies)
    assert summarise(latencies).p50 == statistics.median(latencies)


def test_a_summary_states_the_sample() -> None:
    summary = summarise([40, 10, 30, 20, 50])
    assert (summary.n, summary.min, summary.mean, summary.max) == (5, 10, 30, 50)
    assert (summary.p50, summary.iqr) == (30, 20)
    assert summary.spread == pytest.approx(20 / 30)
    assert (summary.p90, summary.p95, summary.p99) == (None, None, None)


def test_one_latency_is_a_sample() -> None:
    summary = summarise([7])
    assert (summary.min, summary.p50, summary.max, summary.iqr, summary.spread) == (
        7,
        7,
        7,
        0,
        None,
    )


def test_two_passes_have_a_spread() -> None:
    assert summarise([10, 20]).spread == pytest.approx(5 / 15)


def test_without_a_median_there_is_no_spread() -> None:
    assert replace(summarise([0, 0, 0]), iqr=5).spread == 0


def test_an_empty_sample_has_no_statistics() -> None:
    with pytest.raises(ValueError, match="no latency was measured"):
        summarise([])


def test_summarising_leaves_the_sample_in_its_order() -> None:
    latencies = [30, 10, 20]
    summarise(latencies)
    histogram(latencies, 4)
    assert latencies == [30, 10, 20]


SAMPLES = {
    "gamma": gamma_sample(500),
    "outliers": [*gamma_sample(500), 900_000_000, 5_000_000_000],
    "two modes": [*([10_000_000] * 50), *([20_000_000] * 50)],
    "constant": [8_000_000] * 20,
    "one": [8_000_000],
    "two": [8_000_000, 8_000_001],
    "small": [1, 2, 3, 4],
    "mostly constant": [*([8_000_000] * 99), 80_000_000],
}


@pytest.mark.parametrize("bins", [1, 2, 7, 40])
@pytest.mark.parametrize("latencies", SAMPLES.values(), ids=SAMPLES)
def test_a_histogram_counts_every_latency_once(latencies: list[int], bins: int) -> None:
    counted = histogram(latencies, bins)
    assert len(counted.counts) == bins
    assert sum(counted.counts) == len(latencies) - counted.beyond
    assert counted.beyond == sum(latency > counted.high for latency in latencies)
    assert counted.low == min(latencies)
    assert counted.high > counted.low


def test_without_outliers_the_range_is_that_of_the_sample() -> None:
    latencies = list(range(1000, 2001, 10))
    counted = histogram(latencies, 10)
    assert (counted.low, counted.high, counted.beyond) == (1000, 2000, 0)
    assert max(counted.counts) - min(counted.counts) <= 1


def test_outliers_do_not_stretch_the_range() -> None:
    latencies = gamma_sample(500)
    counted = histogram([*latencies, 900_000_000, 5_000_000_000], 40)
    assert counted.beyond >= 2
    assert counted.high - counted.low < 2 * (max(latencies) - min(latencies))
    assert sum(count > 0 for count in counted.counts) > 10


def test_an_outlier_beside_a_constant_does_not_stretch_the_range() -> None:
    counted = histogram([*([8_000_000] * 99), 80_000_000], 10)
    assert counted.beyond == 1
    assert counted.high < 9_000_000


@pytest.mark.parametrize("latencies", [[8_000_000] * 20, [8_000_000]], ids=["constant", "one"])
def test_a_constant_sample_stands_in_the_first_bin(latencies: list[int]) -> None:
    counted = histogram(latencies, 10)
    assert counted.counts == (len(latencies), *([0] * 9))
    assert counted.bin_of(8_000_000) == 0


@pytest.mark.parametrize(
    ("value", "bin_"),
    [(-5, 0), (0, 0), (9.9, 0), (10.1, 1), (55, 5), (99.9, 9), (100, 9), (1e9, 9)],
)
def test_a_value_stands_in_its_bin_or_the_nearest(value: float, bin_: int) -> None:
    assert Histogram(0.0, 100.0, (1,) * 10, 0).bin_of(value) == bin_


def test_the_bin_of_a_latency_is_where_it_was_counted() -> None:
    latencies = gamma_sample(200)
    whole = histogram(latencies, 20)
    assert whole.beyond == 0
    found = Counter(whole.bin_of(latency) for latency in latencies)
    assert [found[bin_] for bin_ in range(20)] == list(whole.counts)


def test_a_latency_on_an_edge_is_counted_in_its_bin() -> None:
    counted = histogram([100, 110, 120], 2)
    before = histogram([100, 120], 2)
    gained = [a - b for a, b in zip(counted.counts, before.counts, strict=True)]
    assert gained.index(1) == counted.bin_of(110)


def test_counts_follow_the_values() -> None:
    counted = histogram([*([1000] * 5), *([1400] * 3), *([1990] * 2), 2000], 4)
    assert counted.counts == (5, 3, 0, 3)
