"""What bf16's math mode gains over strict, fp32 fused, as the ratio of interleaved pairs.

python tests/benchmarks/math_mode.py [THREADS] [PAIRS]
"""

import sys

from fused_against_unfused import stretch
from interleaved import paired_ratio
from timed import built

from resnettui.core.trial import STRICT, Trial
from resnettui.report.accuracy import sqnr_text
from resnettui.report.terminal import kernels_text
from resnettui.worker.variants import kernels_of, settings


def main(threads: int, pairs: int) -> None:
    trials = [Trial(fusion="full", threads=threads, math_mode=mode) for mode in ("bf16", STRICT)]
    bf16, strict = [built(trial) for trial in trials]
    with settings(trials[0]):
        kernels = kernels_of(bf16, trials[0])
    ratio, low, high = paired_ratio(
        lambda: stretch(trials[0], bf16), lambda: stretch(trials[1], strict), pairs
    )
    print(
        f"fp32 full, math mode bf16 / strict: {ratio:.3f}  [{low:.3f}, {high:.3f}]"
        f"  {pairs} pairs, {threads} thread(s), batch 1, channels_last;"
        f" SQNR {sqnr_text(bf16.check)}, {kernels_text(kernels)}",
        flush=True,
    )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [1, 8][len(numbers) :]))
