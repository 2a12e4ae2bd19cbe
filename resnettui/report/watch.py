"""A live measurement in one line: as a JSON object, or in words."""

from typing import Any

from resnettui.core.live import Phase, Snapshot
from resnettui.core.machine import Reading
from resnettui.core.trial import TrialResult
from resnettui.report.figures import milliseconds, significant
from resnettui.report.record import latency_record, ops_record
from resnettui.report.terminal import percentile_text

SCHEMA = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


def watch_record(snapshot: Snapshot, at: str) -> dict[str, Any]:
    """Return what a live measurement shows at a time (ISO 8601), as plain values.

    What is not known, or not yet, is null.
    """
    result, prepared = snapshot.result(), snapshot.prepared
    return {
        "schema": SCHEMA,
        "at": at,
        "phase": snapshot.phase.value,
        "doing": _doing(snapshot) or None,
        "failure": snapshot.failure.reason if snapshot.failure else None,
        "trial": snapshot.trial.as_dict(),
        "passes": snapshot.passes,
        "latency_ms": latency_record(result.summary) if result else None,
        "throughput_img_s": round(result.throughput_img_s, 3) if result else None,
        "flags": dict(result.flags) if result else {},
        "ops": ops_record(prepared.ops) if prepared else None,
        "kernels": dict(prepared.kernels) if prepared else None,
        **_sensed(snapshot.reading),
    }


def _sensed(reading: Reading) -> dict[str, Any]:
    """Return what the sensors said; a core goes by its id."""
    return {
        "core_use": {str(core): round(use, 4) for core, use in reading.core_use.items()},
        "clock_hz": {str(core): hz for core, hz in reading.clock_hz.items()},
        "temperature_celsius": reading.temperature_celsius,
        "throttled": reading.throttled,
        "worker_cores": _rounded(reading.worker_cores),
        "own_cores": _rounded(reading.ui_cores),
    }


def _rounded(cores: float | None) -> float | None:
    return None if cores is None else round(cores, 4)


def watch_line(snapshot: Snapshot, at: str) -> str:
    """Return the same in words, in the order in which one looks at them."""
    parts = [at, snapshot.phase.value, _doing(snapshot), *_figures(snapshot)]
    if snapshot.failure is not None:
        parts.append(snapshot.failure.reason)
    return "  ".join(filter(None, parts))


def _doing(snapshot: Snapshot) -> str:
    """Return what the worker does before it measures."""
    if snapshot.phase is Phase.WARMING_UP:
        return f"pass {snapshot.warmup.iterations}"
    if snapshot.phase is not Phase.BUILDING or snapshot.step is None:
        return ""
    step = snapshot.step
    return step.what + (f" {step.done}/{step.total}" if step.total else "")


def _figures(snapshot: Snapshot) -> list[str]:
    result, reading = snapshot.result(), snapshot.reading
    used, celsius = reading.worker_cores, reading.temperature_celsius
    return [
        *(_measured(result, snapshot.passes) if result else []),
        "" if used is None else f"{significant(used)} cores",
        "" if celsius is None else f"{celsius:.0f} °C",
        f"! {', '.join(result.flags)}" if result and result.flags else "",
    ]


def _measured(result: TrialResult, passes: int) -> list[str]:
    return [
        f"n {passes}",
        f"{milliseconds(result.summary.p50)} ms",
        f"p99 {percentile_text(result.summary, 99)}",
        f"{significant(result.throughput_img_s)} img/s",
    ]
