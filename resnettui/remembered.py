"""Keeps how the live screen was left in a file, and reads it the next time."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from resnettui.core.remembered import Remembered, remembered_from


def log_warning(message: str) -> None:
    """Log what is wrong with what is remembered."""
    # Most starts and ends have nothing to say, and need no logging.
    import logging

    logging.getLogger(__name__).warning(message)


def recall(path: Path, tell: Callable[[str], None] = log_warning) -> Remembered:
    """Return what a file remembers; nothing where it is missing, or broken, which is told."""
    try:
        return remembered_from(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Remembered()
    except (OSError, ValueError, RecursionError) as error:
        tell(f"{path} is ignored: {error}")
        return Remembered()


def remember(path: Path, left: Remembered) -> None:
    """Put it into a file, all of it or nothing; where it cannot be written, that is logged."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(left.as_dict(), indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        log_warning(f"{path} cannot be written: {error.strerror or error}")
        _forget(beside)


def _forget(file: Path) -> None:
    """Remove what is left of a file, if that can be done."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        log_warning(f"{file} cannot be removed: {error.strerror or error}")
