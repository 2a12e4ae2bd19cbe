"""Folders of real JPEG files, good and bad, that tests measure with."""

from pathlib import Path

from PIL import Image


def jpeg(path: Path, seed: int = 0, mode: str = "RGB", size: tuple[int, int] = (96, 72)) -> Path:
    """Write a JPEG with a gradient of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.linear_gradient("L").rotate(17 * seed).resize(size)
    image.convert("RGB").convert(mode).save(path, "JPEG")
    return path


def class_folders(root: Path, classes: int = 2, each: int = 3) -> Path:
    """Write a folder like imagenette's: n0000001/*.JPEG, n0000002/*.JPEG."""
    for number in range(classes * each):
        name = f"n{number // each + 1:07}/photo_{number}.JPEG"
        jpeg(root / name, seed=number)
    return root


def truncated(path: Path) -> Path:
    """Write a JPEG that ends in the middle of its picture, its header whole."""
    whole = jpeg(path, size=(400, 300)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path
