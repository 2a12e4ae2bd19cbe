"""The benefit of fusion per precision, and of bf16, as ratios of interleaved pairs.

python tests/benchmarks/fused_against_unfused.py [THREADS] [PAIRS]
"""

import sys
from dataclasses import replace

from interleaved import paired_ratio
from timed import built, median_ns

from resnettui.core.trial import Trial
from resnettui.worker.variants import Variant, settings

SECONDS = 1.0


def stretch(trial: Trial, variant: Variant) -> float:
    """Return the median over one stretch, after two passes that fill oneDNN's cache again."""
    with settings(trial):
        for batch in variant.batches[:2]:
            variant.model(batch)
        return median_ns(variant, SECONDS)


def compare(one: Trial, other: Trial, name: str, pairs: int) -> None:
    first, second = built(one), built(other)
    ratio, low, high = paired_ratio(
        lambda: stretch(one, first), lambda: stretch(other, second), pairs
    )
    print(
        f"{name}: {ratio:.3f}  [{low:.3f}, {high:.3f}]"
        f"  {pairs} pairs, {one.threads} thread(s), batch 1, channels_last",
        flush=True,
    )


def main(threads: int, pairs: int) -> None:
    fp32 = Trial(threads=threads)
    bf16 = Trial(precision="bf16", threads=threads)
    int8 = Trial(precision="int8", engine="x86", threads=threads)
    for none in (fp32, bf16, int8):
        full = replace(none, fusion="full")
        compare(full, none, f"{none.precision} full / {none.precision} none", pairs)
    compare(
        replace(bf16, fusion="full"), replace(fp32, fusion="full"), "bf16 full / fp32 full", pairs
    )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [1, 8][len(numbers) :]))
