"""TOML as users write it: what it says, and on which line."""

import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_HEADER = re.compile(r"\s*\[\[?\s*[\"']?([^\]\"']+?)[\"']?\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*(?=[.=])")


class BadToml(ValueError):
    """A text that does not say what it should: the reason, and the line that it is about."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def parsed(text: str) -> dict[str, Any]:
    """Return what a TOML text says; BadToml where it is none."""
    try:
        content: dict[str, Any] = tomllib.loads(text)
        return content
    except RecursionError:
        raise BadToml("it is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.fullmatch(str(error))
        if place is None:
            raise BadToml(str(error)) from None
        line = int(place[2]) if place[2] else text.rstrip("\n").count("\n") + 1
        raise BadToml(place[1], line) from None


def line_of(text: str, key: str, table: str = "") -> int | None:
    """Return the line, from 1, on which a TOML text sets a key of a table.

    Where the key is not seen it is the line of the table, or None.
    """
    within, at = "", None
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            within = header[1]
            if not table and within == key:
                return number
            at = number if table and within == table else at
        elif set_here := _KEY.match(line):
            if within == table and set_here[1] == key:
                return number
            if not within and table and set_here[1] == table:
                at = number
    return at


def place(file: object, line: int | None) -> str:
    """Return FILE:LINE, as editors take it."""
    return str(file) if line is None else f"{file}:{line}"
