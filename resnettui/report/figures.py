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


def duration(seconds: float) -> str:
    """Return a time in minutes and seconds, and hours where there are some: 3:07, 1:02:09."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
