"""`resnettui replay`: a recording on the screens that showed it."""

import math
import os
from pathlib import Path
from typing import Any

import click

from resnettui.cli.recall import last_time
from resnettui.cli.settings import chosen_settings, settings_options
from resnettui.cli.settings_file import placed, settings_file
from resnettui.cli.terminal import needs_terminal, suited
from resnettui.errors import UsageError


def _speed(_context: click.Context, _option: click.Parameter, text: str) -> float:
    """Return a factor; infinity for max and 0."""
    try:
        speed = math.inf if text == "max" else float(text) or math.inf
    except ValueError:
        speed = math.nan
    if not speed > 0:
        raise UsageError(f"--speed: {text!r} is no speed", "a factor, as 10, or max")
    return speed


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--speed",
    default="1",
    metavar="FACTOR|max",
    callback=_speed,
    help="So much faster than it was recorded; max shows its end at once.  [default: 1]",
)
@settings_options
@click.pass_context
def replay_command(context: click.Context, /, *, file: Path, speed: float, **options: Any) -> None:
    """Show a recording that `resnettui --record FILE` made; it needs no torch."""
    said = settings_file(context)
    problem = said.problem({*options} - {"record"})
    if problem is not None:
        raise problem
    needs_terminal("a replay", "start it in one")
    from resnettui.log import begin_log
    from resnettui.tui import replay

    begin_log(options["log_level"])
    options |= {"last_theme": last_time(fresh=False).theme, "keys": said.keys}
    settings = suited(chosen_settings(options), os.environ)
    try:
        replay(file, speed, settings)
    except UsageError as error:
        raise placed(context, said, error) from None
