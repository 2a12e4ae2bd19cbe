import pytest

from resnettui.core.axes import AXIS, Value
from resnettui.core.sweep_syntax import MOST_VALUES, parse_values


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("threads", "4", (4,)),
        ("threads", "1,2,4", (1, 2, 4)),
        ("threads", " 1 , 2 ", (1, 2)),
        ("threads", "1-4", (1, 2, 3, 4)),
        ("threads", "1-8+3", (1, 4, 7)),
        ("batch_size", "1-64*2", (1, 2, 4, 8, 16, 32, 64)),
        ("batch_size", "3-50*4", (3, 12, 48)),
        ("batch_size", "1-4,2,8-8,16", (1, 2, 3, 4, 8, 16)),
        ("precision", "fp32,INT8", ("fp32", "int8")),
        ("precision", "all", ("fp32", "bf16", "fp16", "int8")),
        ("fusion", "full,none,full", ("full", "none")),
        ("pin", "none,0-3+6,4", ("none", "0-3,6", "4")),
        ("pin", "all", ("none", "compact", "spread", "big", "little")),
    ],
)
def test_lists_and_ranges(name: str, text: str, values: tuple[Value, ...]) -> None:
    assert parse_values(AXIS[name], text) == values


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("threads", "", "whole number"),
        ("threads", "0", "below 1"),
        ("threads", "0-4", "below 1"),
        ("threads", "1,,2", "whole number"),
        ("threads", "two", "1,2,4 or 1-64*2"),
        ("threads", "1-", "whole number"),
        ("threads", "1-4/2", "whole number"),
        ("threads", "8-1", "write it as 1-8"),
        ("threads", "1-8*1", "never ends"),
        ("threads", "1-8*0", "never ends"),
        ("threads", "1-8+0", "never ends"),
        ("threads", "1-999999", "more than 1000"),
        ("image_size", "16-64", "below 32"),
        ("precision", "fp64", "not one of"),
        ("precision", "fp32-int8", "not one of"),
    ],
)
def test_nonsense_says_what_is_wrong(name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        parse_values(AXIS[name], text)
    assert words in str(raised.value)


def test_a_range_ends_early_however_far_it_goes() -> None:
    with pytest.raises(ValueError, match=f"more than {MOST_VALUES}"):
        parse_values(AXIS["batch_size"], "1-" + "9" * 30)
