import pytest
from test_setup import OWN, own_theme
from textual.theme import BUILTIN_THEMES

from resnettui.tui.theme_listing import SWATCH, found_themes, print_themes, swatch


def test_every_theme_is_listed_with_where_it_comes_from() -> None:
    file = own_theme("mine.toml", OWN)
    replaced = own_theme("other.toml", OWN.replace("mine", "nord"))
    themes, bad = found_themes()
    origins = {theme.name: origin for theme, origin in themes}
    assert list(origins) == sorted(origins)
    assert (origins["mine"], origins["nord"]) == (str(file), str(replaced))
    assert (origins["ember"], origins["gruvbox"]) == ("resnettui", "Textual")
    assert set(BUILTIN_THEMES) < set(origins)
    assert bad == []


def test_bad_files_are_listed_with_their_line(capsys: pytest.CaptureFixture[str]) -> None:
    file = own_theme("mine.toml", OWN + 'dark = "no"\n')
    print_themes()
    out = capsys.readouterr().out
    assert f"left out: {file}:4: dark = 'no' is neither true nor false" in out
    assert "okabe" in out


def test_every_theme_has_a_swatch_of_its_colours() -> None:
    for theme, _ in found_themes()[0]:
        text = swatch(theme)
        assert text.plain.split() == list(SWATCH)
        assert all(span.style for span in text.spans)
