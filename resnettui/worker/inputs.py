"""The input of a forward pass: synthetic, or decoded once from a folder of images."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from PIL import Image, UnidentifiedImageError

from resnettui.core.trial import InputSource
from resnettui.worker.models import SEED, ImageClassification

MAX_IMAGES = 64
"""Images decoded from a folder, spread over it; 64 of 224 x 224 are 39 MB in fp32."""

SYNTHETIC_IMAGES = 8

MAX_NAMES = 20
"""Unreadable files that are named; all are counted."""

RESIZE_FACTOR = 256 / 224
"""torchvision's preset for ImageNet: resize the short side to 256, then crop 224."""


_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)
"""What Pillow raises on files that are no images, truncated, or absurdly large."""


class DataError(Exception):
    """A folder of images that gives no input."""


@dataclass(frozen=True)
class Images:
    """Decoded input: float32, N x 3 x size x size, normalised as ImageNet models expect."""

    pixels: torch.Tensor
    source: InputSource = field(default_factory=InputSource)

    def batches(
        self, batch_size: int, dtype: torch.dtype, memory_format: Any
    ) -> list[torch.Tensor]:
        """Return the images in batches of the wanted kind, each image used at least once.

        A batch larger than the set repeats it.
        """
        count = max(1, self.pixels.shape[0] // batch_size)
        indices = torch.arange(count * batch_size) % self.pixels.shape[0]
        return [
            self.pixels[chosen].to(dtype).contiguous(memory_format=memory_format)
            for chosen in indices.split(batch_size)
        ]


def synthetic(size: int) -> Images:
    """Return SYNTHETIC_IMAGES of noise, distributed as normalised images are, always the same."""
    generator = torch.Generator().manual_seed(SEED)
    return Images(torch.randn(SYNTHETIC_IMAGES, 3, size, size, generator=generator))


def from_folder(
    folder: Path, size: int, progress: Callable[[int, int], None] = lambda done, total: None
) -> Images:
    """Decode up to MAX_IMAGES images below the folder, evenly spread over its files.

    Every file's header is read, so that whatever is no image is counted and named; what turns out
    broken when it is decoded is too, and the next one takes its place. DataError where it is no
    folder or holds no readable image. `progress` gets images decoded and wanted.
    """
    broken: dict[Path, str] = {}
    images = [file for file in _files(folder) if _opens(file, broken)]
    wanted = min(MAX_IMAGES, len(images))
    transform = ImageClassification(crop_size=size, resize_size=round(size * RESIZE_FACTOR))
    decoded: list[torch.Tensor] = []
    for file in _spread(images, wanted):
        if len(decoded) == wanted:
            break
        try:
            with Image.open(file) as image:
                decoded.append(transform(image.convert("RGB")))
        except _BROKEN as error:
            broken[file] = _reason(error)
        progress(len(decoded), wanted)
    names = tuple(f"{f.relative_to(folder)} ({why})" for f, why in broken.items())
    if not decoded:
        found = f"; the first of {len(names)} files: {names[0]}" if names else ""
        raise DataError(f"{folder} holds no image that can be read{found}")
    source = InputSource(len(decoded), len(names), names[:MAX_NAMES])
    return Images(torch.stack(decoded), source)


def _files(folder: Path) -> list[Path]:
    """Return the files below a folder in the order of their names; DataError if it is none."""
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder")
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


def _opens(file: Path, broken: dict[Path, str]) -> bool:
    """Tell whether a file's header is that of an image; note the reason where it is not."""
    try:
        with Image.open(file):
            return True
    except _BROKEN as error:
        broken[file] = _reason(error)
        return False


def _spread(files: Sequence[Path], wanted: int) -> Iterator[Path]:
    """Yield every file once, the first `wanted` of them evenly spread over all."""
    stride = max(1, len(files) // max(wanted, 1))
    for start in range(stride):
        yield from files[start::stride]


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "no image"
    return (str(error).splitlines() or [type(error).__name__])[0]
