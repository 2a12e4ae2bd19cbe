"""The settings file and the environment: what they say, what is wrong with it, and where."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from resnettui.cli.declared import (
    CONFIGURATION,
    Declared,
    check,
    declared,
    said_at,
    said_in_environment,
)
from resnettui.core.settings import KeyWish, Settings
from resnettui.core.toml_text import BadToml, line_of, parsed, place
from resnettui.errors import UsageError, reason_of
from resnettui.places import config_path

KEYS = "keys"
"""The table of the user's keys."""

TABLES = (CONFIGURATION, KEYS)

SEEN = "resnettui config shows all settings, resnettui config --example how to write them"

_META = "resnettui.settings_file"


@dataclass(frozen=True)
class SettingsFile:
    """What a settings file says, and the environment, which goes before it."""

    path: Path
    exists: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    """Option, by click's name -> value."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Option -> FILE:LINE, or $VARIABLE, that says its value."""
    keys: tuple[KeyWish, ...] = ()
    problems: tuple[UsageError, ...] = ()
    """What is wrong with the file; what is right holds all the same."""
    unusable: Mapping[str, UsageError] = field(default_factory=dict)
    """Option -> what is wrong with its variable of the environment."""

    def problem(self, options: Collection[str]) -> UsageError | None:
        """Return the first thing that is wrong for a command with these options, if any is."""
        unusable = (error for name, error in self.unusable.items() if name in options)
        return next((error for error in (*unusable, *self.problems)), None)


Check = Callable[[Declared, Any, str], None]
"""Looks at a value that a place says for an option; UsageError where it cannot be."""


def settings_file_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the uppermost command the flag that names a settings file, and let it be read."""
    return click.option(
        "--config",
        metavar="FILE",
        envvar="RESNETTUI_CONFIG",
        is_eager=True,
        expose_value=False,
        callback=_read,
        help="Settings file; $RESNETTUI_CONFIG says it, too.  [default: in your config folder]",
    )(command)


def settings_file(context: click.Context) -> SettingsFile:
    """Return the settings file as it was read at the start."""
    file: SettingsFile = context.meta[_META]
    return file


def said_by(context: click.Context, file: SettingsFile, one: Declared) -> str | None:
    """Return the variable, or FILE:LINE, that says an option; None where neither does."""
    source = context.get_parameter_source(one.name)
    if source is ParameterSource.ENVIRONMENT:
        return f"${one.variable}"
    return file.places[one.name] if source is ParameterSource.DEFAULT_MAP else None


def unknown_to_the_app(context: click.Context, file: SettingsFile) -> list[UsageError]:
    """Return what the app would refuse, its theme and its keys, at the place that says it."""
    from resnettui.tui import troubles

    settings = Settings(keys=file.keys, theme=context.params["theme"])
    return [placed(context, file, error) for error in troubles(settings)]


def placed(context: click.Context, file: SettingsFile, error: UsageError) -> UsageError:
    """Return an error about a flag as one about the variable or the line that said it."""
    for one in declared(context.command):
        where = said_by(context, file, one)
        if where and error.reason.startswith(f"{one.flag}: "):
            return said_at(error, one, where)
    return error


def _read(context: click.Context, _option: click.Parameter, named: str | None) -> None:
    """Read the file before the other options are looked at, for which it has defaults."""
    if context.resilient_parsing:
        return
    options = declared(context.command)
    file = read_settings_file(
        _path(named),
        options,
        lambda one, value, where: check(context, one, value, where),
        must_exist=named is not None,
    )
    file = _with_environment(context, file, options)
    context.meta[_META] = file
    context.default_map = dict(file.values)


def _with_environment(
    context: click.Context, file: SettingsFile, options: tuple[Declared, ...]
) -> SettingsFile:
    values, unusable = said_in_environment(context, options, os.environ)
    variables = {one.name: f"${one.variable}" for one in options if one.name in values}
    return replace(
        file,
        values={**file.values, **values},
        places={**file.places, **variables},
        unusable=unusable,
    )


def _path(named: str | None) -> Path:
    if named is None:
        return config_path()
    try:
        return Path(named).expanduser()
    except RuntimeError as error:
        raise UsageError(f"--config: {error}", "name a file") from None


def read_settings_file(
    path: Path, options: tuple[Declared, ...], check: Check, *, must_exist: bool = False
) -> SettingsFile:
    """Return what a file says of options; a missing one says nothing, unless it must exist."""
    try:
        text = path.read_text(encoding="utf-8")
        return _understood(path, text, parsed(text), options, check)
    except FileNotFoundError:
        missing = UsageError(f"there is no settings file {path}", "resnettui config --example")
        return SettingsFile(path, problems=(missing,) if must_exist else ())
    except BadToml as error:
        reason, line = error.reason, error.line
    except UnicodeDecodeError:
        reason, line = "it is not UTF-8", None
    except (OSError, ValueError) as error:
        reason, line = reason_of(error), None
    problem = UsageError(f"{place(path, line)}: {reason}", SEEN)
    return SettingsFile(path, exists=True, problems=(problem,))


def _understood(
    path: Path, text: str, content: dict[str, Any], options: tuple[Declared, ...], check: Check
) -> SettingsFile:
    values: dict[str, Any] = {}
    lines: dict[str, str] = {}
    keys: list[KeyWish] = []
    problems: list[UsageError] = []
    for table, key, value in _entries(content):
        where = place(path, line_of(text, key, table))
        try:
            if table == KEYS:
                keys.append(_key_wish(key, value, where))
            else:
                one = _option_of(options, table, key, where)
                values[one.name] = _checked(one, value, where, check)
                lines[one.name] = where
        except UsageError as error:
            problems.append(error)
    return SettingsFile(path, True, values, lines, tuple(keys), tuple(problems))


def _entries(content: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Return the table, the key and the value of all that a file sets."""
    for key, value in content.items():
        if key in TABLES and isinstance(value, dict):
            yield from ((key, inner, one) for inner, one in value.items())
        else:
            yield "", key, value


