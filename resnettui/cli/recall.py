"""What was remembered of the last time takes the place of defaults, and of nothing else."""

from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from resnettui.core.axes import AXES
from resnettui.core.remembered import Remembered
from resnettui.places import state_path
from resnettui.remembered import log_warning, recall

fresh_option = click.option(
    "--fresh", is_flag=True, help="Begin without what was remembered of the last time."
)


def last_time(*, fresh: bool, tell: Callable[[str], None] = log_warning) -> Remembered:
    """Return how the live screen was left the last time; nothing for a fresh start.

    Where the file that remembers it is broken, `tell` is told so.
    """
    return Remembered() if fresh else recall(state_path(), tell)


def recalled(context: click.Context, last: Remembered) -> dict[str, Any]:
    """Return option -> value, for what nobody says this time.

    The last configuration is taken whole: where one axis is said, the others are not remembered.
    """
    taken: dict[str, Any] = {"screen": last.screen, "theme": last.theme}
    if last.trial and all(_is_unsaid(context, axis.name) for axis in AXES):
        taken |= last.trial.as_dict()
    return {n: v for n, v in taken.items() if v is not None and _is_unsaid(context, n)}


def _is_unsaid(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.DEFAULT
