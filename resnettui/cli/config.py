"""`resnettui config`: every setting, its value, and who said so."""

from typing import Any

import click

from resnettui.cli.declared import Declared, declared
from resnettui.cli.options import (
    axis_options,
    data_option,
    history_option,
    on_command_line,
    weights_option,
)
from resnettui.cli.recall import fresh_option, last_time, recalled
from resnettui.cli.settings import settings_options
from resnettui.cli.settings_file import (
    KEYS,
    SettingsFile,
    said_by,
    settings_file,
    unknown_to_the_app,
)
from resnettui.core.axes import AXIS
from resnettui.core.remembered import Remembered
from resnettui.core.settings import Given
from resnettui.errors import UsageError
from resnettui.places import history_path

REMEMBERS = "the live screen writes it anew when it is left"


@click.command("config")
@axis_options
@data_option
@weights_option
@settings_options
@fresh_option
@history_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--keys", "list_keys", is_flag=True, help="List the actions and their keys instead.")
@click.option("--example", is_flag=True, help="Print a settings file with all that it can hold.")
@click.pass_context
def config_command(
    context: click.Context,
    /,
    *,
    fresh: bool,
    as_json: bool,
    list_keys: bool,
    example: bool,
    **options: Any,
) -> None:
    """Show every setting of the live screen, its value, and who said so.

    The order is: flag, environment, settings file, remembered of the last time, default. Flags may
    stand here to see what they would do. A settings file that is wrong is shown as far as it is
    right, with what is wrong. `resnettui locate config` tells where it is.
    """
    if as_json + list_keys + example > 1:
        raise UsageError("--json, --keys and --example exclude each other", "give one of them")
    file = settings_file(context)
    if example:
        _print_example(context)
    elif list_keys:
        _print_keys(file)
    else:
        _print_settings(context, file, fresh=fresh, as_json=as_json)


def _print_example(context: click.Context) -> None:
    from resnettui.report.settings import Example, example_file
    from resnettui.tui.keymap import actions

    settings = (
        Example(one.table, one.key, _default(one), _placeholder(one), _help(one))
        for one in declared(context.command)
    )
    usual = (Example(KEYS, one.id, one.keys[0], "", one.words) for one in actions())
    click.echo(example_file([*settings, *usual]))


def _print_keys(file: SettingsFile) -> None:
    from resnettui.report.settings import aligned
    from resnettui.tui.keymap import actions, keymap_of

    wished, wrong = {}, ""
    try:
        wished = keymap_of(file.keys)
    except UsageError as error:
        wrong = f"\n\n! {error.reason}"
    rows = [
        (one.id, wished.get(one.id, one.keys[0]), one.keys[0], ", ".join(one.screens), one.words)
        for one in actions()
    ]
    heading = ("action", "keys", "usual", "screens", "what it does")
    click.echo("\n".join(aligned([heading, *rows])) + wrong)


def _print_settings(
    context: click.Context, file: SettingsFile, *, fresh: bool, as_json: bool
) -> None:
    from resnettui.report.settings import settings_page, settings_record

    forgotten: list[str] = []
    rows = _given(context, file, last_time(fresh=fresh, tell=forgotten.append))
    wrong = (*file.unusable.values(), *file.problems, *unknown_to_the_app(context, file))
    problems = [(one.reason, one.hint) for one in wrong]
    problems += [(reason, REMEMBERS) for reason in forgotten]
    show = settings_record if as_json else settings_page
    click.echo(show(str(file.path), rows, problems, exists=file.exists))


def _given(context: click.Context, file: SettingsFile, last: Remembered) -> list[Given]:
    """Return every setting as the live screen would take it."""
    taken = recalled(context, last)
    rows = []
    for one in declared(context.command):
        value = taken.get(one.name, context.params[one.name])
        origin = "remembered" if one.name in taken else _origin(context, file, one)
        rows.append(Given(one.table, one.key, _shown(one, value), origin))
    return [*rows, *(Given(KEYS, w.action, ", ".join(w.keys), w.where) for w in file.keys)]


def _origin(context: click.Context, file: SettingsFile, one: Declared) -> str:
    said = "flag" if on_command_line(context, one.name) else "default"
    return said_by(context, file, one) or said


def _shown(one: Declared, value: Any) -> str | int | float | bool | None:
    """Return a value as it can be printed; the program's choice is None."""
    if value is None:
        value = history_path() if one.name == "history" else _default(one)
    return value if isinstance(value, int | float | None) else str(value)


def _default(one: Declared) -> str | int | float | None:
    """Return what an option is where nobody says it; None where the program chooses."""
    value = AXIS[one.name].default if one.name in AXIS else one.option.default
    return value if isinstance(value, str | int | float) else None


def _placeholder(one: Declared) -> str:
    return "true" if one.option.is_flag else f'"{one.option.metavar or one.name.upper()}"'


def _help(one: Declared) -> str:
    return (one.option.help or "").partition("  [default")[0]
