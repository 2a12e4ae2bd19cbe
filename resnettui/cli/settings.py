"""The flags of the settings: one for every field of Settings that a flag can say."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from resnettui.cli.log import log_level_option
from resnettui.cli.options import finite
from resnettui.core.settings import SCREENS, Settings

RATES_S = (0.25, 60)
"""Below, the picture would cost what it is to show; above, it would show nothing."""

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--ascii/--no-ascii",
        default=None,
        help="Draw with ASCII alone.  [default: where locale or terminal have no more]",
    ),
    log_level_option,
    click.option("--mouse/--no-mouse", default=True, help="Hear the mouse.  [default: yes]"),
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
    click.option(
        "--record",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Record all that happens, for `resnettui replay FILE`.",
    ),
    click.option(
        "--screen",
        type=click.Choice(SCREENS),
        default=Settings.screen,
        metavar="NAME",
        help=f"Screen to begin with: {', '.join(SCREENS)}.  [default: {Settings.screen}]",
    ),
    click.option("--theme", metavar="NAME", help="Colour theme; `resnettui themes` lists them."),
)


def settings_options(command: Command) -> Command:
    """Give a command the flags of the settings."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen_settings(options: dict[str, Any]) -> Settings:
    """Take the settings out of a command's options, and return them."""
    names = [field.name for field in fields(Settings) if field.name in options]
    return Settings(**{name: options.pop(name) for name in names})
