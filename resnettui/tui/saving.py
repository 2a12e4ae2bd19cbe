"""Writes what a user wants to keep into a file of its own."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from resnettui.errors import reason_of

FOLDERS: Sequence[Callable[[], Path]] = (Path.cwd, Path.home)
"""Where a file goes: the first of them that can be written."""


def file_stem(screen: str, at: datetime) -> str:
    """Return the name of a file without its ending, for instance resnettui-live-20261124-120301."""
    return f"resnettui-{screen}-{at:%Y%m%d-%H%M%S}"


def save(
    text: str, stem: str, ending: str, folders: Sequence[Callable[[], Path]] = FOLDERS
) -> Path:
    """Write a new file, and return it; OSError where none of the folders takes it.

    A file that is there already stays: the new one gets a number.
    """
    trouble: Exception = FileNotFoundError("there is no folder to write to")
    for folder in folders:
        try:
            return _written(text, folder(), stem, ending)
        except (OSError, RuntimeError) as error:  # No home, or none that this user may write.
            trouble = error
    raise OSError(reason_of(trouble)) from trouble


def _written(text: str, folder: Path, stem: str, ending: str) -> Path:
    for number in count(1):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}.{ending}"
        with suppress(FileExistsError):
            return _filled(path, text)
    raise AssertionError("numbers do not end")


def _filled(path: Path, text: str) -> Path:
    with path.open("x", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
        except (OSError, ValueError):
            path.unlink(missing_ok=True)  # Half a file is none.
            raise
    return path
