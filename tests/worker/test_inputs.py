from pathlib import Path

import pytest
import torch
from worker_images import class_folders, jpeg, truncated

from resnettui.worker.inputs import (
    MAX_IMAGES,
    SYNTHETIC_IMAGES,
    DataError,
    Images,
    from_folder,
    synthetic,
)


def test_synthetic_input_is_always_the_same() -> None:
    assert torch.equal(synthetic(32).pixels, synthetic(32).pixels)
    assert synthetic(32).pixels.shape == (SYNTHETIC_IMAGES, 3, 32, 32)
    assert synthetic(32).source.images == 0


def test_class_folders_and_flat_folders_are_decoded(tmp_path: Path) -> None:
    images = from_folder(class_folders(tmp_path / "classes"), 32)
    assert images.pixels.shape == (6, 3, 32, 32)
    jpeg(tmp_path / "flat/a.jpg")
    assert from_folder(tmp_path / "flat", 32).source.images == 1


def test_pixels_are_normalised_as_imagenet_models_expect(tmp_path: Path) -> None:
    Path(tmp_path / "white").mkdir()
    from PIL import Image

    Image.new("RGB", (64, 64), "white").save(tmp_path / "white/a.png")
    red = from_folder(tmp_path / "white", 32).pixels[0, 0, 0, 0].item()
    assert red == pytest.approx((1 - 0.485) / 0.229, rel=1e-4)


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_colour_mode_becomes_three_channels(tmp_path: Path, mode: str) -> None:
    jpeg(tmp_path / "image.jpg", mode=mode)
    assert from_folder(tmp_path, 32).pixels.shape == (1, 3, 32, 32)


def test_bad_files_are_counted_and_named_with_their_reason(tmp_path: Path) -> None:
    class_folders(tmp_path)
    (tmp_path / "n0000001/text.jpg").write_text("no picture")
    (tmp_path / "n0000002/empty.jpg").touch()
    truncated(tmp_path / "n0000002/zz_truncated.jpg")
    source = from_folder(tmp_path, 32).source
    assert source.images == 6
    assert source.unreadable == 3
    named = "\n".join(source.unreadable_names)
    assert "n0000001/text.jpg (no image)" in named
    assert "n0000002/empty.jpg (no image)" in named
    assert "zz_truncated.jpg (image file is truncated" in named


def test_another_image_takes_the_place_of_a_broken_one(tmp_path: Path) -> None:
    for number in range(MAX_IMAGES + 4):
        jpeg(tmp_path / f"{number:03}.jpg", size=(40, 40))
    truncated(tmp_path / "000.jpg")
    source = from_folder(tmp_path, 32).source
    assert (source.images, source.unreadable) == (MAX_IMAGES, 1)


def test_what_is_decoded_is_spread_over_the_folder_and_bounded(tmp_path: Path) -> None:
    for number in range(3 * MAX_IMAGES):
        jpeg(tmp_path / f"{number:03}.jpg", size=(40, 40))
    calls: list[tuple[int, int]] = []
    images = from_folder(tmp_path, 32, lambda done, total: calls.append((done, total)))
    assert images.pixels.shape[0] == MAX_IMAGES
    assert calls == [(n, MAX_IMAGES) for n in range(1, MAX_IMAGES + 1)]


def test_a_folder_without_an_image_is_an_error_that_names_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match=r"no image that can be read.*notes.txt \(no image\)"):
        from_folder(tmp_path, 32)
    with pytest.raises(DataError, match="is not a folder"):
        from_folder(tmp_path / "missing", 32)


@pytest.mark.parametrize(("batch_size", "count"), [(1, 3), (2, 1), (3, 1), (7, 1)])
def test_batches_have_the_size_that_was_asked_for(batch_size: int, count: int) -> None:
    images = Images(torch.arange(3.0).reshape(3, 1, 1, 1).expand(3, 3, 8, 8))
    batches = images.batches(batch_size, torch.bfloat16, torch.channels_last)
    assert [batch.shape[0] for batch in batches] == [batch_size] * count
    assert batches[0].dtype is torch.bfloat16
    assert batches[0].is_contiguous(memory_format=torch.channels_last)
    assert batches[0][:, 0, 0, 0].tolist() == [n % 3 for n in range(batch_size)]
