from pathlib import Path

import pytest

from resnettui.worker.labels import class_of, labels_of, wnids
from resnettui.worker.models import CATEGORIES

IMAGENETTE = {
    "n01440764": (0, "tench"),
    "n02102040": (217, "English springer"),
    "n02979186": (482, "cassette player"),
    "n03000684": (491, "chain saw"),
    "n03028079": (497, "church"),
    "n03394916": (566, "French horn"),
    "n03417042": (569, "garbage truck"),
    "n03425413": (571, "gas pump"),
    "n03445777": (574, "golf ball"),
    "n03888257": (701, "parachute"),
}
IMAGEWOOF = {
    "n02086240": (155, "Shih-Tzu"),
    "n02087394": (159, "Rhodesian ridgeback"),
    "n02088364": (162, "beagle"),
    "n02089973": (167, "English foxhound"),
    "n02093754": (182, "Border terrier"),
    "n02096294": (193, "Australian terrier"),
    "n02099601": (207, "golden retriever"),
    "n02105641": (229, "Old English sheepdog"),
    "n02111889": (258, "Samoyed"),
    "n02115641": (273, "dingo"),
}


@pytest.mark.parametrize(
    ("wnid", "number", "name"),
    [(wnid, *rest) for wnid, rest in {**IMAGENETTE, **IMAGEWOOF}.items()],
)
def test_a_wnid_is_the_class_that_torchvision_names(wnid: str, number: int, name: str) -> None:
    assert class_of(wnid) == number
    assert CATEGORIES[number] == name


def test_there_are_a_thousand_in_the_order_of_their_ids() -> None:
    assert len(wnids()) == len(CATEGORIES) == 1000
    assert list(wnids()) == sorted(wnids())
    assert list(wnids().values()) == list(range(1000))
    assert all(len(wnid) == 9 and wnid[0] == "n" and wnid[1:].isdecimal() for wnid in wnids())


@pytest.mark.parametrize("number", range(0, 1000, 37))
def test_a_class_goes_by_its_number_and_its_name(number: int) -> None:
    assert class_of(str(number)) == class_of(f"{number:04}") == number
    assert class_of(CATEGORIES[number]) == number


@pytest.mark.parametrize(
    "folder", ["cats", "1000", "-1", "n0000001", "N01440764", "Tench", "", "1.0", "٣", "9" * 255]
)
def test_other_names_are_no_class(folder: str) -> None:
    assert class_of(folder) is None


def test_images_have_the_classes_of_their_folders() -> None:
    files = [Path("d/n01440764/a.jpg"), Path("d/val/701/b.jpg"), Path("golf ball/c.jpg")]
    assert labels_of(files) == ((0, 701, 574), "")


def test_one_folder_that_is_no_class_leaves_all_without() -> None:
    files = [Path("d/n01440764/a.jpg"), Path("d/cats/b.jpg")]
    assert labels_of(files) == ((), "folder 'cats' is no class of ImageNet")
