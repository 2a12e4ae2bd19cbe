import pytest

from resnettui.core.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain, with é and ×", "plain, with é and ×", id="plain"),
        pytest.param("\x1b[31;1mred\x1b[0m", "red", id="colour"),
        pytest.param("\x1b[2J\x1b[1;1Hgone", "gone", id="clear"),
        pytest.param("\x1b]0;a title\x07text", "text", id="title"),
        pytest.param("\x1b]52;c;aGk=\x1b\\text", "text", id="clipboard"),
        pytest.param("\x1bPq#0\x1b\\text", "text", id="device control"),
        pytest.param("\x1b(0x\x1b7y\x1bcz", "xyz", id="character sets and reset"),
        pytest.param("cut off \x1b[3", "cut off ", id="half a sequence"),
        pytest.param("lone \x1b", "lone ", id="lone escape"),
        pytest.param("a\tb\nc\u00a0d", "a b c d", id="blanks"),
        pytest.param("bell\x07 back\x08 c1\x9b31m", "bell? back? c1?31m", id="controls"),
        pytest.param("turned \u202e round", "turned ? round", id="direction"),
        pytest.param("\udcff", "?", id="lone surrogate"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).isprintable()
