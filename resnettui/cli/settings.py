"""The flags of the settings: one for every field of Settings."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from resnettui.core.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--record",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Record all that happens, for `resnettui replay FILE`.",
    ),
    click.option("--theme", metavar="NAME", help="Colour theme; `ctrl+p` in the app lists them."),
)


def settings_options(command: Command) -> Command:
    """Give a command the flags of the settings."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen_settings(options: dict[str, Any]) -> Settings:
    """Take the settings out of a command's options, and return them."""
    return Settings(**{field.name: options.pop(field.name) for field in fields(Settings)})
