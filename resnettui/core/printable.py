"""Text of others, made safe for a terminal and for a file of lines."""

import re

_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]?"  # Colours, cursor, modes.
    r"|\x1b[]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # Titles, clipboard, device control.
    r"|\x1b[ -/]*[0-~]?"
)


def printable(text: str) -> str:
    """Return text in one line: no escape sequence, a space for blanks, ? for what has no shape."""
    if text.isprintable():
        return text
    return "".join(map(_sign, _ESCAPE.sub("", text)))


def _sign(sign: str) -> str:
    if sign.isprintable():
        return sign
    return " " if sign.isspace() else "?"
