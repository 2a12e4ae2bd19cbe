"""Which quantized engines really run here: each one convolves once, and the result is checked."""

import textwrap
import time
from collections.abc import Iterable

import torch

from resnettui.core.machine import Build
from resnettui.worker.build_facts import build_facts
from resnettui.worker.kernels import traced
from resnettui.worker.models import TORCHVISION_VERSION
from resnettui.worker.quantize import ENGINES, quantized_engine

SLOW_FACTOR = 4
"""An engine slower than the fastest by this factor is never the default."""

ENGINE_LIBRARIES = {"x86": "fbgemm"}
"""Where torch's engine x86 does not use oneDNN, it uses this; the others are their own library."""

REASON_LENGTH = 200

PROBE_PASSES = 10

_TOLERANCE = 0.05


def probe_build() -> Build:
    """Return what this torch is and which of its engines run."""
    default = str(torch.backends.quantized.engine)
    facts = build_facts()  # Before the number of threads is anybody's choice.
    torch.set_num_threads(1)
    times_ns: dict[str, int] = {}
    kernels: dict[str, str] = {}
    refused: dict[str, str] = {}
    for engine in ENGINES:
        try:
            times_ns[engine], kernels[engine] = _convolve(engine)
        except RuntimeError as error:
            refused[engine] = first_line(error)
    return Build(
        torch=torch.__version__.partition("+")[0],
        torchvision=TORCHVISION_VERSION.partition("+")[0],
        engines=_ranked(times_ns, default),
        default_engine=default,
        unavailable_engines=refused,
        cpu_capability=torch.backends.cpu.get_cpu_capability(),
        openmp=torch.backends.openmp.is_available(),
        engine_kernels=kernels,
        **facts,
    )


def first_line(error: BaseException) -> str:
    """Return torch's own reason, without the C++ stack and the lists of backends it appends."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return textwrap.shorten(line, REASON_LENGTH, placeholder=" ...")


def _ranked(times_ns: dict[str, int], default: str) -> tuple[str, ...]:
    """Order the engines: torch's default first, those that are many times slower last."""
    limit = SLOW_FACTOR * min(times_ns.values(), default=0)
    return tuple(sorted(times_ns, key=lambda e: (times_ns[e] > limit, e != default)))


def _convolve(engine: str) -> tuple[int, str]:
    """Run a small 3 x 3 convolution; return its time in ns and its kernel.

    RuntimeError where it fails.
    """
    generator = torch.Generator().manual_seed(0)
    image = torch.rand(1, 64, 28, 28, generator=generator)
    weight = torch.rand(64, 64, 3, 3, generator=generator) - 0.5
    geometry = ([1, 1], [1, 1], [1, 1], 1)
    with quantized_engine(engine), torch.inference_mode():
        x = torch.quantize_per_tensor(image, 1 / 128, 0, torch.quint8)
        w = torch.quantize_per_tensor(weight, 1 / 256, 0, torch.qint8)
        packed = torch.ops.quantized.conv2d_prepack(w, None, *geometry)
        output = torch.ops.quantized.conv2d(x, packed, 1 / 4, 128)
        expected = torch.conv2d(x.dequantize(), w.dequantize(), padding=1)
        error = (output.dequantize() - expected).abs().max().item()
        if error > _TOLERANCE * expected.abs().max().item():
            raise RuntimeError(f"its convolution is off by {error:.2g}")
        times = []
        for _ in range(PROBE_PASSES):
            begin = time.perf_counter_ns()
            torch.ops.quantized.conv2d(x, packed, 1 / 4, 128)
            times.append(time.perf_counter_ns() - begin)
        trace = traced(lambda: torch.ops.quantized.conv2d(x, packed, 1 / 4, 128))
    # The fastest of many on one thread: on a busy machine the order must not change.
    return min(times), _kernel(trace, engine)


def _kernel(trace: Iterable[str], engine: str) -> str:
    """Return the convolution in a trace, or whose it must be where oneDNN ran none."""
    other = f"convolution {ENGINE_LIBRARIES.get(engine, engine)}"
    return next((kernel for kernel in trace if kernel.startswith("convolution ")), other)
