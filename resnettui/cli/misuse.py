"""What click says of a wrong command line, in the words of this one."""

from typing import Any

import click


def told(error: click.ClickException, place: str = "") -> str:
    """Return what is wrong, of a value with the flag, or the place, that says it."""
    param = error.param if isinstance(error, click.BadParameter) else None
    if param is None or isinstance(error, click.MissingParameter):
        return error.format_message()
    value, is_not, _ = error.message.rpartition(" is not ")
    allowed = _allowed(param.type) if is_not else ""
    reason = f"{value} is not {allowed}" if allowed else error.message
    return f"{place or max(param.opts, key=len)}: {reason}"


def _allowed(kind: "click.ParamType[Any]") -> str:
    """Return which values there are; "" where only click can say it."""
    if isinstance(kind, click.Choice):
        return f"one of {', '.join(kind.choices)}"
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return ""
    number = "a whole number" if isinstance(kind, click.IntRange) else "a number"
    return f"{number} from {kind.min:g} {'on' if kind.max is None else f'to {kind.max:g}'}"