def _option_of(options: tuple[Declared, ...], table: str, key: str, where: str) -> Declared:
    dashed = key.replace("_", "-")
    for one in options:
        if one.key == dashed and one.table == table:
            return one
    if not table and key in TABLES:
        raise UsageError(f"{where}: {key} is no table", f"[{key}] on a line, its keys below it")
    elsewhere = [one.table for one in options if one.key == dashed]
    if elsewhere:
        found = f"below [{elsewhere[0]}]" if elsewhere[0] else "at the top, before the tables"
        raise UsageError(f"{where}: {key} does not belong here", f"it belongs {found}")
    allowed = ", ".join(one.key for one in options if one.table == table)
    tables = "" if table else "; tables: " + ", ".join(f"[{name}]" for name in TABLES)
    raise UsageError(f"{where}: unknown key {key!r}", f"allowed: {allowed}{tables}")


def _checked(one: Declared, value: Any, where: str, check: Check) -> Any:
    """Return a value as click takes it."""
    if not isinstance(value, str | int | float):
        reason = f"{where}: {one.key} is neither text nor a number nor true or false"
        raise UsageError(reason, one.option.help or "")
    text = _text(value)
    if one.is_relative(text):
        reason = f"{where}: {one.key}: {text!r} is no path that holds in every folder"
        raise UsageError(reason, f"{one.option.metavar}; a path begins with / or ~/")
    taken = value if one.option.is_flag else text
    check(one, taken, f"{where}: {one.key}")
    return taken


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key_wish(action: str, value: Any, where: str) -> KeyWish:
    keys = (value,) if isinstance(value, str) else value
    if not isinstance(keys, list | tuple) or not keys or not all(_is_name(k) for k in keys):
        raise UsageError(f"{where}: {action} names no key", f'{action} = "x", or ["x", "ctrl+x"]')
    return KeyWish(action, tuple(keys), where)


def _is_name(key: Any) -> bool:
    return isinstance(key, str) and bool(key)
