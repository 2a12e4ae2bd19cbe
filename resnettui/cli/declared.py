"""The options that the settings file and the environment can say, from a command's own."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import click

from resnettui.cli.misuse import told
from resnettui.core.axes import AXIS
from resnettui.core.settings import Settings
from resnettui.errors import UsageError

CONFIGURATION = "configuration"
"""The table of the settings file that holds the first configuration."""

INPUT = ("data", "weights")
"""What belongs to a configuration, and is no axis."""


@dataclass(frozen=True)
class Declared:
    """An option, and where else than on the command line it can be said."""

    option: click.Option
    table: str
    """The table of the settings file; "" for its top."""

    @property
    def name(self) -> str:
        """What click calls it."""
        return self.option.name or ""

    @property
    def flag(self) -> str:
        """The long flag."""
        return max(self.option.opts, key=len)

    @property
    def key(self) -> str:
        """The key in the settings file: the flag, or what a --no-... is the opposite of."""
        key = self.flag.removeprefix("--")
        return key if self.name.startswith("no_") else key.removeprefix("no-")

    @property
    def variable(self) -> str:
        """The variable of the environment."""
        return "RESNETTUI_" + self.key.upper().replace("-", "_")

    def is_relative(self, text: str) -> bool:
        """Tell whether a text is a path to this option that does not hold in every folder."""
        *words, last = (self.option.metavar or "").split("|")
        return last in ("FILE", "DIR") and text not in ("", *words) and text[0] not in "/~"


def declared(command: click.Command) -> tuple[Declared, ...]:
    """Return the options of a command that are settings or belong to the configuration."""
    options = (one for one in command.params if isinstance(one, click.Option))
    found = (Declared(option, _table_of(option.name)) for option in options if _is_said(option))
    return tuple(sorted(found, key=lambda one: one.table))


def _is_said(option: click.Option) -> bool:
    settings = {field.name for field in fields(Settings)}
    return option.name in {*settings, *AXIS, *INPUT, "history"}


def _table_of(name: str | None) -> str:
    return CONFIGURATION if name in AXIS or name in INPUT else ""


def said_in_environment(
    context: click.Context, options: tuple[Declared, ...], environ: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, UsageError]]:
    """Return option -> what its variable says, and option -> why that cannot be."""
    values: dict[str, str] = {}
    unusable: dict[str, UsageError] = {}
    for one in options:
        # An empty variable says nothing.
        if value := environ.get(one.variable):
            try:
                check(context, one, value, f"${one.variable}")
                values[one.name] = value
            except UsageError as error:
                unusable[one.name] = error
    return values, unusable


def check(context: click.Context, one: Declared, value: Any, where: str) -> None:
    """Let an option look at a value; UsageError, with the place, where it cannot be."""
    try:
        one.option.process_value(context, value)
    except click.ClickException as error:
        raise UsageError(told(error, where), one.option.help or "") from None
    except UsageError as error:
        raise said_at(error, one, where) from None


def said_at(error: UsageError, one: Declared, where: str) -> UsageError:
    """Return an error about a flag as one about the place that says it instead."""
    reason = error.reason.removeprefix(f"{one.flag}: ")
    return UsageError(f"{where}: {reason}", error.hint)
