"""What the commands that open a screen need of the terminal."""

import sys

from resnettui.errors import UsageError


def needs_terminal(what: str, instead: str) -> None:
    """Refuse to open a screen where there is no terminal; UsageError with what to do instead."""
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise UsageError(f"{what} needs a terminal", instead)
