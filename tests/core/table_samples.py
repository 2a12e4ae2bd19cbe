"""Outcomes for the tests of the tables."""

from dataclasses import replace

from resnettui.core.outcome import Outcome
from resnettui.core.table import Cell, Table
from resnettui.core.trial import Check, Trial

BOARD = "Board, 4 cores"
OTHER = "Server, 8 cores"
FP32 = Trial(fusion="full")
INT8 = Trial(precision="int8", engine="qnnpack")


def outcome(
    trial: Trial = FP32,
    latency_ms: float = 10.0,
    platform: str = BOARD,
    *,
    throughput_img_s: float | None = None,
    check: Check | None = None,
    ops: tuple[int, int] | None = None,
    memory_bytes: int | None = None,
    flags: tuple[str, ...] = (),
    weights: str = "random",
    input: str = "synthetic",
) -> Outcome:
    """Return an outcome whose throughput follows from its latency unless it is given."""
    img_s = 1000 * trial.batch_size * trial.processes / latency_ms
    return Outcome(
        trial=trial,
        latency_ns=latency_ms * 1e6,
        throughput_img_s=img_s if throughput_img_s is None else throughput_img_s,
        platform=platform,
        passes=100,
        ops=ops,
        check=check,
        memory_bytes=memory_bytes,
        flags=dict.fromkeys(flags, "a reason"),
        weights=weights,
        input=input,
    )


def along(axis: str, latencies_ms: dict[object, float], trial: Trial = FP32) -> list[Outcome]:
    """Return outcomes along one axis: value -> latency."""
    return [
        outcome(replace(trial, **{axis: value}), ms)  # type: ignore[arg-type]
        for value, ms in latencies_ms.items()
    ]


def names(table: Table) -> list[str]:
    """Return the names of a table's columns."""
    return [column.name for column in table.columns]


def row(table: Table, at: int) -> dict[str, Cell]:
    """Return a row by the names of its columns."""
    return dict(zip(names(table), table.rows[at], strict=True))
