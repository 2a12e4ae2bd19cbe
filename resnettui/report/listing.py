"""Stored trials as aligned lines, as JSON objects, and one as a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from resnettui.core.axes import AXES, Axis, Places, Whole
from resnettui.core.history import Entry, Listed
from resnettui.core.trial import STRICT
from resnettui.report.figures import milliseconds, significant
from resnettui.report.record import SCHEMA, machine_record, record

ID_DIGITS = 8
"""Shown of an id, more where that is not enough to tell the ids apart."""

GAP = "  "


@dataclass(frozen=True)
class Column:
    """A column of the list: what it says of a trial, and whether it is set to the right."""

    heading: str
    cell: Callable[[Listed], str]
    right: bool = False
    named: bool = False
    """A value is not understood without the heading."""


def listing(trials: Sequence[Listed]) -> list[str]:
    """Return a heading and a line per trial; what is the same in all stands once, above them.

    A table by hand: Rich takes seconds for ten thousand rows.
    """
    if not trials:
        return []
    shared, varying = _split(trials)
    digits = id_digits([trial.id for trial in trials])
    columns = (
        Column("id", lambda t: t.id[:digits]),
        Column("when (UTC)", lambda t: t.at[:16].replace("T", " ")),
        *varying,
        *_FIGURES,
        Column("", _notes),
    )
    lines = _aligned(columns, trials)
    count = "1 trial" if len(trials) == 1 else f"{len(trials)} trials"
    return [printable(" · ".join([count, *shared])), *lines]


def id_digits(ids: Sequence[str]) -> int:
    """Return how many digits tell these ids apart, at least ID_DIGITS."""
    digits = ID_DIGITS
    while digits < 32 and len({id[:digits] for id in ids}) < len(ids):
        digits += 1
    return digits


def _of_axis(axis: Axis) -> Column:
    number, places = isinstance(axis.domain, Whole), isinstance(axis.domain, Places)

    def cell(listed: Listed) -> str:
        value = getattr(listed.trial, axis.name)
        return "-" if value in (None, STRICT) else str(value)

    return Column(axis.label, cell, number, places)


_TRAITS = (
    Column("platform", lambda t: t.platform),
    Column("source", lambda t: t.source),
    *map(_of_axis, AXES),
    Column("tag", lambda t: t.tag),
)
_FIGURES = (
    Column("median ms", lambda t: milliseconds(t.outcome.latency_ns if t.outcome else None), True),
    Column("img/s", lambda t: significant(t.outcome.throughput_img_s if t.outcome else None), True),
    Column("n", lambda t: str(t.outcome.passes) if t.outcome else "-", True),
)


def _notes(trial: Listed) -> str:
    if trial.failure:
        return f"failed: {trial.failure}"
    flags = trial.outcome.flags if trial.outcome else {}
    return f"! {', '.join(flags)}" if flags else ""


def _split(trials: Sequence[Listed]) -> tuple[list[str], list[Column]]:
    """Return the traits that all trials share, in words, and those in which they differ."""
    shared, varying = [], []
    for column in _TRAITS:
        values = set(map(column.cell, trials))
        if len(values) > 1:
            varying.append(column)
        elif value := values.pop().strip("-"):
            alone = _speaks(value) and not column.named
            shared.append(value if alone else f"{column.heading} {value}")
    return shared, varying


def _speaks(value: str) -> bool:
    """Tell a value that is understood without its heading from a number and a short word."""
    return len(value) > 4 and not value.isdigit()


def _aligned(columns: Sequence[Column], trials: Sequence[Listed]) -> list[str]:
    padded = []
    for column in columns:
        cells = [column.heading, *map(column.cell, trials)]
        width = max(map(len, cells))
        pad = str.rjust if column.right else str.ljust
        padded.append([pad(text, width) for text in cells])
    return [printable(GAP.join(row).rstrip()) for row in zip(*padded, strict=True)]


def printable(text: str) -> str:
    """Return a text in one line, without what a terminal would obey: anyone may write a file."""
    if text.isprintable():
        return text
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def stored_record(entry: Entry) -> dict[str, Any]:
    """Return a stored trial as `run --json` prints it, with what the history knows of it."""
    about = {name: getattr(entry, name) for name in _ABOUT}
    if entry.result is not None:
        measured = record(entry.result, entry.machine, entry.build)
    else:
        machine = machine_record(entry.machine, entry.build)
        measured = {"schema": SCHEMA, "trial": entry.trial.as_dict(), "machine": machine}
    return {**about, "facts": dict(entry.facts), **measured}


_ABOUT = ("id", "at", "source", "tag", "failure", "sweep", "position")
