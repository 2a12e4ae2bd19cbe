"""The median of resnettui's timed loop against torch.utils.benchmark, on the same model object.

python tests/benchmarks/headless_against_torch.py [PAIRS]
"""

import sys

import torch
from interleaved import paired_ratio
from timed import built, median_ns
from torch.utils.benchmark import Timer

from resnettui.core.trial import Trial
from resnettui.worker.variants import Variant, settings

SECONDS = 2.0


def torchs_median_ns(variant: Variant) -> float:
    timer = Timer(
        "model(x)",
        globals={"model": variant.model, "x": variant.batches[0]},
        num_threads=torch.get_num_threads(),
    )
    return float(timer.blocked_autorange(min_run_time=SECONDS).median) * 1e9


def compare(trial: Trial, pairs: int) -> None:
    variant = built(trial)
    with settings(trial):
        ratio, low, high = paired_ratio(
            lambda: median_ns(variant, SECONDS), lambda: torchs_median_ns(variant), pairs
        )
    print(
        f"headless / torch.utils.benchmark, {trial.precision} fusion {trial.fusion}:"
        f" {ratio:.4f}  [{low:.4f}, {high:.4f}]  {pairs} pairs, {trial.threads} thread(s)",
        flush=True,
    )


def main(pairs: int) -> None:
    for trial in (Trial(), Trial(fusion="full"), Trial(precision="int8", engine="x86")):
        compare(trial, pairs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
