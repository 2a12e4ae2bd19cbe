"""The flags of the settings: one for every field of Settings."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click

from resnettui.cli.options import finite
from resnettui.core.settings import Settings

RATES_S = (0.25, 60)
"""Below, the picture would cost what it is to show; above, it would show nothing."""

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--rate",
        "rate_s",
        type=click.FloatRange(*RATES_S),
        callback=finite,
        default=Settings.rate_s,
        show_default=True,
        metavar="SECONDS",
        help="Between two frames, and between two looks at the sensors.",
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
