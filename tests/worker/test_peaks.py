from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
import torch

from resnettui.core.roof import MEMORY, Peak
from resnettui.worker import bandwidth, peaks
from resnettui.worker.bandwidth import array_bytes, bandwidth_peak, free_bytes, last_cache_bytes
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


def test_a_precision_that_the_processor_emulates_has_no_peak(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text("Features : fp asimd asimddp\n")
    steps: list[str] = []
    found = find_peaks(("bf16", "fp16"), 1, lambda what, *_: steps.append(what), tmp_path)
    assert (found, steps) == ((), [])


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


def test_bandwidth_is_measured_by_copy_or_triad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bandwidth, "BUDGET_NS", 1)
    monkeypatch.setattr(bandwidth, "CACHE_BYTES", MIB)
    steps: list[tuple[int, int]] = []
    peak = bandwidth_peak(1, lambda done, total: steps.append((done, total)), tmp_path)
    assert peak is not None
    assert (peak.kind, peak.threads, steps) == (MEMORY, 1, [(0, 2), (1, 2)])
    assert peak.by in ("copy", "triad")
    assert peak.per_s > 0


def cache(root: Path, core: int, level: int, size: str, shared: str) -> None:
    folder = root / f"sys/devices/system/cpu/cpu{core}/cache/index{level}"
    folder.mkdir(parents=True)
    for name, text in {"level": str(level), "size": size, "shared_cpu_list": shared}.items():
        (folder / name).write_text(text + "\n")


def test_every_last_level_cache_counts_once(tmp_path: Path) -> None:
    for core, shared in enumerate(("0-1", "0-1", "2-3", "2-3")):
        cache(tmp_path, core, 2, "1024K", str(core))
        cache(tmp_path, core, 3, "32768K", shared)
    assert last_cache_bytes(tmp_path) == 64 * MIB
    assert array_bytes(tmp_path) == bandwidth.BEYOND_CACHE * 64 * MIB


def test_a_machine_that_tells_nothing_gets_arrays_of_a_usual_size(tmp_path: Path) -> None:
    assert last_cache_bytes(tmp_path) is None
    assert free_bytes(tmp_path) is None
    assert array_bytes(tmp_path) == bandwidth.BEYOND_CACHE * bandwidth.CACHE_BYTES
    cache(tmp_path, 0, 1, "nonsense", "0-x")
    assert last_cache_bytes(tmp_path) is None


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({"proc/meminfo": "MemFree: 5 kB\nMemAvailable:   2048 kB\n"}, 2 * MIB),
        ({"sys/fs/cgroup/memory.max": "4096", "sys/fs/cgroup/memory.current": "1096"}, 3000),
        ({"sys/fs/cgroup/memory.max": "max", "proc/meminfo": "MemAvailable: 1 kB"}, 1024),
        ({"sys/fs/cgroup/memory/memory.limit_in_bytes": "4096"}, 4096),
        ({"proc/meminfo": "MemAvailable: lots"}, None),
    ],
)
def test_arrays_leave_most_of_the_free_memory_alone(
    files: dict[str, str], free: int | None, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert free_bytes(tmp_path) == free
    if free is not None:
        assert array_bytes(tmp_path) == max(4, int(free * bandwidth.MEMORY_SHARE))
