import math
from collections.abc import Callable, Sequence

import pytest
import torch

from resnettui.core.trial import Check
from resnettui.worker.accuracy import CHECKED_IMAGES, Checker, NotFinite, Tally
from resnettui.worker.inputs import Images

N = 8
CLASSES = 5


class Clock:
    """Seconds that pass only when a model says that it ran."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def logits(batch: torch.Tensor) -> torch.Tensor:
    """Return class k for an image of brightness k, by a margin that grows with k."""
    brightness = batch[:, 0, 0, 0]
    at = torch.arange(CLASSES).expand(len(brightness), -1)
    return (at == brightness[:, None]) * (2.0 + brightness[:, None])


class Bench:
    """A checker over N images of brightness 0, 1, 2, ..., and models that take their time."""

    def __init__(self, labels: Sequence[int] = (), weights: str = "mine.pth") -> None:
        brightness = torch.arange(N) % CLASSES
        pixels = brightness.float().reshape(N, 1, 1, 1).expand(N, 3, 2, 2)
        self.images = Images(pixels, labels=tuple(labels))
        self.clock = Clock()
        self.reference = self.taking(1.0, logits)
        self.checker = Checker(self.reference, self.images, weights, self.clock)
        self.seen: list[tuple[int, int]] = []

    def taking(self, seconds: float, forward: Callable[[torch.Tensor], torch.Tensor]) -> "Timed":
        return Timed(self.clock, seconds, forward)

    def check(
        self,
        forward: Callable[[torch.Tensor], torch.Tensor],
        seconds: float = 1000.0,
        batch_size: int = 1,
        variant: str = "a",
    ) -> Check:
        return self.checker.check(
            variant,
            forward,
            lambda start: self.images.batch(
                start, batch_size, torch.float32, torch.contiguous_format
            ),
            seconds,
            lambda done, total: self.seen.append((done, total)),
        )


class Timed:
    """A model that moves the clock by its time for each image, and counts its passes."""

    def __init__(
        self, clock: Clock, seconds: float, forward: Callable[[torch.Tensor], torch.Tensor]
    ) -> None:
        self.clock, self.seconds, self.forward = clock, seconds, forward
        self.passes = 0

    def __call__(self, batch: torch.Tensor) -> torch.Tensor:
        self.clock.now += self.seconds * len(batch)
        self.passes += 1
        return self.forward(batch)


def off_by(error: float) -> Callable[[torch.Tensor], torch.Tensor]:
    return lambda batch: logits(batch) + error


@pytest.mark.parametrize("batch_size", [1, 2, 3, N, 3 * N])
def test_the_same_outputs_agree_and_have_no_noise(batch_size: int) -> None:
    check = Bench().check(logits, batch_size=batch_size)
    assert check.cosine == pytest.approx(1.0)
    assert check == Check(0.0, check.cosine, sqnr_db=None, agreement=1.0, top1=None, images=N)


@pytest.mark.parametrize("batch_size", [1, 3, N, 3 * N])
def test_sqnr_is_the_power_of_the_logits_over_that_of_the_error(batch_size: int) -> None:
    bench = Bench()
    signal = logits(bench.images.pixels).square().sum().item()
    check = bench.check(off_by(0.5), batch_size=batch_size)
    assert check.sqnr_db == pytest.approx(10 * math.log10(signal / (N * CLASSES * 0.25)))
    assert check.max_abs_error == pytest.approx(0.5)
    assert check.agreement == 1.0


def test_a_variant_that_is_wrong_on_some_images_agrees_on_the_others() -> None:
    def wrong_on_four(batch: torch.Tensor) -> torch.Tensor:
        return logits(batch.masked_fill(batch == 4, 3.0))

    check = Bench().check(wrong_on_four, batch_size=3)
    assert check.agreement == (N - 1) / N  # Of 0, 1, 2, 3, 4, 0, 1, 2 one is a 4.


def test_the_largest_error_and_the_cosine_are_of_the_first_images_alone() -> None:
    def wrong_on_three(batch: torch.Tensor) -> torch.Tensor:
        return logits(batch) + 100.0 * (batch[:, 0, 0, :1] == 3)

    check = Bench().check(wrong_on_three, batch_size=N)
    assert CHECKED_IMAGES < 3
    assert check.max_abs_error == 0.0
    assert check.cosine == pytest.approx(1.0)
    assert check.sqnr_db is not None


def test_top1_is_the_share_of_right_classes() -> None:
    labels = [0, 1, 2, 3, 4, 1, 1, 1]  # The images are 0, 1, 2, 3, 4, 0, 1, 2.
    assert Bench(labels).check(logits, batch_size=3).top1 == 6 / 8


def test_random_weights_have_no_top1() -> None:
    check = Bench([0] * N, weights="random").check(logits)
    assert (check.top1, check.agreement) == (None, 1.0)


def test_a_slow_variant_is_counted_on_the_images_of_its_first_pass() -> None:
    bench = Bench()
    slow = bench.taking(60.0, logits)
    check = bench.check(slow, seconds=5.0)
    assert (slow.passes, check.images, check.agreement) == (1, 1, 1.0)


def test_passes_go_on_while_one_more_fits_into_the_time() -> None:
    bench = Bench()
    variant = bench.taking(1.0, logits)
    check = bench.check(variant, seconds=6.0)
    # Each image takes fp32 a second, and the variant another one.
    assert (variant.passes, check.images, bench.clock.now) == (3, 3, 6.0)
    assert bench.seen == [(1, N), (2, N), (3, N)]


def test_a_slow_reference_ends_the_count_within_a_batch() -> None:
    bench = Bench()
    bench.reference.seconds = 10.0
    check = bench.check(bench.taking(0.0, logits), seconds=25.0, batch_size=N)
    assert (check.images, bench.reference.passes) == (3, 3)


def test_fp32_is_computed_once_for_all_variants() -> None:
    bench = Bench()
    bench.check(logits, variant="a")
    bench.check(off_by(0.1), variant="b", batch_size=4)
    assert bench.reference.passes == N


def test_a_variant_is_counted_once_for_all_its_batch_sizes() -> None:
    bench = Bench()
    bench.check(off_by(0.5), batch_size=2)
    again = bench.taking(0.0, off_by(0.5))
    check = bench.check(again, batch_size=4)
    assert (again.passes, check.images) == (1, N)


def test_what_was_counted_in_little_time_is_as_much_the_second_time() -> None:
    bench = Bench()
    first = bench.check(bench.taking(1.0, logits), seconds=6.0)
    assert bench.check(bench.taking(0.0, logits), seconds=6.0) == first


def test_a_variant_is_counted_again_where_there_is_more_time() -> None:
    bench = Bench()
    first = bench.check(bench.taking(1.0, logits), seconds=6.0)
    assert bench.check(bench.taking(0.0, logits), seconds=1000.0).images == N > first.images


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("image", [0, 4])
def test_an_output_that_is_no_number_is_refused(value: float, image: int) -> None:
    def broken(batch: torch.Tensor) -> torch.Tensor:
        return logits(batch).masked_fill((batch[:, 0, 0, 0] == image)[:, None], value)

    with pytest.raises(NotFinite, match="not finite"):
        Bench().check(broken)


@pytest.mark.parametrize(
    ("signal", "noise", "db"),
    [(100.0, 1.0, 20.0), (1.0, 10.0, -10.0), (1.0, 0.0, None), (0.0, 1.0, None), (0.0, 0.0, None)],
)
def test_without_signal_or_noise_there_is_no_ratio(
    signal: float, noise: float, db: float | None
) -> None:
    assert Tally(images=1, signal=signal, noise=noise).sqnr_db == db
