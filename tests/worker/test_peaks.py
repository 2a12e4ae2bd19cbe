from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest
import torch

from resnettui.core.roof import MEMORY, Peak
from resnettui.worker import bandwidth, peaks
from resnettui.worker.bandwidth import bandwidth_peak
from resnettui.worker.math_mode import math_mode
from resnettui.worker.peak_kernels import SHAPES, Kernel, Recipe, Shape, recipes
from resnettui.worker.peaks import compute_peak, find_peaks
from resnettui.worker.repeat import fastest_ns

MIB = 1 << 20


class Time:
    """A clock that stands still while nothing runs."""

    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns

    def takes(self, *runs_ns: int) -> Callable[[], None]:
        """Return a run that takes these times in turn, then the last for ever."""
        turn = count()

        def run() -> None:
            self.now_ns += runs_ns[min(next(turn), len(runs_ns) - 1)]

        return run

    def recipe(self, name: str, run_ns: int, larger_ns: int | None = None) -> Recipe:
        """Return a kernel of 1000 operations an image."""

        def make(batch: int) -> Kernel:
            slow = run_ns if batch == 1 or larger_ns is None else larger_ns
            return Kernel(f"{name} {batch}", 1000 * batch, self.takes(slow * batch))

        return make


def untold(done: int, total: int) -> None:
    assert done < total


def refused(batch: int) -> Kernel:
    raise RuntimeError("no support")


def test_the_fastest_run_counts_and_the_first_does_not() -> None:
    time = Time()
    assert fastest_ns(time.takes(1, 50, 40, 60), 100, 2, time) == 40
    assert time.now_ns == 1 + 50 + 40 + 60


def test_a_slow_run_is_repeated_as_often_as_is_asked() -> None:
    time = Time()
    assert fastest_ns(time.takes(900, 800, 700, 1), 10, 2, time) == 700


def test_the_peak_is_the_fastest_of_all_libraries_and_batches() -> None:
    time = Time()
    libraries = [
        [time.recipe("a", 20_000), time.recipe("b", 10_000, 5_000)],
        [time.recipe("mm", 12_000)],
    ]
    peak = compute_peak("fp32", 1, untold, libraries, time)
    assert peak == Peak("fp32", 1, 1e9 * 1000 / 5_000, f"b {peaks.LARGER_BATCH}")


def test_on_several_threads_the_batch_has_an_image_for_each() -> None:
    time = Time()
    peak = compute_peak("fp32", 6, untold, [[time.recipe("a", 20_000, 10_000)]], time)
    assert peak is not None
    assert peak.by == "a 6"


def test_a_reference_loop_is_looked_at_once() -> None:
    time = Time()
    made: list[str] = []

    def slow(batch: int) -> Kernel:
        made.append("slow")
        return time.recipe("slow", 20_000 * (peaks.SLOW_FACTOR + 1))(batch)

    peak = compute_peak("int8", 1, untold, [[slow, slow, slow], [time.recipe("a", 20_000)]], time)
    assert peak is not None
    assert (peak.by[0], made) == ("a", ["slow"])


def test_what_cannot_run_has_no_peak() -> None:
    time = Time()
    assert compute_peak("int8", 1, untold, [[refused, refused]], time) is None
    peak = compute_peak("int8", 1, untold, [[time.recipe("a", 10), refused], [refused]], time)
    assert peak is not None
    assert compute_peak("int8", 1, untold, [], time) is None


def test_bf16_has_no_peak_where_onednn_has_no_kernels_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)
    steps: list[str] = []
    assert find_peaks(("bf16",), 1, lambda what, *_: steps.append(what)) == ()
    assert steps == []


def test_a_peak_of_fp32_is_computed_in_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[str] = []

    def seen(kind: str, *_: object) -> None:
        modes.append(torch.backends.mkldnn.conv.fp32_precision)  # type: ignore[attr-defined]

    monkeypatch.setattr(peaks, "compute_peak", seen)
    with math_mode("bf16"):
        find_peaks(("fp32",), 1, lambda *_: None)
    assert modes == ["ieee"]


@pytest.mark.parametrize("kind", ["fp32", "int8"])
def test_the_kernels_of_a_precision_run_here(kind: str) -> None:
    ran: list[Kernel] = []
    for library in recipes(kind):
        # An engine may be none of this processor's.
        with suppress(RuntimeError):
            kernel = library[0](2)
            kernel.run()
            ran.append(kernel)
    assert ran
    convolutions = [kernel for kernel in ran if "convolution" in kernel.name]
    assert {kernel.operations for kernel in convolutions} == {SHAPES[0].operations(2)}


def test_the_operations_are_those_that_torch_counts() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    shape = Shape(16, 8, 14, 3)
    with FlopCounterMode(display=False) as counter:
        torch.conv2d(torch.ones(2, 16, 14, 14), torch.ones(8, 16, 3, 3), padding=1)
    assert shape.operations(2) == counter.get_total_flops()
    assert shape.name == "16x14x14 -> 8 3x3"


@pytest.mark.parametrize("array_bytes", [0, MIB])
def test_bandwidth_is_measured_by_copy_or_triad(
    array_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bandwidth, "BUDGET_NS", 1)
    steps: list[tuple[int, int]] = []
    peak = bandwidth_peak(1, lambda done, total: steps.append((done, total)), array_bytes)
    assert peak is not None
    assert (peak.kind, peak.threads, steps) == (MEMORY, 1, [(0, 2), (1, 2)])
    assert peak.by in ("copy", "triad")
    assert peak.per_s > 0
