"""The figures that the study published, as reference: W8A8 ResNet50, ImageNet images, batch 1.

They carry the platform names of PLATFORMS wherever they stand beside measured ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from resnettui.core.outcome import Outcome
from resnettui.core.row_fields import VARIANTS
from resnettui.core.trial import IMAGES, Trial

ARM = "published, ARM Neoverse-N1"
AMD = "published, AMD"
PLATFORMS = (ARM, AMD)


@dataclass(frozen=True)
class PublishedRow:
    """One row of the study's table "ResNet50 W8A8 - Latency & Throughput", as printed."""

    platform: str
    variant: str
    cores: int
    latency_ms: float
    throughput_img_s: float
    speedup: float
    efficiency_percent: float


@dataclass(frozen=True)
class PublishedFusion:
    """One row of the table "Fusion Benefit - ARM Neoverse-N1", as printed."""

    cores: int
    unfused_ms: float
    fused_ms: float
    speedup: float
    ops: tuple[int, int]


@dataclass(frozen=True)
class PublishedVersus:
    """One row of the table "Cross-Platform Comparison - AMD vs ARM", as printed."""

    cores: int
    amd_ms: float
    unfused_ms: float
    fused_ms: float
    faster_than_unfused: float
    faster_than_fused: float


W8A8 = (
    PublishedRow(ARM, "Unfused", 1, 584.8, 1.7, 1.00, 100.0),
    PublishedRow(ARM, "Unfused", 4, 202.4, 4.9, 2.89, 72.2),
    PublishedRow(ARM, "Unfused", 8, 133.7, 7.5, 4.37, 54.7),
    PublishedRow(ARM, "Fused", 1, 422.6, 2.4, 1.00, 100.0),
    PublishedRow(ARM, "Fused", 4, 115.7, 8.6, 3.65, 91.3),
    PublishedRow(ARM, "Fused", 8, 62.7, 15.9, 6.74, 84.3),
    PublishedRow(AMD, "Unfused", 1, 19.6, 51.0, 1.00, 100.0),
    PublishedRow(AMD, "Unfused", 4, 7.1, 140.8, 2.76, 69.0),
    PublishedRow(AMD, "Unfused", 8, 5.9, 169.5, 3.32, 41.5),
)
FUSION = (
    PublishedFusion(1, 584.8, 422.6, 1.38, (160, 41)),
    PublishedFusion(4, 202.4, 115.7, 1.75, (160, 41)),
    PublishedFusion(8, 133.7, 62.7, 2.13, (160, 41)),
)
CROSS_PLATFORM = (
    PublishedVersus(1, 19.6, 584.8, 422.6, 29.8, 21.6),
    PublishedVersus(4, 7.1, 202.4, 115.7, 28.5, 16.3),
    PublishedVersus(8, 5.9, 133.7, 62.7, 22.7, 10.6),
)


def published_outcomes(rows: Iterable[PublishedRow] = W8A8) -> tuple[Outcome, ...]:
    """Return the study's rows as outcomes; every figure but the latency is computed from it."""
    return tuple(_outcome(row) for row in rows)


def _outcome(row: PublishedRow) -> Outcome:
    fusion = next(value for value, word in VARIANTS.items() if word == row.variant)
    unfused, fused = FUSION[0].ops
    return Outcome(
        trial=Trial(precision="int8", fusion=fusion, threads=row.cores),
        latency_ns=row.latency_ms * 1e6,
        throughput_img_s=1000 / row.latency_ms,
        platform=row.platform,
        ops=(unfused, fused if fusion == "full" else unfused) if row.platform == ARM else None,
        weights="",
        input=IMAGES,
    )
