"""Colour themes from TOML files: Textual's own fields, and the variables of this app."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from textual import constants
from textual.app import App
from textual.color import Color, ColorParseError
from textual.css.constants import VALID_STYLE_FLAGS
from textual.design import ColorSystem
from textual.theme import BUILTIN_THEMES, Theme

from resnettui.core.settings import Settings
from resnettui.core.toml_text import BadToml, line_of, parsed, place
from resnettui.errors import UsageError, reason_of
from resnettui.places import themes_folder

DEFAULT = Settings.usual_theme
LIGHT, FEW_COLOURS = "paper", "sixteen"
"""What stands in for it on a light terminal, and on one with sixteen colours."""

COLOURS = (
    *("primary", "secondary", "accent", "foreground", "background", "surface", "panel"),
    *("warning", "error", "success", "boost"),
)
"""The fields of a theme that are colours, with Textual's names for them."""

SHARES = ("luminosity_spread", "text_alpha")
"""The fields of a theme that are numbers from 0 to 1."""

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

VARIABLES = "variables"


class Themes(NamedTuple):
    """The themes of a folder, and what is wrong with the files that hold none."""

    loaded: dict[Path, Theme]
    failed: list[str]


def built_in_folder() -> Path:
    """Return the folder of the themes that come along: in the package, or in a source tree."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def register_themes(app: App[None], settings: Settings) -> list[str]:
    """Give an app the built-in and the user's themes, and set the one to begin with.

    A user's theme goes before another of its name. Returns what is wrong with the user's files;
    UsageError where the theme that is asked for does not exist.
    """
    own = load_themes(themes_folder())
    for theme in (*load_themes(built_in_folder()).loaded.values(), *own.loaded.values()):
        app.register_theme(theme)
    refuse_unknown(settings.theme, app.available_themes)
    last = settings.last_theme if settings.last_theme in app.available_themes else None
    app.theme = settings.theme or last or settings.usual_theme
    return own.failed


def refuse_unknown(name: str | None, available: Collection[str] | None = None) -> None:
    """Raise UsageError where a theme is asked for that is not among those available."""
    if name is None:
        return
    if available is None:
        folders = built_in_folder(), themes_folder()
        ours = (theme.name for folder in folders for theme in load_themes(folder).loaded.values())
        available = {*BUILTIN_THEMES, *ours}
    if name not in available:
        names = ", ".join(sorted(available))
        raise UsageError(f"--theme: there is no theme {name!r}", f"themes: {names}")


def variables_of(theme: Theme) -> dict[str, str]:
    """Return the CSS variables of a theme: its fields, and this app's own."""
    ours = DARK_VARIABLES if theme.dark else LIGHT_VARIABLES
    return {**ours, **theme.to_color_system().generate(), **theme.variables}


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
    loaded: dict[Path, Theme] = {}
    failed: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            loaded[file] = parse_theme(file.read_text(encoding="utf-8"))
        except BadToml as error:
            failed.append(f"{place(file, error.line)}: {error.reason}")
        except UnicodeDecodeError:
            failed.append(f"{file}: it is not UTF-8")
        except OSError as error:
            failed.append(f"{file}: {reason_of(error)}")
    return Themes(loaded, failed)


def parse_theme(text: str) -> Theme:
    """Return the theme a TOML text describes; BadToml with the line if it describes none."""
    fields: dict[str, Any] = parsed(text)
    variables = fields.pop(VARIABLES, {})
    name, dark = fields.pop("name", None), fields.pop("dark", True)
    if not isinstance(name, str) or not name or "primary" not in fields:
        raise BadToml("a theme needs a name and a primary colour")
    if not isinstance(variables, dict):
        raise BadToml(f"variables = {variables!r} is no table", line_of(text, VARIABLES))
    if not isinstance(dark, bool):
        raise BadToml(f"dark = {dark!r} is neither true nor false", line_of(text, "dark"))
    for field, value in fields.items():
        if (wrong := _wrong_field(field, value)) is not None:
            raise BadToml(wrong, line_of(text, field))
    for variable, value in variables.items():
        if (wrong := _wrong_variable(variable, value)) is not None:
            raise BadToml(wrong, line_of(text, variable, VARIABLES))
    return Theme(name=name, dark=dark, variables=variables, **fields)


def _wrong_field(field: str, value: object) -> str | None:
    """Say what is wrong with a field of a theme."""
    if field in SHARES:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and 0 <= value <= 1:  # type: ignore[operator]
            return None
        return f"{field} = {value!r} is no number from 0 to 1"
    if field not in COLOURS:
        return f"unknown field {field!r}"
    return None if _is_colour(value) else f"{field} = {value!r} is no colour"


def _wrong_variable(name: str, value: object) -> str | None:
    """Say what is wrong with a variable: one of this app, or one of Textual."""
    if name in DARK_VARIABLES:
        return None if _is_colour(value) else f"{name} = {value!r} is no colour"
    if name in COLOURS or name not in ColorSystem("black").generate():
        return f"unknown variable {name!r}"
    if not isinstance(value, str):
        return f"{name} = {value!r} is no text"
    if "style" in name.split("-"):
        styles = bool(value) and set(value.split()) <= VALID_STYLE_FLAGS
        return None if styles else f"{name} = {value!r} is no style of text"
    colour = re.sub(r"\s+\d+(\.\d+)?%$", "", value)
    known = colour in ("auto", "initial", "transparent") or _is_colour(colour)
    return None if known else f"{name} = {value!r} is no colour"


def _is_colour(value: object) -> bool:
    try:
        Color.parse(value)
    except (ColorParseError, TypeError, AttributeError):
        return False
    return True
