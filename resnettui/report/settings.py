"""Settings as an aligned page, as JSON, and as a settings file to begin with."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from resnettui.core.settings import Given

GAP = "  "

Problem = tuple[str, str]
"""What is wrong, and what to do about it."""

EXAMPLE_HEAD = """\
# The settings of resnettui's live screen: take the # away from what you want to change.
# A flag goes before the environment, and that before this file; resnettui config shows all.
# `resnettui locate config` tells where this file belongs.
"""


@dataclass(frozen=True)
class Example:
    """A key that a settings file can hold."""

    table: str
    key: str
    default: str | int | float | None
    placeholder: str
    """What stands for the value where there is no default, as TOML."""
    help: str


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line per row, its columns one below the other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        GAP.join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def settings_page(
    path: str, given: Sequence[Given], problems: Sequence[Problem], *, exists: bool
) -> str:
    """Return the settings file, a line per setting, and what is wrong."""
    rows = [(one.name, _shown(one.value), one.origin) for one in given]
    wrong = [line for reason, hint in problems for line in (f"! {reason}", f"  {hint}")]
    return "\n".join(
        [
            f"settings file: {path}{'' if exists else ' (missing)'}",
            "",
            *aligned([("setting", "value", "from"), *rows]),
            *(["", *wrong] if wrong else []),
        ]
    )


def settings_record(
    path: str, given: Sequence[Given], problems: Sequence[Problem], *, exists: bool
) -> str:
    """Return the same as one JSON object."""
    record = {
        "file": path,
        "exists": exists,
        "settings": {one.name: {"value": one.value, "from": one.origin} for one in given},
        "problems": [{"reason": reason, "hint": hint} for reason, hint in problems],
    }
    return json.dumps(record, indent=1)


def _shown(value: str | int | float | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "-" if value is None else str(value)


def example_file(examples: Iterable[Example]) -> str:
    """Return a settings file in which every key is commented out, with its default."""
    lines = [EXAMPLE_HEAD]
    for table, keys in groupby(examples, key=lambda one: one.table):
        lines += [f"[{table}]", ""] if table else []
        for one in keys:
            lines += [*_example_lines(one), ""]
    return "\n".join(lines).rstrip()


def _example_lines(one: Example) -> Iterator[str]:
    yield f"# {one.help}"
    value = one.placeholder if one.default is None else toml(one.default)
    yield f"# {one.key} = {value}"


def toml(value: str | int | float) -> str:
    """Return a value as TOML; its texts are written as JSON's are."""
    return json.dumps(value, ensure_ascii=False)
