"""How far a variant's outputs are from those of fp32, unfused: never part of a latency."""

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import torch

from resnettui.core.trial import RANDOM, Check
from resnettui.worker.inputs import Images

CHECKED_IMAGES = 2
"""Images of the first batch whose outputs are compared number by number."""

Forward = Callable[[torch.Tensor], torch.Tensor]


class NotFinite(Exception):
    """A variant's output is infinite, or no number at all."""


@dataclass(frozen=True)
class Tally:
    """What was counted of a variant's outputs, on the first `images` images."""

    images: int = 0
    agreed: int = 0
    """Their most likely class is fp32's."""
    right: int = 0
    """It is the one of the label."""
    signal: float = 0.0
    noise: float = 0.0
    """Sums of the squares of fp32's logits, and of the differences from them."""

    @property
    def sqnr_db(self) -> float | None:
        """10 log10(signal / noise); None without either."""
        return 10 * math.log10(self.signal / self.noise) if self.signal and self.noise else None


class Checker:
    """Compares variants with one reference on one set of images, and keeps what it found.

    fp32's outputs are computed as they are needed and kept, so that they cost nothing after the
    first variants. A variant is counted once in a given time: its batch sizes and thread counts
    share the result.
    """

    def __init__(
        self,
        reference: Forward,
        images: Images,
        weights: str = RANDOM,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._reference = reference
        self._images = images
        self._labels = () if weights == RANDOM else images.labels
        self._clock = clock
        self._expected: list[torch.Tensor] = []
        self._tallies: dict[tuple[Hashable, float], Tally] = {}

    def check(
        self,
        variant: Hashable,
        forward: Forward,
        batch_of: Callable[[int], torch.Tensor],
        seconds: float,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Check:
        """Compare a variant with fp32, spending about `seconds` at most.

        Its first pass, and fp32's of CHECKED_IMAGES, are made however long they take.
        `batch_of(n)` is a batch that begins with image n. NotFinite where an output is none.
        """
        end = self._clock() + seconds
        first = _finite(forward(batch_of(0)))
        expected = self._rows(0, min(len(first), CHECKED_IMAGES), math.inf)
        key = (variant, seconds)
        if key not in self._tallies:
            self._tallies[key] = self._counted(first, forward, batch_of, end, progress)
        return self._summed(first[: len(expected)].double(), expected, self._tallies[key])

    def _counted(
        self,
        output: torch.Tensor,
        forward: Forward,
        batch_of: Callable[[int], torch.Tensor],
        end: float,
        progress: Callable[[int, int], None],
    ) -> Tally:
        """Count image after image while there are any, and a step as long as the last fits in."""
        tally, total = Tally(), len(self._images.pixels)
        begun = self._clock()
        while True:
            rows = self._rows(tally.images, min(tally.images + len(output), total), end)
            tally = self._plus(tally, output[: len(rows)].double(), rows)
            progress(tally.images, total)
            now = self._clock()
            if tally.images == total or now + (now - begun) > end:
                return tally
            begun = now
            output = _finite(forward(batch_of(tally.images)))

    def _rows(self, start: int, stop: int, end: float) -> torch.Tensor:
        """Return fp32's logits of images: at least of one, then those that are known by `end`."""
        while len(self._expected) < stop:
            at = len(self._expected)
            if at > start and self._clock() >= end:
                break
            self._expected.append(self._reference(self._images.pixels[at : at + 1])[0].double())
        return torch.stack(self._expected[start:stop])

    def _plus(self, tally: Tally, got: torch.Tensor, expected: torch.Tensor) -> Tally:
        classes = got.argmax(1)
        labels = self._labels[tally.images : tally.images + len(got)]
        return Tally(
            images=tally.images + len(got),
            agreed=tally.agreed + _equal(classes, expected.argmax(1)),
            right=tally.right + (_equal(classes, torch.tensor(labels)) if labels else 0),
            signal=tally.signal + expected.square().sum().item(),
            noise=tally.noise + (got - expected).square().sum().item(),
        )

    def _summed(self, got: torch.Tensor, expected: torch.Tensor, tally: Tally) -> Check:
        return Check(
            max_abs_error=(got - expected).abs().max().item(),
            cosine=torch.cosine_similarity(got.flatten(), expected.flatten(), dim=0).item(),
            sqnr_db=tally.sqnr_db,
            agreement=tally.agreed / tally.images,
            top1=tally.right / tally.images if self._labels else None,
            images=tally.images,
        )


def _finite(output: torch.Tensor) -> torch.Tensor:
    if not output.isfinite().all():
        raise NotFinite("its output is not finite")
    return output


def _equal(classes: torch.Tensor, others: torch.Tensor) -> int:
    return int((classes == others).sum().item())
