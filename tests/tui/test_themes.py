from pathlib import Path

import pytest
from rich._palettes import STANDARD_PALETTE
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color
from textual.filter import dim_color
from textual.theme import Theme

from resnettui.core.toml_text import BadToml
from resnettui.tui.palette import palette_from
from resnettui.tui.themes import (
    DARK_VARIABLES,
    DEFAULT,
    FEW_COLOURS,
    LIGHT,
    LIGHT_VARIABLES,
    built_in_folder,
    load_themes,
    parse_theme,
    variables_of,
)

BUILT_IN = {theme.name: theme for theme in load_themes(built_in_folder()).loaded.values()}

READABLE = 4.5
"""WCAG 2, level AA, for text."""

GOOD = 'name = "good"\nprimary = "#7aa2f7"\n'


def luminance(colour: str) -> float:
    channels = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in Color.parse(colour).normalized
    )
    return sum(
        share * channel for share, channel in zip((0.2126, 0.7152, 0.0722), channels, strict=True)
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, as WCAG defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colours_of(theme: Theme) -> dict[str, str]:
    fields = {name: getattr(theme, name) for name in ("foreground", "accent", "warning", "error")}
    return {**fields, **theme.variables}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_the_built_in_themes_load_without_a_failure() -> None:
    assert load_themes(built_in_folder()).failed == []
    assert sorted(BUILT_IN) == ["ember", "okabe", "paper", "sixteen"]
    assert {DEFAULT, LIGHT, FEW_COLOURS} <= {*BUILT_IN}
    assert [name for name, theme in BUILT_IN.items() if not theme.dark] == ["paper"]


TEXT = (
    *("foreground", "dim", "accent", "unfused", "fused", "warning", "error"),
    *("footer-key-foreground", "footer-description-foreground"),
)
"""The colours that text is written in; titles of borders are in the foreground's."""


@pytest.mark.parametrize("behind", ["background", "panel", "surface"])
@pytest.mark.parametrize("colour", TEXT)
@pytest.mark.parametrize("name", BUILT_IN)
def test_every_colour_of_text_is_readable(name: str, colour: str, behind: str) -> None:
    colours = variables_of(BUILT_IN[name])
    assert contrast(colours[colour], colours[behind]) >= READABLE


@pytest.mark.parametrize("name", BUILT_IN)
def test_text_that_a_page_dims_is_readable(name: str) -> None:
    colours = variables_of(BUILT_IN[name])
    behind, text = (Color.parse(colours[it]).rich_color for it in ("background", "foreground"))
    dimmed = Color.from_rich_color(dim_color(behind, text)).hex
    assert contrast(dimmed, colours["background"]) >= READABLE


@pytest.mark.parametrize("colour", ["dim", "unfused", "fused"])
@pytest.mark.parametrize(
    ("variables", "background"),
    [(DARK_VARIABLES, "#1e1e1e"), (LIGHT_VARIABLES, "#ffffff")],
    ids=["dark", "light"],
)
def test_the_colours_for_other_themes_are_readable(
    variables: dict[str, str], background: str, colour: str
) -> None:
    assert contrast(variables[colour], background) >= READABLE


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_two_meanings_of_colour_look_the_same(name: str) -> None:
    colours = colours_of(BUILT_IN[name])
    meanings = [colours[meaning] for meaning in ("dim", "unfused", "fused", "error", "foreground")]
    assert len({colour.lower() for colour in meanings}) == len(meanings)


def test_the_theme_for_sixteen_colours_has_them_unmixed_and_apart() -> None:
    colours = colours_of(BUILT_IN[FEW_COLOURS])
    numbers = {
        meaning: Color.parse(colour).rich_color.downgrade(ColorSystem.STANDARD).number or 0
        for meaning, colour in colours.items()
    }
    unmixed = {meaning: STANDARD_PALETTE[number].hex for meaning, number in numbers.items()}
    assert unmixed == colours
    apart = ("foreground", "dim", "accent", "unfused", "fused", "warning", "error", "track")
    assert len({numbers[meaning] for meaning in apart}) == len(apart)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_theme_sets_every_variable_of_the_app(name: str) -> None:
    assert set(DARK_VARIABLES) == set(LIGHT_VARIABLES)
    assert set(DARK_VARIABLES) <= set(BUILT_IN[name].variables)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_theme_makes_a_palette(name: str) -> None:
    colours = colours_of(BUILT_IN[name])
    palette = palette_from(colours)
    assert palette.dim == Style(color=Color.parse(colours["dim"]).rich_color)
    assert (palette.fusion("full"), palette.fusion("none")) == (palette.fused, palette.unfused)
    assert palette.fused != palette.unfused


def test_a_theme_is_read_whole() -> None:
    theme = parse_theme(
        GOOD + 'dark = false\naccent = "rgb(1, 2, 3)"\n[variables]\ndim = "#123456"\n'
    )
    assert (theme.name, theme.dark, theme.primary) == ("good", False, "#7aa2f7")
    assert (theme.accent, theme.variables) == ("rgb(1, 2, 3)", {"dim": "#123456"})


def test_a_theme_may_say_all_that_textual_knows() -> None:
    variables = 'border = "#123456 40%"\nlink-style = "bold not underline"\ntext = "auto 80%"\n'
    theme = parse_theme(f"{GOOD}luminosity_spread = 0.2\ntext_alpha = 1\n[variables]\n{variables}")
    assert (theme.luminosity_spread, theme.text_alpha) == (0.2, 1)
    assert theme.variables["border"] == "#123456 40%"


def test_the_line_of_what_is_wrong_is_known() -> None:
    with pytest.raises(BadToml) as error:
        parse_theme(GOOD + "\n[variables]\n\ndim = 5\n")
    assert error.value.line == 6


def test_a_theme_is_dark_and_without_variables_unless_it_says_so() -> None:
    theme = parse_theme(GOOD)
    assert (theme.dark, theme.variables) == (True, {})


BAD = {
    "no name": ('primary = "red"', "a theme needs a name and a primary colour"),
    "a number for a name": ('name = 5\nprimary = "red"', "a theme needs a name"),
    "no primary": ('name = "x"', "a theme needs a name and a primary colour"),
    "nothing": ("", "a theme needs a name and a primary colour"),
    "an unknown field": (GOOD + 'akzent = "red"', "unknown field 'akzent'"),
    "an unknown table": (GOOD + '[colours]\ndim = "red"', "unknown field 'colours'"),
    "a word that is no colour": (GOOD + 'accent = "reddish"', "accent = 'reddish' is no colour"),
    "half a colour": (GOOD + 'accent = "#12"', "accent = '#12' is no colour"),
    "a list for a colour": (GOOD + 'accent = ["red"]', "accent = .* is no colour"),
    "a variable that is no colour": (
        GOOD + '[variables]\ndim = "dimmish"',
        "dim = 'dimmish' is no colour",
    ),
    "no TOML": ("name = good", "Invalid value"),
    "a word for dark": (GOOD + 'dark = "no"', "dark = 'no' is neither true nor false"),
    "too much spread": (GOOD + "luminosity_spread = 2", "luminosity_spread = 2 is no number"),
    "a word for alpha": (GOOD + 'text_alpha = "1"', "text_alpha = '1' is no number from 0 to 1"),
    "an unknown variable": (
        GOOD + '[variables]\nunfusd = "red"',
        "unknown variable 'unfusd'",
    ),
    "a field below": (GOOD + '[variables]\naccent = "red"', "unknown variable 'accent'"),
    "no style": (
        GOOD + '[variables]\nlink-style = "bald"',
        "link-style = 'bald' is no style of text",
    ),
    "no colour of Textual's": (
        GOOD + '[variables]\nborder = "reddish 40%"',
        "border = 'reddish 40%' is no colour",
    ),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD)
def test_what_is_wrong_with_a_theme_is_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_theme(text)


WORSE = {
    "a number for a colour": (GOOD + "accent = 5", "accent = 5 is no colour"),
    "a truth for a colour": (GOOD + "accent = true", "accent = True is no colour"),
    "a number for a variable": (GOOD + "[variables]\ndim = 5", "dim = 5 is no colour"),
    "a word for the variables": (GOOD + 'variables = "red"', "variables"),
    "a list for the variables": (GOOD + 'variables = ["red"]', "variables"),
}


@pytest.mark.parametrize(("text", "reason"), WORSE.values(), ids=WORSE)
def test_a_value_of_another_type_is_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_theme(text)


def test_a_bad_file_is_named_and_does_not_keep_the_others_away(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('name = "a"\nprimary = "red"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text("name = \n", encoding="utf-8")
    (tmp_path / "c.toml").write_bytes(b'name = "\xff"\n')
    (tmp_path / "d.toml").mkdir()
    (tmp_path / "e.toml").write_text(GOOD + 'akzent = "red"\n', encoding="utf-8")
    (tmp_path / "f.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no theme", encoding="utf-8")
    themes = load_themes(tmp_path)
    assert [(file.name, theme.name) for file, theme in themes.loaded.items()] == [
        ("a.toml", "a"),
        ("f.toml", "good"),
    ]
    assert themes.failed == [
        f"{tmp_path}/b.toml:1: Invalid value",
        f"{tmp_path}/c.toml: it is not UTF-8",
        f"{tmp_path}/d.toml: Is a directory",
        f"{tmp_path}/e.toml:3: unknown field 'akzent'",
    ]


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_themes_holds_none(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    assert load_themes(tmp_path / folder) == ({}, [])
