from dataclasses import replace

from resnettui.core.curves import curved_axes, curves_of
from resnettui.core.outcome import Outcome
from resnettui.core.trial import Trial

BASE = Trial()


def outcome(trial: Trial, latency_ms: float = 10.0) -> Outcome:
    return Outcome(trial, latency_ms * 1e6, trial.batch_size * 1e3 / latency_ms)


def batches(*sizes: int, fusion: str = "none") -> list[Outcome]:
    return [outcome(replace(BASE, batch_size=size, fusion=fusion)) for size in sizes]


def test_a_curve_holds_what_differs_on_its_axis_only_ascending() -> None:
    curves = curves_of([*batches(8, 1, 64), *batches(2, 1, fusion="full")], "batch_size")
    assert [(c.trial.fusion, c.values) for c in curves] == [
        ("none", (1, 8, 64)),
        ("full", (1, 2)),
    ]


def test_a_single_point_is_no_curve() -> None:
    assert curves_of(batches(4), "batch_size") == ()
    assert curves_of([*batches(4), *batches(8, fusion="full")], "batch_size") == ()


def test_the_last_outcome_of_a_configuration_counts() -> None:
    again = outcome(BASE, 40.0)
    (curve,) = curves_of([*batches(1, 2), again], "batch_size")
    assert curve.outcomes[0] == again
    assert curve.values == (1, 2)


def test_axes_with_curves_stand_the_longest_first() -> None:
    threads = [outcome(replace(BASE, threads=n)) for n in (1, 2)]
    assert curved_axes([*threads, *batches(1, 2, 4)]) == ("batch_size", "threads")
    assert curved_axes(batches(1)) == ()
