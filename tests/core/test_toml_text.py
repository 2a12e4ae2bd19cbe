import pytest

from resnettui.core.toml_text import BadToml, line_of, parsed, place

TEXT = """\
# theme = "no"
theme = "ember"
"screen" = "live"

[configuration]
threads = 4
  precision   =   "int8"

[ keys ]
quit = "x"
theme = "z"
"""


@pytest.mark.parametrize(
    ("key", "table", "line"),
    [
        ("theme", "", 2),
        ("screen", "", 3),
        ("configuration", "", 5),
        ("threads", "configuration", 6),
        ("precision", "configuration", 7),
        ("quit", "keys", 10),
        ("theme", "keys", 11),
        ("unheard", "keys", 9),
        ("unheard", "", None),
        ("threads", "", None),
        ("threads", "unheard", None),
    ],
)
def test_the_line_of_a_key_is_found(key: str, table: str, line: int | None) -> None:
    assert line_of(TEXT, key, table) == line


@pytest.mark.parametrize("text", ["a = 1\nkeys.quit = 'x'\n", "a = 1\nkeys = { quit = 'x' }\n"])
def test_a_table_without_a_heading_is_found(text: str) -> None:
    assert line_of(text, "quit", "keys") == 2


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a = 1\nb = good\n", "Invalid value", 2),
        ("a = 1\na = 2\n", "Cannot overwrite a value", 2),
        ("a = 1\n[b\n", "Expected ']' at the end of a table declaration", 2),
        ('a = 1\n\nb = """never ends', "Unterminated string", 3),
        ("a = " + "[" * 5000, "it is nested too deeply", None),
    ],
)
def test_what_is_no_toml_has_a_reason_and_a_line(text: str, reason: str, line: int | None) -> None:
    with pytest.raises(BadToml, match=reason) as error:
        parsed(text)
    assert error.value.line == line
    assert "at line" not in error.value.reason


def test_toml_says_what_it_says() -> None:
    assert parsed(TEXT)["configuration"] == {"threads": 4, "precision": "int8"}


def test_a_place_is_written_as_editors_take_it() -> None:
    assert place("config.toml", 3) == "config.toml:3"
    assert place("config.toml", None) == "config.toml"
