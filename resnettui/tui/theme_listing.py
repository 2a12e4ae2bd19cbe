"""`resnettui themes`: every theme, where it comes from, and how it looks."""

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from resnettui.places import themes_folder
from resnettui.tui.palette import Palette, palette_from
from resnettui.tui.themes import built_in_folder, load_themes, variables_of

SWATCH = ("text", "dim", "accent", "unfused", "fused", "warning", "error")
"""The styles of the palette that a swatch shows."""


def print_themes() -> None:
    """Print the themes that can be chosen, and what is wrong with the files that hold none."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("theme")
    table.add_column("from", overflow="fold")
    if console.color_system:
        table.add_column("looks like")
    origins, bad = found_themes()
    for theme, origin in origins:
        table.add_row(theme.name, origin, *([swatch(theme)] if console.color_system else []))
    console.print(table)
    for line in bad:
        console.print(Text(f"left out: {line}"), soft_wrap=True)


def found_themes() -> tuple[list[tuple[Theme, str]], list[str]]:
    """Return the themes by name, each with where it comes from, and what is wrong with files.

    A user's theme stands for another of its name, a built-in one for one of Textual.
    """
    found = {theme.name: (theme, "Textual") for theme in BUILTIN_THEMES.values()}
    bad = []
    for folder, comes_along in ((built_in_folder(), True), (themes_folder(), False)):
        loaded, failed = load_themes(folder)
        bad += failed
        for file, theme in loaded.items():
            found[theme.name] = theme, "resnettui" if comes_along else str(file)
    return [found[name] for name in sorted(found)], bad


def swatch(theme: Theme) -> Text:
    """Return words in the colours of a theme, each of which names its colour."""
    variables = variables_of(theme)
    palette = palette_from(variables)
    behind = Style(bgcolor=Color.parse(variables["background"]).rich_color)
    words = [(f" {name}", _style(palette, name) + behind) for name in SWATCH]
    return Text.assemble(*words, (" ", behind))


def _style(palette: Palette, name: str) -> Style:
    style: Style = getattr(palette, name)
    return style
