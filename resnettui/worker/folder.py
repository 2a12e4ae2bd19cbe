"""What lies below a folder of images, and how one file of it becomes an image."""

import os
import stat
import struct
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 50_000_000
"""Larger images are refused: decoded, one of these takes 150 MB."""

BROKEN = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError),
    *(struct.error, Image.DecompressionBombError),
)
"""What Pillow raises on files that are no images, truncated, or absurdly large."""


@dataclass
class Listing:
    """The files below a folder, by name, and what cannot hold any, with the reason.

    A folder's own files come before those of the folders in it.
    """

    files: list[Path] = field(default_factory=list)
    unusable: dict[Path, str] = field(default_factory=dict)


def listed(folder: Path) -> Listing:
    """List a folder and those below it, through links, each once; hidden ones are left out.

    No file is opened.
    """
    found = Listing()
    seen: set[tuple[int, int]] = set()

    def refused(error: OSError) -> None:
        found.unusable[Path(error.filename)] = reason(error)

    for root, folders, names in os.walk(folder, followlinks=True, onerror=refused):
        status = Path(root).stat()
        if (identity := (status.st_dev, status.st_ino)) in seen:
            found.unusable[Path(root)] = "a link to a folder that is read already"
            folders.clear()
            continue
        seen.add(identity)
        # A link comes after the folders beside it: the name that counts is the folder's own.
        folders[:] = sorted(_shown(folders), key=lambda name: (Path(root, name).is_symlink(), name))
        files = sorted(_shown(names))
        if not folders and not files:
            found.unusable[Path(root)] = "an empty folder"
        found.files += (Path(root, name) for name in files)
    return found


def _shown(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith(".")]


def opened(file: Path) -> Image.Image:
    """Open an image and read its header; one of BROKEN where it is none."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise ValueError("no regular file")
    return Image.open(file)


def as_rgb(image: Image.Image, resize_side: int) -> Image.Image:
    """Decode an image that will be resized to a short side; ValueError where it is too large.

    Transparency is dropped, as torchvision's own loader does.
    """
    short, long = sorted(image.size)
    if max(short * long, resize_side * resize_side * long // short) > MAX_PIXELS:
        raise ValueError(f"too large: {image.width} x {image.height} pixels")
    if image.mode.startswith("I"):
        # 16 bits a pixel, which Pillow would clip to 255 instead of scaling them.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    elif "transparency" in image.info:
        image = image.convert("RGBA")
    return image if image.mode == "RGB" else image.convert("RGB")


def reason(error: BaseException) -> str:
    """Return why a file or folder is of no use, in a few words."""
    if isinstance(error, UnidentifiedImageError):
        return "no image"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [type(error).__name__])[0]
