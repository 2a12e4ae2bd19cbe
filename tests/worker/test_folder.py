import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from worker_images import class_folders, jpeg, truncated

from resnettui.worker import folder
from resnettui.worker.folder import BROKEN, as_rgb, listed, opened, reason


def unusable(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): why for path, why in listed(root).unusable.items()}


def files(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in listed(root).files]


def rgb(file: Path) -> "np.ndarray[Any, Any]":
    with opened(file) as image:
        return np.asarray(as_rgb(image, 32))


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    class_folders(tmp_path)
    jpeg(tmp_path / "a.jpg")
    assert files(tmp_path) == sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*"))
    assert not unusable(tmp_path)


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("a.jpg", ".DS_Store", ".thumbnails/b.jpg"):
        jpeg(tmp_path / name)
    assert files(tmp_path) == ["a.jpg"]


def test_an_empty_class_folder_is_named(tmp_path: Path) -> None:
    class_folders(tmp_path)
    (tmp_path / "n0000003").mkdir()
    jpeg(tmp_path / "n0000004/.hidden.jpg")
    why = "an empty folder"
    assert unusable(tmp_path) == {"n0000003": why, "n0000004": why}


def test_a_link_in_a_circle_is_named_and_ends(tmp_path: Path) -> None:
    class_folders(tmp_path)
    (tmp_path / "n0000001/up").symlink_to(tmp_path)
    (tmp_path / "n0000002/here").symlink_to(".")
    why = "a link to a folder that is read already"
    assert unusable(tmp_path) == {"n0000001/up": why, "n0000002/here": why}
    assert len(files(tmp_path)) == 6


def test_folders_behind_links_are_read_once_under_their_own_name(tmp_path: Path) -> None:
    root = tmp_path / "data"
    class_folders(root)
    class_folders(tmp_path / "elsewhere", classes=1)
    (root / "a_second_name").symlink_to(root / "n0000001")
    (root / "n0000003").symlink_to(tmp_path / "elsewhere/n0000001")
    assert unusable(root) == {"a_second_name": "a link to a folder that is read already"}
    assert len(files(root)) == 9
    assert files(root)[0].startswith("n0000001/")


def test_a_folder_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class_folders(tmp_path)
    scan = os.scandir

    def guarded(path: Any) -> Any:
        if str(path).endswith("n0000002"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert unusable(tmp_path) == {"n0000002": "Permission denied"}
    assert len(files(tmp_path)) == 3


def loop(path: Path) -> None:
    path.symlink_to(path)


def nowhere(path: Path) -> None:
    path.symlink_to("/no/such/file")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def text(path: Path) -> None:
    path.write_text("no picture")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (loop, "Too many levels of symbolic links"),
        (nowhere, "No such file or directory"),
        (pipe, "no regular file"),
        (text, "no image"),
        (Path.touch, "no image"),
        (truncated, "image file is truncated"),
    ],
)
def test_what_is_no_image_has_a_reason(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    make(tmp_path / "a.jpg")
    assert files(tmp_path) == ["a.jpg"]
    with pytest.raises(BROKEN) as error:
        rgb(tmp_path / "a.jpg")
    assert reason(error.value).startswith(why)


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_a_jpeg_of_every_colour_mode_is_decoded(tmp_path: Path, mode: str) -> None:
    grey = rgb(jpeg(tmp_path / "a.jpg", mode=mode))
    assert grey.shape == (72, 96, 3)
    assert np.abs(grey.astype(int) - rgb(jpeg(tmp_path / "b.jpg"))).max() <= 8


def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path: Path) -> None:
    values = np.array([[0, 255, 256, 32768, 65535]], dtype=np.uint16)
    Image.fromarray(values).save(tmp_path / "a.png")
    assert rgb(tmp_path / "a.png")[0, :, 0].tolist() == [0, 0, 1, 128, 255]


def test_a_palette_with_transparency_gives_its_colours(tmp_path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putdata([0, 1])
    image.save(tmp_path / "a.png", transparency=bytes([0, 128]))
    assert rgb(tmp_path / "a.png")[0].tolist() == [[255, 0, 0], [0, 0, 255]]


def test_one_pixel_is_an_image(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), "red").save(tmp_path / "a.png")
    assert rgb(tmp_path / "a.png").tolist() == [[[255, 0, 0]]]


@pytest.mark.parametrize("size", [(101, 100), (1, 5000)], ids=["many pixels", "long when resized"])
def test_an_image_that_would_fill_the_memory_is_refused(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAX_PIXELS", 10_000)
    Image.new("RGB", size).save(tmp_path / "a.png")
    with pytest.raises(BROKEN, match=f"too large: {size[0]} x {size[1]} pixels"):
        rgb(tmp_path / "a.png")
    Image.new("RGB", (100, 100)).save(tmp_path / "b.png")
    assert rgb(tmp_path / "b.png").shape == (100, 100, 3)
