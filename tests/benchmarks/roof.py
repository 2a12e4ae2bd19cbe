"""The measured peaks beside an independent loop over convolutions, and beside STREAM's triad in C.

python tests/benchmarks/roof.py [THREADS]

A line for each kind: the peak, the other figure, and their ratio, which is wanted within 10 % of 1.
The peak may well be higher than the loop's: it has more kernels to choose from.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import torch

from resnettui.core.isa import emulates
from resnettui.machine.arrays import read_array_bytes
from resnettui.machine.probe import named, probe
from resnettui.worker.bandwidth import bandwidths
from resnettui.worker.peaks import find_peaks

ROUNDS = 8
"""Triad in C and in torch take turns: what other machines leave of the memory's bandwidth to a
virtual one changes from second to second. STREAM counts the best."""

IN_C = "triad in C"

SECONDS = 0.5
"""Spent on each convolution of the loop."""

CONVOLUTIONS = (
    *((3, 64, 224, 7, 2), (64, 64, 56, 1, 1), (64, 64, 56, 3, 1), (256, 128, 56, 1, 1)),
    *((128, 128, 28, 3, 1), (128, 512, 28, 1, 1), (512, 256, 28, 1, 1), (256, 256, 14, 3, 1)),
    *((256, 1024, 14, 1, 1), (1024, 512, 14, 1, 1), (512, 512, 7, 3, 1), (2048, 512, 7, 1, 1)),
)
"""Inputs, outputs, side, window and stride, from ResNet50 itself."""

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}

TRIAD = r"""
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

// Two pairs of 32-byte loads before their stores: wider vectors, more of them at a time, or a store
// after each pair cost Zen 4 5 to 18 % of its bandwidth.
typedef float eight __attribute__((vector_size(32), aligned(32)));

int main(int argc, char **argv) {
    size_t n = strtoull(argv[1], 0, 10);
    size_t bytes = n * sizeof(float);
    eight *a = aligned_alloc(64, bytes), *b = aligned_alloc(64, bytes);
    eight *c = aligned_alloc(64, bytes);
    float s = argc > 2 ? 1 : 3;
    double best = 1e9;
    #pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n / 8; i++) { a[i] = (eight){}; b[i] = a[i] + 1; c[i] = a[i] + 2; }
    for (int repetition = 0; repetition < 25; repetition++) {
        double begun = omp_get_wtime();
        #pragma omp parallel for schedule(static)
        for (size_t i = 0; i < n / 8; i += 2) {
            eight b0 = b[i], b1 = b[i + 1], c0 = c[i], c1 = c[i + 1];
            a[i] = b0 + s * c0;
            a[i + 1] = b1 + s * c1;
        }
        double took = omp_get_wtime() - begun;
        if (took < best) best = took;
    }
    printf("%.17g\n", 3.0 * bytes / best);
    return a[n / 16][0] != 1 + s * 2;
}
"""


def fastest_convolution(dtype: torch.dtype) -> tuple[float, str]:
    """Return the FLOP/s of the fastest convolution, and which it is; RuntimeError where none."""
    return max(convolved(dtype, shape) for shape in CONVOLUTIONS)


def convolved(dtype: torch.dtype, shape: tuple[int, int, int, int, int]) -> tuple[float, str]:
    inputs, outputs, side, window, stride = shape
    layout = torch.channels_last
    x = torch.rand(1, inputs, side, side, dtype=dtype).contiguous(memory_format=layout)
    weight = torch.rand(outputs, inputs, window, window, dtype=dtype)
    geometry = ([window // 2] * 2, [stride] * 2, [1, 1], 1)
    packed = torch.ops.mkldnn._reorder_convolution_weight(weight, *geometry, list(x.shape))

    def run() -> torch.Tensor:
        output: torch.Tensor = torch.ops.mkldnn._convolution_pointwise(
            x, packed, None, *geometry, "none", [], ""
        )
        return output

    flop = 2 * run().numel() * inputs * window**2
    times = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return flop / min(times), f"{inputs}x{side}x{side} -> {outputs} {window}x{window}"


def compute(kind: str, threads: int) -> None:
    native = not emulates(kind, named(probe()).isa)
    (peak, *_) = (find_peaks((kind,), threads, silent) if native else ()) or (None,)
    if peak is None:
        print(f"{kind} peak, {threads} thread(s): does not run here, or is emulated", flush=True)
        return
    with torch.inference_mode():
        per_s, shape = fastest_convolution(DTYPES[kind])
    print(
        f"{kind} peak / loop over {len(CONVOLUTIONS)} convolutions, {threads} thread(s):"
        f" {peak.per_s / per_s:.3f}  {peak.per_s / 1e9:.1f} GFLOP/s by {peak.by},"
        f" the loop {per_s / 1e9:.1f} by {shape}",
        flush=True,
    )


def memory(threads: int) -> None:
    torch.set_num_threads(threads)
    array_bytes = read_array_bytes(probe())
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        program = compiled_triad(Path(folder))
        for _ in range(ROUNDS):
            with torch.inference_mode():
                each = {peak.by: peak.per_s for peak in bandwidths(threads, silent, array_bytes)}
            if program is not None:
                each[IN_C] = triad_in_c(program, threads, array_bytes)
            rounds.append(each)
    for name in (name for name in rounds[0] if name != IN_C):
        told = f"{name}, {threads} thread(s): {best(rounds, name) / 1e9:.1f} GB/s"
        ratios = [each[name] / each[IN_C] for each in rounds if IN_C in each]
        if ratios:
            whole = best(rounds, name) / best(rounds, IN_C)
            told += f", {whole:.3f} of {IN_C}, {best(rounds, IN_C) / 1e9:.1f} GB/s"
            told += f"; median of {len(ratios)} rounds {median(ratios):.3f}"
        print(told, flush=True)


def best(rounds: Sequence[Mapping[str, float]], name: str) -> float:
    """Return the best of all rounds, as STREAM counts."""
    return max(each[name] for each in rounds)


def compiled_triad(folder: Path) -> Path | None:
    """Return the program; None where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    source, program = folder / "triad.c", folder / "triad"
    source.write_text(TRIAD, encoding="ascii")
    flags = ["-O3", "-fopenmp", "-march=native"]
    made = subprocess.run([compiler, *flags, str(source), "-o", str(program)], check=False)
    return None if made.returncode else program


def triad_in_c(program: Path, threads: int, array_bytes: int) -> float:
    """Return the bytes/s of the compiled triad."""
    numbers = str(array_bytes // 4)
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    ran = subprocess.run(
        [str(program), numbers], env=environment, capture_output=True, text=True, check=True
    )
    return float(ran.stdout)


def silent(*_: object) -> None:
    """Tell nobody."""


def main(most: int) -> None:
    for threads in sorted({1, most}):
        for kind in DTYPES:
            compute(kind, threads)
        memory(threads)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else len(os.sched_getaffinity(0)))
