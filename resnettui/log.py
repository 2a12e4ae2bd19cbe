"""The log: one file that rotates, and its last lines in memory for whoever shows them."""

import logging
import platform
import shlex
import sys
from collections import deque
from logging.handlers import RotatingFileHandler

from resnettui import __version__
from resnettui.core.printable import printable
from resnettui.errors import UnforeseenError, reason_of
from resnettui.places import log_path

LOG = logging.getLogger("resnettui")
"""What every module logs to, by its own name below this one."""

FILE_BYTES = 1_000_000
OLD_FILES = 2
"""Beside the one that is written: three of FILE_BYTES in all."""

TAIL_LINES = 500

_IN_FILE = logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")

_IN_TAIL = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
"""One process wrote it, lately."""


class LogFile(RotatingFileHandler):
    """The log in a file, which is given up at its first trouble: no log may stop anything."""

    trouble = ""
    """Why nothing is written any more; "" while all is well."""

    def give_up(self, error: OSError) -> None:
        """Write nothing from here on."""
        self.trouble = reason_of(error)
        # Taking it from its logger would make that pass over the next one.
        self.setLevel(logging.CRITICAL + 1)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Give the file up where it is the file's fault."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            self.give_up(error)
        else:
            super().handleError(record)


class Tail:
    """The last lines of the log, as a stream that a handler writes to."""

    def __init__(self, lines: int = TAIL_LINES) -> None:
        self._lines: deque[str] = deque(maxlen=lines)
        self._written = 0

    def write(self, text: str) -> None:
        """Take some lines."""
        lines = text.splitlines()
        self._lines.extend(map(printable, lines))
        self._written += len(lines)

    def flush(self) -> None:
        """Nothing waits to be written."""

    def after(self, seen: int) -> tuple[list[str], int]:
        """Return the lines after the first `seen`, as far as they are kept, and how many came."""
        fresh = min(self._written - seen, len(self._lines))
        return list(self._lines)[len(self._lines) - fresh :], self._written


def begin_log(level: str) -> LogFile:
    """Write what is logged from here on, from a level up, into the user's log file.

    Where that is not possible its `trouble` says why, and all else goes on.
    """
    LOG.setLevel(level.upper())
    file = log_file()
    if file is None:
        file = _opened()
        _attach(file, _IN_FILE)
        LOG.info("resnettui %s begins: %s", __version__, printable(shlex.join(sys.argv[1:])))
        LOG.info("on %s %s %s", platform.system(), platform.release(), platform.machine())
    return file


def _opened() -> LogFile:
    path = log_path()
    # It is opened when the first line is written.
    file = LogFile(
        path,
        maxBytes=FILE_BYTES,
        backupCount=OLD_FILES,
        encoding="utf-8",
        errors="backslashreplace",
        delay=True,
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        file.give_up(error)
    return file


def begin_tail() -> tuple[Tail, logging.Handler]:
    """Keep the last lines that are logged from here on; `end_tail` lets go of the handler."""
    tail = Tail()
    handler = logging.StreamHandler(tail)
    _attach(handler, _IN_TAIL)
    return tail, handler


def end_tail(handler: logging.Handler) -> None:
    """Keep no further line."""
    for logger in _loggers():
        logger.removeHandler(handler)


def _attach(handler: logging.Handler, form: logging.Formatter) -> None:
    handler.setFormatter(form)
    for logger in _loggers():
        logger.addHandler(handler)


def _loggers() -> tuple[logging.Logger, ...]:
    """Return this program's logger, and the event loop's, which tells of tasks that failed."""
    return LOG, logging.getLogger("asyncio")


def log_file() -> LogFile | None:
    """Return the log file; None before `begin_log`."""
    return next((found for found in LOG.handlers if isinstance(found, LogFile)), None)


def unforeseen(error: BaseException) -> UnforeseenError:
    """Log an error that nobody foresaw, with its traceback, and return what to tell of it."""
    LOG.critical("unforeseen error", exc_info=error)
    return told_of(error)


def told_of(error: BaseException) -> UnforeseenError:
    """Return what to tell of an error that stands in the log."""
    file = log_file()
    hint = "RESNETTUI_TRACEBACK=1 shows where it happened"
    if file is not None and not file.trouble:
        hint = f"see {file.baseFilename}"
    return UnforeseenError(
        f"unforeseen error: {printable(f'{type(error).__name__}: {error}')}", hint
    )
