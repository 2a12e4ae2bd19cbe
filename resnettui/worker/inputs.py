"""The input of a forward pass: synthetic, or decoded once from a folder of images."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import torch

from resnettui.core.trial import InputSource
from resnettui.worker.folder import BROKEN, as_rgb, listed, opened, reason
from resnettui.worker.labels import labels_of
from resnettui.worker.models import IMG_EXTENSIONS, RESIZE_FACTOR, SEED, ImageClassification

MAX_IMAGES = 64
"""Images decoded from a folder, spread over it; 64 of 224 x 224 are 39 MB in fp32."""

MAX_BYTES = 64 << 20
"""Memory of the decoded images: of larger ones than 295 x 295 there are fewer."""

MAX_LOOKED_AT = 1000
"""Files that are opened at most: a folder of fifty thousand would take minutes on a board."""

SYNTHETIC_IMAGES = 8

MAX_NAMES = 20
"""Unreadable files that are named; all that were looked at are counted."""


class DataError(Exception):
    """A folder of images that gives no input."""


@dataclass(frozen=True)
class Images:
    """Decoded input: float32, N x 3 x size x size, normalised as ImageNet models expect."""

    pixels: torch.Tensor
    source: InputSource = field(default_factory=InputSource)
    labels: tuple[int, ...] = ()
    """The class of each image; () where they are not known."""

    def batches(
        self, batch_size: int, dtype: torch.dtype, memory_format: Any
    ) -> list[torch.Tensor]:
        """Return the images in batches of the wanted kind, each image used at least once.

        A batch larger than the set repeats it.
        """
        count = max(1, self.pixels.shape[0] // batch_size)
        return [self.batch(n * batch_size, batch_size, dtype, memory_format) for n in range(count)]

    def batch(
        self, start: int, batch_size: int, dtype: torch.dtype, memory_format: Any
    ) -> torch.Tensor:
        """Return the images from number `start` on, beginning again after the last."""
        chosen = torch.arange(start, start + batch_size) % self.pixels.shape[0]
        return self.pixels[chosen].to(dtype).contiguous(memory_format=memory_format)


def synthetic(size: int) -> Images:
    """Return SYNTHETIC_IMAGES of noise, distributed as normalised images are, always the same."""
    generator = torch.Generator().manual_seed(SEED)
    return Images(torch.randn(SYNTHETIC_IMAGES, 3, size, size, generator=generator))


def from_folder(
    folder: Path,
    size: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    resize_side: int | None = None,
) -> Images:
    """Decode up to MAX_IMAGES images below the folder, evenly spread over its files.

    The images take at most MAX_BYTES, and one file at a time is decoded beside them. Up to
    MAX_LOOKED_AT files are opened, those that are not decoded only for their headers: whatever is
    no image is counted and named, and what turns out broken is replaced by the next file.
    DataError where it is no folder or holds no readable image. `progress` gets images decoded and
    wanted; `resize_side` is the short side before the square of `size` is cut.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder")
    found = listed(folder)
    wanted = min(images_within(MAX_BYTES, size), len(found.files))
    candidates = list(islice(_candidates(found.files, wanted), MAX_LOOKED_AT))
    pixels = torch.empty(wanted, 3, size, size)
    side = resize_side or round(size * RESIZE_FACTOR)
    decoded, broken = _decode(candidates, pixels, side, progress)
    broken = {**found.unusable, **broken}
    names = [f"{_printable(file, folder)} ({why})" for file, why in broken.items()]
    if not decoded:
        raise DataError(_nothing(folder, names, len(candidates), len(found.files)))
    labels, unlabelled = labels_of(decoded)
    source = InputSource(
        *(len(decoded), len(names), tuple(names[:MAX_NAMES])),
        files=len(found.files),
        looked_at=len(candidates),
        unlabelled=unlabelled,
    )
    return Images(pixels[: len(decoded)], source, labels)


def _decode(
    files: Sequence[Path], pixels: torch.Tensor, side: int, progress: Callable[[int, int], None]
) -> tuple[list[Path], dict[Path, str]]:
    """Fill `pixels` from the first files that are images; return those, and the broken ones."""
    wanted, size = pixels.shape[0], pixels.shape[-1]
    transform = ImageClassification(crop_size=size, resize_size=side)
    decoded: list[Path] = []
    broken: dict[Path, str] = {}
    for file in files:
        try:
            with opened(file) as image:
                if len(decoded) == wanted:
                    continue
                pixels[len(decoded)] = transform(as_rgb(image, side))
                decoded.append(file)
        except BROKEN as error:
            broken[file] = reason(error)
        progress(len(decoded), wanted)
    return decoded, broken


def images_within(limit_bytes: int, size: int) -> int:
    """Return how many images of size x size, up to MAX_IMAGES, fit into so much memory."""
    return max(1, min(MAX_IMAGES, limit_bytes // (4 * 3 * size * size)))


def _candidates(files: Sequence[Path], wanted: int) -> Iterator[Path]:
    """Yield every file once: first those named as images, then the others, each kind spread."""
    named = [file for file in files if file.suffix.lower() in IMG_EXTENSIONS]
    others = [file for file in files if file.suffix.lower() not in IMG_EXTENSIONS]
    return chain(_spread(named, wanted), _spread(others, wanted))


def _spread(files: Sequence[Path], wanted: int) -> Iterator[Path]:
    """Yield every file once, the first `wanted` of them evenly spread over all."""
    stride = max(1, len(files) // max(wanted, 1))
    for start in range(stride):
        yield from files[start::stride]


def _printable(file: Path, folder: Path) -> str:
    """Return a file's name below the folder, for a terminal: names may hold any byte."""
    name = str(file.relative_to(folder))
    return "".join(c if c.isprintable() else "?" for c in name)


def _nothing(folder: Path, names: Sequence[str], looked_at: int, files: int) -> str:
    """Return why a folder gives no input."""
    among = f" among {looked_at} of its {files} files" if looked_at < files else ""
    example = f"; the first of {len(names)}: {names[0]}" if names else ""
    return f"{folder} holds no image that can be read{among}{example}"
