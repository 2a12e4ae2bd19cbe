"""The flag of the log, and the log of the commands that start workers."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from resnettui.core.settings import DEFAULT_LOG_LEVEL, LOG_LEVELS
from resnettui.errors import ResnettuiError, UnforeseenError

TRACEBACK = "RESNETTUI_TRACEBACK"
"""Set to 1, an error that nobody foresaw is shown with its traceback."""

log_level_option = click.option(
    "--log-level",
    type=click.Choice(LOG_LEVELS),
    default=DEFAULT_LOG_LEVEL,
    help=f"How much the log file holds.  [default: {DEFAULT_LOG_LEVEL}]",
)


def logged(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flag of the log, and begin the log before it does anything."""

    @wraps(command)
    def beginning(*args: Any, log_level: str, **options: Any) -> Any:
        begin_telling(log_level)
        return command(*args, **options)

    return log_level_option(beginning)


def begin_telling(log_level: str) -> None:
    """Begin the log where no screen tells, in a line, why it cannot be written."""
    from resnettui.log import begin_log

    file = begin_log(log_level)
    if file.trouble:
        click.echo(f"resnettui: the log cannot be written: {file.trouble}", err=True)


def told_unforeseen(error: Exception) -> ResnettuiError:
    """Return what to tell of an error that nobody foresaw, once it is in the log.

    Its traceback is shown where the user asked for it.
    """
    import logging
    import traceback

    from resnettui.log import LOG, begin_log, log_file, unforeseen

    if log_file() is None:
        begin_log(DEFAULT_LOG_LEVEL)
    told = error if isinstance(error, UnforeseenError) else unforeseen(error)
    if os.environ.get(TRACEBACK) == "1" or LOG.level == logging.DEBUG:
        traceback.print_exception(error)
    return told


def log_failure(error: ResnettuiError) -> None:
    """Log why a command failed, where it keeps a log."""
    import logging

    logger = logging.getLogger("resnettui")
    if logger.hasHandlers():
        logger.error("failed: %s", error.reason)
