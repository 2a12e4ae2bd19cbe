"""Values of an axis as a sweep takes them: lists and ranges, as llama-bench writes them."""

import re

from resnettui.core.axes import Axis, Choice, Places, Value

MOST_VALUES = 1000
"""A range with more values than this is a slip of the finger."""

_RANGE = re.compile(r"(?P<first>\d+)-(?P<last>\d+)((?P<sign>[+*])(?P<step>\d+))?")

EXAMPLE = "1,2,4 or 1-64*2 or 1-8+1"


def parse_values(axis: Axis, text: str) -> tuple[Value, ...]:
    """Return the values a text names on an axis, each once, in the order named.

    Words and numbers are separated by commas; `a-b` counts up by 1, `a-b+s` by s, and `a-b*m`
    multiplies by m. "all" stands for every value of a list of words. A value that is itself a list
    of cores has + for its commas: 0-3+6. ValueError says what is wrong.
    """
    values: list[Value] = []
    for part in text.split(","):
        values += _values(axis, part.strip())
    if len(values) > MOST_VALUES:
        raise ValueError(f"{text!r} names more than {MOST_VALUES} values")
    return tuple(dict.fromkeys(values))


def _values(axis: Axis, part: str) -> list[Value]:
    if isinstance(axis.domain, Choice | Places):
        return list(axis.domain.values) if part.lower() == "all" else [axis.domain.parse(part)]
    found = _RANGE.fullmatch(part)
    if found is None:
        return [_number(axis, part)]
    first, last = _number(axis, found["first"]), int(found["last"])
    if last < first:
        raise ValueError(f"{part!r} counts down: write it as {last}-{first}")
    return list(_range(first, last, found["sign"] or "+", int(found["step"] or 1), part))


def _number(axis: Axis, part: str) -> int:
    try:
        return int(axis.domain.parse(part))
    except ValueError as error:
        raise ValueError(f"{error} (a list is written {EXAMPLE})") from None


def _range(first: int, last: int, sign: str, step: int, part: str) -> list[int]:
    if step < (2 if sign == "*" else 1):
        raise ValueError(f"{part!r} never ends: {sign}{step} does not grow")
    values = [first]
    while len(values) <= MOST_VALUES:
        following = values[-1] * step if sign == "*" else values[-1] + step
        if following > last:
            break
        values.append(following)
    return values
