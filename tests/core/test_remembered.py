import json

import pytest

from resnettui.core.remembered import Remembered, remembered_from
from resnettui.core.trial import Trial

LEFT = Remembered("paper", "sweep", Trial(threads=4, precision="int8", engine="x86", pin="0-1"))


@pytest.mark.parametrize("left", [LEFT, Remembered(), Remembered(trial=Trial())])
def test_what_is_remembered_comes_back(left: Remembered) -> None:
    assert remembered_from(json.loads(json.dumps(left.as_dict()))) == left


def test_what_another_version_remembers_is_left_aside() -> None:
    plain = {"theme": "paper", "zoom": 3, "configuration": {"threads": 2, "sparsity": 0.5}}
    assert remembered_from(plain) == Remembered("paper", None, Trial(threads=2))


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        ([], "it is no table"),
        (None, "it is no table"),
        ({"theme": 5}, "theme: 5 is no name"),
        ({"screen": "six"}, "screen: 'six' is none"),
        ({"screen": ["live"]}, "is none"),
        ({"configuration": 5}, "configuration: it is no table"),
        ({"configuration": {"threads": 0}}, "0 is below 1"),
        ({"configuration": {"threads": None}}, "'None' is not a whole number"),
        ({"configuration": {"precision": "fp8"}}, "'fp8' is not one of"),
    ],
)
def test_what_is_broken_has_a_reason(plain: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        remembered_from(plain)
