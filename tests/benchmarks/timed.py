"""A variant built in this process and timed by resnettui's own loop."""

from collections.abc import Sequence

from resnettui.core.stats import summarise
from resnettui.core.trial import Trial
from resnettui.worker.inputs import synthetic
from resnettui.worker.measure import collector_frozen, measure, passes_of
from resnettui.worker.variants import Builder, Variant, settings


def built(trial: Trial) -> Variant:
    """Build the variant of a trial."""
    with settings(trial):
        builder = Builder(trial.model, synthetic(trial.image_size))
        return builder.build(trial, lambda what, done, total: None)


def median_ns(variant: Variant, seconds: float) -> float:
    """Return the median latency over some seconds, inside the trial's settings."""
    latencies: list[int] = []

    def take(taken: Sequence[int], _wall_ns: int, _end_ns: int, _last: bool) -> bool:
        latencies.extend(taken)
        return True

    with collector_frozen():
        one_pass = passes_of(variant.model, variant.batches)
        measure(one_pass, take, duration_ns=int(seconds * 1e9))
    return summarise(latencies).p50
