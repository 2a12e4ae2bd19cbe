"""The operators of a pass as one JSON object."""

from typing import Any

from resnettui.core.kernels import is_reference
from resnettui.core.machine import Build, Machine
from resnettui.core.op_rows import COMPUTE, MEMORY, OpRow
from resnettui.core.operators import OpProfile
from resnettui.core.roof import Peak, Roof
from resnettui.core.verdict import OVERHEAD, Verdict
from resnettui.report.operators import OpPage
from resnettui.report.record import SCHEMA, machine_record


def operators_record(page: OpPage, machine: Machine, build: Build | None) -> dict[str, Any]:
    """Return what `ops` measured as plain values, times in ms; null for what is not known."""
    unfused = page.unfused_page()
    return {
        "schema": SCHEMA,
        "trial": page.trial.as_dict(),
        "by": page.by,
        "roof": page.roof and _roof(page.roof),
        **_profile(page),
        "unfused": unfused and _profile(unfused),
        "machine": machine_record(machine, build),
    }


def operator_records(page: OpPage) -> list[dict[str, Any]]:
    """Return every row of the table as plain values, times in ms."""
    return [_row(row) for row in page.rows()]


def _profile(page: OpPage) -> dict[str, Any]:
    profile, verdict = page.profile, page.verdict
    return {
        "verdict": verdict and _verdict(verdict),
        "pass": _pass(profile),
        "operators": operator_records(page),
    }


def _pass(profile: OpProfile) -> dict[str, Any]:
    return {
        "ms": _ms(profile.pass_ns),
        "profiled_ms": _ms(profile.profiled_ns),
        "inflation": round(profile.inflation, 4),
        "passes": profile.passes,
        "not_pinned": profile.not_pinned or None,
        "operators_ms": _ms(profile.operators_ns),
        "between_ms": _ms(profile.between_ns),
        "uneven_ms": _ms(profile.uneven_ns),
        "macs": profile.macs,
        "flop": profile.flop,
        "moved_bytes": profile.moved_bytes,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "bound": verdict.bound,
        "shares": {bound: _share(verdict.share_of(bound)) for bound in (COMPUTE, MEMORY, OVERHEAD)},
        "compute_ms": _ms(verdict.compute_ns),
        "memory_ms": _ms(verdict.memory_ns),
        "far_ms": _ms(verdict.far_ns),
        "between_ms": _ms(verdict.between_ns),
        "uneven_ms": _ms(verdict.uneven_ns),
        "least_ms": _ms(verdict.least_ns),
        "compute_roof_share": _share(verdict.compute_share),
        "memory_roof_share": _share(verdict.memory_share),
        "calls_over_compute_roof": verdict.over_compute,
        "calls_over_memory_roof": verdict.over_memory,
    }


def _row(row: OpRow) -> dict[str, Any]:
    return {
        "label": row.label,
        "calls": len(row.calls),
        "ms": _ms(row.time_ns),
        "share": _share(row.share),
        "flop": row.flop,
        "moved_bytes": row.moved_bytes,
        "gflop_per_s": round(row.flop_per_s / 1e9, 3),
        "intensity": round(row.intensity, 4),
        "compute_roof_share": _share(row.compute_share),
        "memory_roof_share": _share(row.memory_share),
        "bound": row.bound,
        "kernels": row.kernels,
        "reference_kernels": [kernel for kernel in row.kernels if is_reference(kernel)],
    }


def _roof(roof: Roof) -> dict[str, Any]:
    return {"compute": _peak(roof.compute), "memory": _peak(roof.memory)}


def _peak(peak: Peak) -> dict[str, Any]:
    return {"kind": peak.kind, "threads": peak.threads, "per_s": peak.per_s, "by": peak.by}


def _ms(nanoseconds: float) -> float:
    return round(nanoseconds / 1e6, 6)


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
