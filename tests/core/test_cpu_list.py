import pytest

from resnettui.core.cpu_list import format_cpu_list, is_cpu_list, parse_cpu_list


@pytest.mark.parametrize(
    ("text", "cores"),
    [
        ("0-3,8,10-11\n", (0, 1, 2, 3, 8, 10, 11)),
        (" 5 , 1", (1, 5)),
        ("", ()),
        (None, ()),
        ("garbage,-1,2-x,3", (3,)),
        ("4-2", ()),
    ],
)
def test_a_core_list_is_read_as_the_kernel_writes_it(
    text: str | None, cores: tuple[int, ...]
) -> None:
    assert parse_cpu_list(text) == cores


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("0", True), ("0-3,8", True), ("", False), ("0-", False), ("a", False), ("4-2", False)],
)
def test_only_what_the_kernel_would_write_is_a_core_list(text: str, is_one: bool) -> None:
    assert is_cpu_list(text) is is_one


def test_an_absurd_core_list_ends() -> None:
    assert len(parse_cpu_list("0-99999999999")) < 100_000
    assert parse_cpu_list("9" * 5000) == parse_cpu_list("0-" + "9" * 5000) == ()


def test_a_core_list_is_written_as_the_kernel_writes_it() -> None:
    assert format_cpu_list((0, 1, 2, 3, 8, 10, 11)) == "0-3,8,10-11"
    assert format_cpu_list(()) == ""
