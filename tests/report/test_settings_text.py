import json

from resnettui.core.settings import Given
from resnettui.report.settings import (
    Example,
    aligned,
    example_file,
    settings_page,
    settings_record,
)

GIVEN = [
    Given("", "theme", None, "default"),
    Given("", "mouse", False, "$RESNETTUI_MOUSE"),
    Given("configuration", "threads", 4, "config.toml:3"),
]

PROBLEM = ("config.toml:9: unknown key 'x'", "allowed: theme")


def test_the_page_has_a_line_per_setting() -> None:
    assert settings_page("config.toml", GIVEN, [], exists=True).splitlines() == [
        "settings file: config.toml",
        "",
        "setting                value  from",
        "theme                  -      default",
        "mouse                  false  $RESNETTUI_MOUSE",
        "configuration.threads  4      config.toml:3",
    ]


def test_the_page_ends_with_what_is_wrong() -> None:
    page = settings_page("config.toml", GIVEN, [PROBLEM], exists=False).splitlines()
    assert page[0] == "settings file: config.toml (missing)"
    assert page[-3:] == ["", "! config.toml:9: unknown key 'x'", "  allowed: theme"]


def test_the_record_says_the_same() -> None:
    record = json.loads(settings_record("config.toml", GIVEN, [PROBLEM], exists=False))
    assert record == {
        "file": "config.toml",
        "exists": False,
        "settings": {
            "theme": {"value": None, "from": "default"},
            "mouse": {"value": False, "from": "$RESNETTUI_MOUSE"},
            "configuration.threads": {"value": 4, "from": "config.toml:3"},
        },
        "problems": [{"reason": PROBLEM[0], "hint": PROBLEM[1]}],
    }


def test_columns_stand_below_each_other() -> None:
    assert aligned([("a", "bbb", "c"), ("aaaa", "b", "")]) == ["a     bbb  c", "aaaa  b"]


def test_the_example_has_a_heading_per_table() -> None:
    text = example_file(
        [
            Example("", "theme", None, '"NAME"', "Colour theme."),
            Example("", "mouse", True, "true", "Take the mouse."),
            Example("configuration", "threads", 1, '"N"', "Threads."),
        ]
    )
    assert text.splitlines()[-10:] == [
        "# Colour theme.",
        '# theme = "NAME"',
        "",
        "# Take the mouse.",
        "# mouse = true",
        "",
        "[configuration]",
        "",
        "# Threads.",
        "# threads = 1",
    ]
