from pathlib import Path

import pytest
import torch
from worker_images import class_folders, jpeg, truncated

from resnettui.worker import inputs
from resnettui.worker.folder import opened
from resnettui.worker.inputs import (
    MAX_BYTES,
    MAX_IMAGES,
    MAX_LOOKED_AT,
    SYNTHETIC_IMAGES,
    DataError,
    Images,
    from_folder,
    images_within,
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


def test_a_large_folder_is_not_opened_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}.txt").touch()
        jpeg(tmp_path / f"{number:03}.jpg", size=(40, 40))
    looked_at: list[str] = []

    def noting(file: Path) -> object:
        looked_at.append(file.suffix)
        return opened(file)

    monkeypatch.setattr(inputs, "opened", noting)
    monkeypatch.setattr(inputs, "MAX_LOOKED_AT", 70)
    source = from_folder(tmp_path, 32).source
    assert looked_at == [".jpg"] * 70
    assert (source.images, source.files, source.looked_at) == (MAX_IMAGES, 200, 70)
    assert source.unreadable == 0


def test_every_file_of_a_small_folder_is_looked_at(tmp_path: Path) -> None:
    for number in range(MAX_IMAGES + 10):
        jpeg(tmp_path / f"{number:03}.jpg", size=(40, 40))
    (tmp_path / "070.jpg").write_text("no picture")
    (tmp_path / "notes.txt").write_text("no picture")
    source = from_folder(tmp_path, 32).source
    assert (source.images, source.files) == (MAX_IMAGES, MAX_IMAGES + 11)
    assert source.looked_at == source.files < MAX_LOOKED_AT
    assert source.unreadable_names == ("070.jpg (no image)", "notes.txt (no image)")


def test_a_large_folder_without_an_image_says_how_far_it_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        (tmp_path / f"{number}.txt").touch()
    monkeypatch.setattr(inputs, "MAX_LOOKED_AT", 5)
    with pytest.raises(DataError, match="read among 5 of its 9 files; the first of 5: 0"):
        from_folder(tmp_path, 32)


@pytest.mark.parametrize(("size", "count"), [(32, 64), (224, 64), (295, 64), (300, 62), (2048, 1)])
def test_the_images_stay_within_their_memory(size: int, count: int) -> None:
    assert images_within(MAX_BYTES, size) == count
    assert count == 1 or count * 3 * size * size * 4 <= MAX_BYTES


def test_one_image_is_decoded_whatever_its_size() -> None:
    assert images_within(1, 224) == 1


def test_large_images_are_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class_folders(tmp_path)
    monkeypatch.setattr(inputs, "MAX_BYTES", 2 * 3 * 32 * 32 * 4)
    images = from_folder(tmp_path, 32)
    assert images.pixels.shape[0] == images.source.images == 2


def test_images_have_the_classes_of_their_folders(tmp_path: Path) -> None:
    for number, wnid in enumerate(("n01440764", "n03888257")):
        jpeg(tmp_path / wnid / "a.JPEG", seed=number)
        jpeg(tmp_path / wnid / "b.JPEG", seed=number)
    truncated(tmp_path / "n01440764/aa.JPEG")
    images = from_folder(tmp_path, 32)
    assert images.labels == (0, 0, 701, 701)
    assert images.source.unlabelled == ""


def test_images_without_a_class_say_which_folder_is_none(tmp_path: Path) -> None:
    images = from_folder(class_folders(tmp_path), 32)
    assert images.labels == ()
    assert images.source.unlabelled == "folder 'n0000001' is no class of ImageNet"


def test_the_short_side_is_resized_as_the_weights_want_it(tmp_path: Path) -> None:
    jpeg(tmp_path / "a.jpg")
    wide, narrow = (from_folder(tmp_path, 32, resize_side=side).pixels for side in (32, 64))
    assert torch.equal(
        from_folder(tmp_path, 32).pixels, from_folder(tmp_path, 32, resize_side=37).pixels
    )
    assert not torch.equal(wide, narrow)


def test_names_are_fit_for_a_terminal(tmp_path: Path) -> None:
    jpeg(tmp_path / "a.jpg")
    (tmp_path / "b\x1b[31m\n.jpg").touch()
    (tmp_path / "c\udcff.jpg").touch()
    names = from_folder(tmp_path, 32).source.unreadable_names
    assert names == ("b?[31m?.jpg (no image)", "c?.jpg (no image)")


@pytest.mark.parametrize("start", [0, 2, 5])
def test_a_batch_begins_anywhere_and_wraps_around(start: int) -> None:
    images = Images(torch.arange(3.0).reshape(3, 1, 1, 1).expand(3, 3, 8, 8))
    batch = images.batch(start, 4, torch.float32, torch.contiguous_format)
    assert batch[:, 0, 0, 0].tolist() == [(start + n) % 3 for n in range(4)]


@pytest.mark.parametrize(("batch_size", "count"), [(1, 3), (2, 1), (3, 1), (7, 1)])
def test_batches_have_the_size_that_was_asked_for(batch_size: int, count: int) -> None:
    images = Images(torch.arange(3.0).reshape(3, 1, 1, 1).expand(3, 3, 8, 8))
    batches = images.batches(batch_size, torch.bfloat16, torch.channels_last)
    assert [batch.shape[0] for batch in batches] == [batch_size] * count
    assert batches[0].dtype is torch.bfloat16
    assert batches[0].is_contiguous(memory_format=torch.channels_last)
    assert batches[0][:, 0, 0, 0].tolist() == [n % 3 for n in range(batch_size)]
