"""The columns that several tables share: how each is called, and its value in a ScalingRow."""

from resnettui.core.axes import AXIS, Whole
from resnettui.core.scaling import ScalingRow
from resnettui.core.table import Cell, Column, Field, Kind

VARIANTS = {"none": "Unfused", "full": "Fused"}
"""A value of the fusion axis -> the study's word for it."""

RowField = Field[ScalingRow]

PLATFORM = RowField(Column("platform", "platform"), lambda row: row.outcome.platform)
VARIANT = RowField(Column("variant", "variant"), lambda row: VARIANTS[row.trial.fusion])
ENGINE = RowField(Column("engine", "engine"), lambda row: row.trial.engine, optional=True)
CORES = RowField(Column("cores", "cores", "count"), lambda row: row.trial.cores)
LATENCY = RowField(Column("latency_ms", "latency", "ms"), lambda row: row.latency_ns / 1e6)
THROUGHPUT = RowField(
    Column("throughput_img_s", "throughput", "img_s"), lambda row: row.throughput_img_s
)
SPREAD = RowField(
    Column("spread", "IQR / median", "share"), lambda row: row.outcome.spread, optional=True
)
SPEEDUP = RowField(Column("speedup", "speedup vs 1 core", "ratio"), lambda row: row.speedup)
EFFICIENCY = RowField(
    Column("parallel_efficiency", "parallel efficiency", "share"), lambda row: row.efficiency
)
MEMORY = RowField(
    Column("memory_bytes", "memory per process", "bytes"),
    lambda row: row.outcome.memory_bytes,
    optional=True,
)
FLAGS = RowField(Column("flags", "flags"), lambda row: row.flags, optional=True)


def axis_field(name: str) -> RowField:
    """Return the column of an axis."""

    def value(row: ScalingRow) -> Cell:
        found: Cell = getattr(row.trial, name)
        return found

    kind: Kind = "count" if isinstance(AXIS[name].domain, Whole) else "text"
    return RowField(Column(name, name.replace("_", " "), kind), value)


def _share(name: str, heading: str) -> RowField:
    return RowField(
        Column(name, heading, "share", decimals=1),
        lambda row: getattr(row.outcome.check, name, None),
        optional=True,
    )


def _cosine(row: ScalingRow) -> Cell:
    check = row.outcome.check
    return check.cosine if check and check.sqnr_db is None else None


def _images(row: ScalingRow) -> Cell:
    check = row.outcome.check
    return check.images or None if check else None


CHECKS = (
    _share("agreement", "agrees with fp32"),
    RowField(
        Column("sqnr_db", "SQNR", "db"),
        lambda row: getattr(row.outcome.check, "sqnr_db", None),
        optional=True,
    ),
    _share("top1", "top-1"),
    RowField(Column("images", "images", "count"), _images, optional=True),
    RowField(Column("cosine", "cosine to fp32", "number", 6), _cosine, optional=True),
)
"""What a variant's output is worth; the cosine stands in where there is no SQNR.

A share is worth what it was counted on: two images, or fifty."""
