"""The few styles that everything drawn uses: one meaning each, the same on every screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.style import Style
from textual.color import Color


@dataclass(frozen=True)
class Palette:
    """Styles by meaning."""

    text: Style
    strong: Style
    dim: Style
    """Labels and units."""
    accent: Style
    """What is selected."""
    unfused: Style
    fused: Style
    warning: Style
    error: Style
    track: Style
    """The empty part of a bar."""

    def fusion(self, fusion: str) -> Style:
        """Return the hue of a variant."""
        return self.fused if fusion == "full" else self.unfused


def palette_from(variables: Mapping[str, str]) -> Palette:
    """Return the palette of the CSS variables of the current theme."""

    def style(name: str, *, bold: bool = False) -> Style:
        return Style(color=Color.parse(variables[name]).rich_color, bold=bold or None)

    return Palette(
        text=style("foreground"),
        strong=style("foreground", bold=True),
        dim=style("dim"),
        accent=style("accent", bold=True),
        unfused=style("unfused"),
        fused=style("fused"),
        warning=style("warning", bold=True),
        error=style("error", bold=True),
        track=style("track"),
    )


def in_palette(style: Style, palette: Palette) -> Style:
    """Return a style of a page that is made for any terminal, in the colours of the theme."""
    hues = {"yellow": palette.warning, "red": palette.error}
    hue = hues.get(style.color.name) if style.color else palette.dim if style.dim else None
    if hue is None:
        return style
    return Style(color=hue.color, bold=style.bold, italic=style.italic, underline=style.underline)
