"""Scaling rows: speedup, parallel efficiency and the benefit of fusion, from results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from resnettui.core.axes import AXES
from resnettui.core.trial import Trial, TrialResult


@dataclass(frozen=True)
class ScalingRow:
    """One configuration among the others that were measured."""

    trial: Trial
    latency_ns: float
    """Median."""
    throughput_img_s: float
    speedup: float | None
    """T1 / Tp against the same configuration on one core; None while that is not measured."""
    efficiency: float | None
    """speedup / cores."""
    fusion_benefit: float | None
    """Unfused over fused median of the same configuration; None until both are measured."""
    flags: tuple[str, ...] = ()


def scaling_rows(results: Iterable[TrialResult]) -> tuple[ScalingRow, ...]:
    """Return a row for every result, the cores of one configuration together and ascending."""
    known = {result.trial: result for result in results}
    medians = {trial: result.summary.p50 for trial, result in known.items()}
    rows = [_row(known[trial], medians) for trial in known]
    return tuple(sorted(rows, key=lambda row: _order(row.trial)))


def _row(result: TrialResult, medians: Mapping[Trial, float]) -> ScalingRow:
    trial, latency = result.trial, medians[result.trial]
    single = medians.get(replace(trial, threads=1, processes=1))
    unfused = medians.get(replace(trial, fusion="none"))
    fused = medians.get(replace(trial, fusion="full"))
    speedup = single / latency if single else None
    return ScalingRow(
        trial=trial,
        latency_ns=latency,
        throughput_img_s=result.throughput_img_s,
        speedup=speedup,
        efficiency=speedup / trial.cores if speedup is not None else None,
        fusion_benefit=unfused / fused if unfused and fused else None,
        flags=tuple(result.flags),
    )


def _order(trial: Trial) -> tuple[object, ...]:
    """Sort by every axis in the order of AXES, with the cores last."""
    places = []
    for axis in AXES:
        value = getattr(trial, axis.name)
        values = getattr(axis.domain, "values", None)
        place = values.index(value) if values and value in values else value or -1
        places.append((axis.name == "threads", place))
    return (*(place for last, place in places if not last), trial.cores)
