import pytest

from resnettui.report.figures import (
    duration,
    mebibytes,
    milliseconds,
    percent,
    ratio,
    significant,
    thread_count,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (0.05, "0.05"),
        (0.5, "0.50"),
        (1, "1.00"),
        (2.888, "2.89"),
        (9.994, "9.99"),
        (9.995, "10.0"),
        (9.996, "10.0"),
        (14.67, "14.7"),
        (99.94, "99.9"),
        (99.95, "100"),
        (100, "100"),
        (202.4, "202"),
        (999.4, "999"),
        (1234.5, "1234"),
        (123456.7, "123457"),
        (-2.5, "-2.50"),
    ],
)
def test_a_number_has_three_digits_and_never_more_than_two_decimals(
    value: float, text: str
) -> None:
    assert significant(value) == text


def test_from_one_to_a_thousand_there_are_three_significant_digits() -> None:
    texts = [significant(1 + n * 0.0117) for n in range(85_300)]
    assert {sum(c.isdigit() for c in text) for text in texts} == {3}


def test_below_a_hundred_the_width_does_not_change() -> None:
    texts = [significant(n / 1000) for n in range(99_950)]
    assert {len(text) for text in texts} == {4}


@pytest.mark.parametrize("value", [1e-9, 1e7, 1e20])
def test_no_number_is_in_scientific_notation(value: float) -> None:
    assert "e" not in significant(value)


def test_a_figure_grows_with_its_value() -> None:
    values = [1.01**n for n in range(1, 1500)]
    figures = [float(significant(value)) for value in values]
    assert figures == sorted(figures)
    assert figures == pytest.approx(values, rel=0.0051)


@pytest.mark.parametrize("figure", [significant, milliseconds, ratio, percent])
def test_a_missing_value_has_a_sign_of_its_own(figure: object) -> None:
    assert callable(figure)
    assert figure(None) == "-"
    assert figure(None, "n/a") == "n/a"


@pytest.mark.parametrize(
    ("nanoseconds", "text"), [(8_780_000, "8.78"), (584_800_000, "585"), (0, "0.00")]
)
def test_latencies_are_in_ms(nanoseconds: float, text: str) -> None:
    assert milliseconds(nanoseconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(584.8 / 202.4, "2.89×"), (1.0, "1.00×"), (29.84, "29.8×")]
)
def test_a_ratio_has_its_sign(value: float, text: str) -> None:
    assert ratio(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.8432, "84 %"), (1.0, "100 %"), (0.0, "0 %"), (0.004, "0 %")]
)
def test_a_share_is_a_whole_percentage(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("size", "text"), [(450 << 20, "450"), (1 << 19, "0"), (None, "-")])
def test_memory_is_in_whole_mebibytes(size: int | None, text: str) -> None:
    assert mebibytes(size) == text


@pytest.mark.parametrize(("share", "text"), [(None, "-"), (-0.002, "0 %"), (-0.02, "-2 %")])
def test_next_to_nothing_has_no_sign(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0:00"), (59.6, "1:00"), (187, "3:07"), (3599, "59:59"), (3729, "1:02:09")],
)
def test_a_time_has_hours_where_there_are_some(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_one_thread_is_no_threads() -> None:
    assert (thread_count(1), thread_count(2)) == ("1 thread", "2 threads")
