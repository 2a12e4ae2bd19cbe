"""What stands around a table in words: what was held fixed, its knee, its footnotes."""

from collections.abc import Collection, Iterable, Mapping

from resnettui.core.axes import AXES, AXIS, Value
from resnettui.core.flags import disturbances
from resnettui.core.table import Knee, Table, grouped
from resnettui.core.trial import Trial
from resnettui.report.figures import cell, ratio

NO_BREAK = "\u00a0"

PHRASES = {
    "fusion": "fusion {}",
    "batch_size": "batch {}",
    "threads": "{} threads",
    "processes": "{} processes",
    "pin": "pin {}",
    "engine": "engine {}",
    "math_mode": "math mode {}",
    "image_size": "{} px",
    "weights": "weights {}",
    "input": "input {}",
    "A": "A: {}",
    "B": "B: {}",
}
"""How a value is told that does not speak for itself."""

NAMED = ("model", "precision", "fusion", "memory_format", "batch_size", "threads", "processes")
"""The axes that every configuration is told by; the others only where they are chosen."""


def sections(tables: Iterable[Table]) -> list[list[Table]]:
    """Return the tables of one kind together; they share a title and their footnotes."""
    return grouped(tables, lambda table: table.name)


def fixed_text(table: Table) -> str:
    """Return what every row of a table has in common, in one line.

    No-break spaces keep each value together where the line is wrapped.
    """
    told = [_phrase(name, value) for name, value in table.fixed.items() if _worth(name, value)]
    return " ".join(f"{phrase} ·".replace(" ", NO_BREAK) for phrase in told)[:-2]


def _worth(name: str, value: Value) -> bool:
    if name in AXIS and name not in NAMED:
        return value != AXIS[name].default
    return name != "processes" or value != 1


def _phrase(name: str, value: object) -> str:
    text = PHRASES.get(name, "{}").format(value)
    return "1 thread" if text == "1 threads" else text


def others(
    trial: Trial, phrases: Mapping[str, str] = PHRASES, told: Collection[str] = NAMED
) -> list[str]:
    """Return what a configuration chooses on the axes that are not `told` elsewhere, if anything.

    An axis without a phrase of its own is told by its label.
    """
    values = {axis: getattr(trial, axis.name) for axis in AXES if axis.name not in told}
    return [
        phrases.get(axis.name, f"{axis.label} {{}}").format(value)
        for axis, value in values.items()
        if value not in (None, axis.default)
    ]


def footnotes(section: Iterable[Table]) -> list[str]:
    """Return what stands below the tables of one section, each note once."""
    return list(dict.fromkeys(note for table in section for note in table.footnotes))


def knee_text(table: Table, knee: Knee) -> str:
    """Return where the curve bends, and what latency it costs there."""
    axis = table.columns[0]
    value, best, first = (table.values(axis.name)[at] for at in (knee.row, knee.best, 0))
    img_s, best_img_s = (_text(table, "throughput_img_s", at) for at in (knee.row, knee.best))
    reached = f"{img_s} img/s" if value == best else f"{img_s} of {best_img_s} img/s at {best}"
    last = knee.row == len(table.rows) - 1
    why = (
        _at_the_end(axis.name) if last else "the least that comes within 5 % of the best throughput"
    )
    cost = f", {ratio(knee.latency_ratio)} that at {first}" if knee.row else ""
    return (
        f"Knee at {_phrase(axis.name, value)}, {why} ({reached}): a pass takes "
        f"{_text(table, 'latency_ms', knee.row)} ms{cost}.{_doubt(table)}"
    )


def _at_the_end(axis: str) -> str:
    """Say that a curve has no bend in what was measured; there are only so many cores."""
    limit = ", unless these are all cores" if axis == "threads" else ""
    return f"the most measured: more may still gain{limit}"


def _doubt(table: Table) -> str:
    """Say which rows of a curve were disturbed, so that its bend may be elsewhere."""
    if "flags" not in (column.name for column in table.columns):
        return ""
    axis = table.columns[0].name
    at = zip(table.values(axis), table.values("flags"), strict=True)
    found = {
        str(value): disturbances(map(str, flags)) for value, flags in at if isinstance(flags, tuple)
    }
    disturbed = {value: flags for value, flags in found.items() if flags}
    if not disturbed:
        return ""
    names = disturbances(flag for flags in disturbed.values() for flag in flags)
    return f" It rests on disturbed rows, at {', '.join(disturbed)} ({', '.join(names)})."


def repeats_platform(table: Table, row: int) -> bool:
    """Tell whether a row has the platform of the row above it, in a table that has several."""
    if not row or table.columns[0].name != "platform":
        return False
    return table.rows[row][0] == table.rows[row - 1][0]


def _text(table: Table, name: str, row: int) -> str:
    column = next(column for column in table.columns if column.name == name)
    return cell(column, table.values(name)[row])
