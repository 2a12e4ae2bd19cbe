"""The roof of a machine, and how near a result came to it: in words, and as plain values."""

from collections.abc import Iterable
from typing import Any

from resnettui.core.roof import MEMORY, Peak, Reached, Worked, reached
from resnettui.report.figures import percent, significant


def peak_text(peak: Peak) -> str:
    """Return a peak with its unit, e.g. "fp32 244 GFLOP/s"; what int8 does is no FLOP."""
    unit = {MEMORY: "GB/s", "int8": "GOP/s"}.get(peak.kind, "GFLOP/s")
    return f"{peak.kind} {significant(peak.per_s / 1e9)} {unit}"


def peaks_text(peaks: Iterable[Peak]) -> str:
    """Return peaks in one line."""
    return ", ".join(map(peak_text, peaks)) or "none could be measured"


def work_facts(worked: Worked, peaks: Iterable[Peak]) -> dict[str, str]:
    """Return what a pass does, and how near the roof that is, label -> text; what is known."""
    if worked.flop is None or worked.moved_bytes is None:
        return {}
    gflop, moved = worked.flop / 1e9, worked.moved_bytes / 1e6
    per_s = significant(worked.passes_per_s * gflop)
    found = reached(worked, peaks)
    work = f"{significant(gflop)} GFLOP, at least {significant(moved)} MB to move: {per_s} GFLOP/s"
    return {"work of a pass": work, **({"roof": reached_text(found)} if found else {})}


def reached_text(found: Reached) -> str:
    """Return the shares of both roofs, and which they are."""
    compute, memory = found.roof.compute, found.roof.memory
    too_low = ", measured too low" if found.compute_share > 1 else ""
    return (
        f"{percent(found.compute_share)} of {peak_text(compute)} ({compute.by}{too_low}), "
        f"{percent(found.memory_share)} of {peak_text(memory)} ({memory.by})"
    )


def work_record(worked: Worked, peaks: Iterable[Peak]) -> dict[str, Any]:
    """Return the same as plain values: "work" and "roof", each None where it is not known."""
    if worked.flop is None or worked.moved_bytes is None:
        return {"work": None, "roof": None}
    work = {
        "flop": worked.flop,
        "moved_bytes": worked.moved_bytes,
        "gflop_per_s": round(worked.passes_per_s * worked.flop / 1e9, 3),
        "gb_per_s": round(worked.passes_per_s * worked.moved_bytes / 1e9, 3),
    }
    found = reached(worked, peaks)
    return {"work": work, "roof": found and _roof(found)}


def _roof(found: Reached) -> dict[str, Any]:
    compute, memory = found.roof.compute, found.roof.memory
    return {
        "threads": compute.threads,
        "compute_gflop_per_s": round(compute.per_s / 1e9, 3),
        "compute_by": compute.by,
        "compute_share": round(found.compute_share, 4),
        "memory_gb_per_s": round(memory.per_s / 1e9, 3),
        "memory_by": memory.by,
        "memory_share": round(found.memory_share, 4),
    }
