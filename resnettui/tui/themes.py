"""Colour themes from TOML files: Textual's own fields, and the variables of this app."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from textual import constants
from textual.app import App
from textual.color import Color, ColorParseError
from textual.theme import Theme

from resnettui.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEFAULT = "ember"

LIGHT, FEW_COLOURS = "paper", "sixteen"
"""What stands in for it on a light terminal, and on one with sixteen colours."""

COLOURS = (
    *("primary", "secondary", "accent", "foreground", "background", "surface", "panel"),
    *("warning", "error", "success", "boost"),
)
"""The fields of a theme that are colours, with Textual's names for them."""

DARK_VARIABLES = {
    "dim": "#8b93a7",
    "unfused": "#f0986a",
    "fused": "#63c9b5",
    "track": "#2f3442",
    "border-line": "#4a5268",
}
LIGHT_VARIABLES = {
    "dim": "#60646f",
    "unfused": "#a8480f",
    "fused": "#0d6d63",
    "track": "#d9d9d9",
    "border-line": "#b0b0b0",
}
"""This app's variables, for the themes that do not set them."""


class Themes(NamedTuple):
    """The themes of a folder, and what is wrong with the files that hold none."""

    loaded: list[Theme]
    failed: list[str]


def built_in_folder() -> Path:
    """Return the folder of the themes that come along: in the package, or in a source tree."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def register_themes(app: App[None], chosen: str | None) -> None:
    """Give an app the built-in themes, and the chosen or the default one; UsageError for others."""
    for theme in load_themes(built_in_folder()).loaded:
        app.register_theme(theme)
    if chosen is not None and chosen not in app.available_themes:
        names = ", ".join(sorted(app.available_themes))
        raise UsageError(f"--theme: there is no theme {chosen!r}", f"themes: {names}")
    app.theme = chosen or DEFAULT


def suiting_theme(environ: Mapping[str, str]) -> str:
    """Return the theme for a terminal, as far as its variables tell what it is like."""
    if _is_light(environ.get("COLORFGBG", "")):
        return LIGHT
    colours = Console(
        color_system=constants.COLOR_SYSTEM,  # type: ignore[arg-type]
        force_terminal=True,
        _environ=environ,
    ).color_system
    return FEW_COLOURS if colours == "standard" else DEFAULT


def _is_light(colours: str) -> bool:
    """Tell whether a terminal names a light background, e.g. "0;15" or "0;default;15".

    rxvt began with it; of the sixteen colours 7 and those from 9 on are light, as Vim has it.
    """
    background = colours.rpartition(";")[2]
    return background.isdecimal() and (int(background) == 7 or int(background) > 8)


def load_themes(folder: Path) -> Themes:
    """Load every *.toml of a folder; a bad file is named, and does not keep the others away."""
    loaded, failed = [], []
    for file in sorted(folder.glob("*.toml")):
        try:
            loaded.append(parse_theme(file.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            failed.append(f"{file.name}: {error}")
    return Themes(loaded, failed)


def parse_theme(text: str) -> Theme:
    """Return the theme a TOML text describes; ValueError with the reason if it describes none."""
    fields: dict[str, Any] = tomllib.loads(text)
    variables = fields.pop("variables", {})
    name, dark = fields.pop("name", None), fields.pop("dark", True)
    if not isinstance(name, str) or "primary" not in fields:
        raise ValueError("a theme needs a name and a primary colour")
    if not isinstance(variables, dict):
        raise ValueError(f"variables = {variables!r} is no table")
    unknown = sorted(set(fields) - set(COLOURS))
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}")
    for field, colour in {**fields, **variables}.items():
        try:
            Color.parse(colour)
        except (ColorParseError, TypeError, AttributeError):
            raise ValueError(f"{field} = {colour!r} is no colour") from None
    return Theme(name=name, dark=bool(dark), variables=variables, **fields)
