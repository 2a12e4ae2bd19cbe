"""What the terminal of a command can show, and output that suits it."""

import codecs
import io
import locale
import os
import sys
from collections.abc import Mapping
from dataclasses import replace

from resnettui.core.settings import Settings
from resnettui.errors import UsageError
from resnettui.report.glyphs import in_ascii, shows_glyphs

STAND_INS = "resnettui.stand_ins"
"""Name of the way to encode what an encoding does not have."""

DUMB = ("", "dumb", "unknown")
"""What TERM says where the cursor cannot be moved."""


def suit_streams() -> None:
    """Let output hold signs that its terminal can show; none of them is worth a traceback.

    A stream that the shell has closed (`>&-`) reads nothing, and what it is told is gone.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115
    codecs.register_error(STAND_INS, _stand_ins)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            plain = stream.isatty() and not terminal_shows_glyphs(os.environ)
            stream.reconfigure(encoding="ascii" if plain else None, errors=STAND_INS)


def _stand_ins(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for the characters that cannot be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end


def terminal_shows_glyphs(environ: Mapping[str, str]) -> bool:
    """Tell whether locale and terminal have the signs that are drawn.

    Python itself writes UTF-8 in the C locale, so it is the C library that is asked.
    """
    return shows_glyphs(locale.nl_langinfo(locale.CODESET), environ.get("TERM", ""))


def suited(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Return settings with ASCII chosen by what the terminal shows, unless the user chose."""
    if settings.ascii is not None:
        return settings
    return replace(settings, ascii=not terminal_shows_glyphs(environ))


def needs_terminal(what: str, instead: str, environ: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError, with what to do instead, where no screen can be drawn."""
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise UsageError(f"{what} needs a terminal", instead)
    term = environ.get("TERM", "")
    if term in DUMB:
        says = f"TERM={term}" if term else "TERM is not set"
        reason = f"{what} needs a terminal that can move its cursor, and {says}"
        raise UsageError(reason, "in this one: resnettui run, or resnettui --once")
