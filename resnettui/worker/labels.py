"""Which of ImageNet's classes the folders of a set of images stand for."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from resnettui.worker.models import CATEGORIES

_WNIDS = Path(__file__).with_name("imagenet_wnids.txt")
"""The WordNet ids of ImageNet's classes, one a line, in the order of the classes.

That is the order of the ids themselves, and the one torchvision's weights were trained with.
"""


@cache
def wnids() -> dict[str, int]:
    """Return WordNet id -> class, e.g. n01440764 -> 0."""
    return {wnid: number for number, wnid in enumerate(_WNIDS.read_text().split())}


@cache
def _names() -> dict[str, int]:
    return {name: number for number, name in enumerate(CATEGORIES)}


def class_of(folder: str) -> int | None:
    """Return the class a folder's name stands for: a WordNet id, a class's number or its name."""
    if folder.isascii() and folder.isdecimal():
        return int(folder) if int(folder) < len(CATEGORIES) else None
    return wnids().get(folder, _names().get(folder))


def labels_of(files: Iterable[Path]) -> tuple[tuple[int, ...], str]:
    """Return the classes of images by the folders they lie in, or why they have none.

    One folder that is no class leaves all without: a share of some images would be no top-1.
    """
    labels = []
    for file in files:
        label = class_of(file.parent.name)
        if label is None:
            return (), f"folder {file.parent.name!r} is no class of ImageNet"
        labels.append(label)
    return tuple(labels), ""
