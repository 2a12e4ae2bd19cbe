"""Numbers as text: three significant digits, the unit left to the heading."""

from resnettui.core.table import Cell, Column, Kind


def significant(value: float | None, missing: str = "-") -> str:
    """Return a positive number with three significant digits, never in scientific notation."""
    if value is None:
        return missing
    magnitude = abs(value)
    decimals = 0 if magnitude >= 99.95 else 1 if magnitude >= 9.995 else 2
    return f"{value:.{decimals}f}"


def milliseconds(nanoseconds: float | None, missing: str = "-") -> str:
    """Return a latency in ms."""
    return significant(None if nanoseconds is None else nanoseconds / 1e6, missing)


def ratio(value: float | None, missing: str = "-") -> str:
    """Return a ratio with its sign, e.g. 1.67×."""
    return missing if value is None else f"{significant(value)}×"


def percent(share: float | None, missing: str = "-") -> str:
    """Return a share as a whole percentage, e.g. 84 %; next to nothing has no sign."""
    if share is None:
        return missing
    whole = f"{share:.0%}".replace("%", " %")
    return "0 %" if whole == "-0 %" else whole


def duration(seconds: float) -> str:
    """Return a time in minutes and seconds, and hours where there are some: 3:07, 1:02:09."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


UNITS: dict[Kind, str] = {"ms": "ms", "img_s": "img/s", "db": "dB", "bytes": "MB"}
"""The unit that a heading names; the other kinds carry theirs, or have none."""


def heading(column: Column) -> str:
    """Return what stands over a column, e.g. "latency, ms"; img/s speaks for itself."""
    unit = UNITS.get(column.kind)
    if column.kind == "img_s":
        return "img/s"
    return f"{column.heading}, {unit}" if unit else column.heading


def cell(column: Column, value: Cell) -> str:
    """Return a value of a table as text, without the unit that its heading names."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return (" → " if column.kind == "change" else ", ").join(map(str, value))
    return _number(column, value)


def _number(column: Column, value: float) -> str:
    kind = column.kind
    if kind == "count":
        return str(value)
    if column.decimals is not None:
        scaled = 100 * value if kind == "share" else value
        sign = {"share": " %", "ratio": "×"}.get(kind, "")
        return f"{scaled:.{column.decimals}f}{sign}"
    if kind == "ratio":
        return ratio(value)
    if kind == "share":
        return percent(value)
    return significant(value / 1e6 if kind == "bytes" else value)


def mebibytes(size_bytes: int | None, missing: str = "-") -> str:
    """Return an amount of memory in whole MiB."""
    return missing if size_bytes is None else f"{size_bytes / 2**20:.0f}"


def thread_count(threads: int) -> str:
    """Return "1 thread", "2 threads", ..."""
    return "1 thread" if threads == 1 else f"{threads} threads"
