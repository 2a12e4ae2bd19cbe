"""Numbers as text: three significant digits, the unit left to the heading."""


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
    """Return a share as a whole percentage, e.g. 84 %."""
    return missing if share is None else f"{share:.0%}".replace("%", " %")


def mebibytes(size_bytes: int | None, missing: str = "-") -> str:
    """Return an amount of memory in whole MiB."""
    return missing if size_bytes is None else f"{size_bytes / 2**20:.0f}"
