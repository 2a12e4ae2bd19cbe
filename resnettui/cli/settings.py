"""The flags of the settings: one for every field of Settings."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click

from resnettui.core.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--ascii/--no-ascii",
        default=None,
        help="Draw with ASCII alone. [default: where locale or terminal have no more]",
    ),
    click.option("--mouse/--no-mouse", default=True, help="Hear the mouse. [default: yes]"),
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
