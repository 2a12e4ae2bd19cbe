import pytest

from resnettui.core.trial import Check, InputSource
from resnettui.report.accuracy import accuracy_facts, sqnr_text

COUNTED = Check(0.25, 0.99875, sqnr_db=27.94, agreement=61 / 64, top1=None, images=64)
RIGHT = Check(0.25, 0.99875, sqnr_db=27.94, agreement=61 / 64, top1=0.75, images=64)


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (COUNTED, "27.9 dB"),
        (Check(0.0, 1.0, sqnr_db=None, agreement=1.0, images=8), "no difference"),
        (Check(0.0, 1.0, sqnr_db=125.34, images=8), "125 dB"),
        (Check(9.0, 0.1, sqnr_db=-3.21, images=8), "-3.21 dB"),
        (Check(0.0, 1.0), "-"),
    ],
)
def test_the_noise_is_in_db_or_there_is_none(check: Check, text: str) -> None:
    assert sqnr_text(check) == text


def test_random_weights_are_said_where_agreement_is() -> None:
    facts = accuracy_facts(COUNTED, InputSource(64))
    assert facts["agreement with fp32"] == "95 % of 64 images (random weights: this says little)"
    assert facts["top-1"] == "- (random weights)"
    assert facts["weights"] == "random"


def test_real_weights_with_labels_have_a_top1() -> None:
    assert accuracy_facts(RIGHT, InputSource(64, weights="imagenet")) == {
        "SQNR": "27.9 dB",
        "agreement with fp32": "95 % of 64 images",
        "top-1": "75 % of 64 images",
        "weights": "imagenet",
    }


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (InputSource(weights="imagenet"), "synthetic input"),
        (InputSource(9, weights="a.pth", unlabelled="folder 'x' is none"), "folder 'x' is none"),
    ],
)
def test_no_top1_comes_with_its_reason(source: InputSource, why: str) -> None:
    assert accuracy_facts(COUNTED, source)["top-1"] == f"- ({why})"
