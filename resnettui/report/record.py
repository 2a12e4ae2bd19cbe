"""A result as one JSON object, the same from every command."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.roof import Peak
from resnettui.core.stats import Summary
from resnettui.core.trial import InputSource, Member, TrialResult
from resnettui.report.roof import work_record

SCHEMA = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


def record(
    result: TrialResult,
    machine: Machine,
    build: Build | None,
    samples: bool = False,
    peaks: Sequence[Peak] = (),
) -> dict[str, Any]:
    """Return a result as plain values, latencies in ms; `samples` adds the raw nanoseconds.

    The `peaks` are what is known of the machine's roof.
    """
    plain: dict[str, Any] = {
        "schema": SCHEMA,
        "trial": result.trial.as_dict(),
        "latency_ms": latency_record(result.summary),
        "throughput_img_s": round(result.throughput_img_s, 3),
        "processes": [_process(member) for member in result.members],
        "warmup": {"iterations": result.warmup.iterations, "settled": result.warmup.settled},
        "flags": list(result.flags),
        "flag_reasons": dict(result.flags),
        "ops": {**ops_record(result.ops), "unfused": ops_record(result.unfused)},
        "check": {
            "max_abs_error": result.check.max_abs_error,
            "cosine": result.check.cosine,
            "sqnr_db": result.check.sqnr_db,
            "agreement": result.check.agreement,
            "top1": result.check.top1,
            "images": result.check.images,
        },
        "kernels": dict(result.kernels),
        "surroundings": asdict(result.surroundings),
        "input": _input(result.input),
        **work_record(result, peaks),
        "machine": machine_record(machine, build),
    }
    return {**plain, "samples_ns": list(result.latencies_ns)} if samples else plain


def latency_record(summary: Summary) -> dict[str, float | int | None]:
    """Return the statistics of a sample in ms; None for percentiles that it cannot carry."""
    figures = ("min", "mean", "p50", "p90", "p95", "p99", "max", "iqr")
    return {"n": summary.n, **{name: _ms(getattr(summary, name)) for name in figures}}


def _process(member: Member) -> dict[str, Any]:
    return {
        "pid": member.pid,
        "cores": list(member.cores),
        "passes": member.passes,
        "median_ms": _ms(member.median_ns),
        "throughput_img_s": round(member.throughput_img_s, 3),
        "memory_bytes": member.memory_bytes,
        "threads": asdict(member.threads),
    }


def _ms(nanoseconds: float | None) -> float | None:
    return None if nanoseconds is None else round(nanoseconds / 1e6, 6)


def ops_record(ledger: OpLedger) -> dict[str, Any]:
    """Return the counts of one pass."""
    return {
        "dispatched": ledger.dispatched,
        "standalone": ledger.standalone,
        "fused": ledger.fused,
        "by_kind": dict(ledger.by_kind),
    }


def _input(source: InputSource) -> dict[str, Any]:
    return {
        "weights": source.weights,
        "images": source.images,
        "files": source.files,
        "looked_at": source.looked_at,
        "unreadable": source.unreadable,
        "unreadable_names": list(source.unreadable_names),
        "no_top1": source.no_top1,
    }


def machine_record(machine: Machine, build: Build | None) -> dict[str, Any]:
    """Return the machine and its torch as plain values; None for a torch that told nothing."""
    return {
        "name": machine.name or None,
        "host": machine.host or None,
        "cpu": machine.cpu,
        "board": machine.board,
        "arch": machine.arch,
        "cores_allowed": machine.cores_allowed,
        "cores_online": len(machine.cores_online) or None,
        "isa": list(machine.isa),
        "cache_bytes": dict(machine.cache_bytes),
        "memory_bytes": machine.memory_bytes,
        "torch": build and build.torch,
        "torchvision": build and build.torchvision,
        "cpu_capability": build and build.cpu_capability,
        "engines": list(build.engines) if build else [],
    }
