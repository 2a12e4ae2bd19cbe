"""`resnettui locate`: where the user's files are."""

from collections.abc import Callable
from pathlib import Path

import click

from resnettui.cli.options import named_history
from resnettui.cli.settings_file import settings_file
from resnettui.places import history_path, log_path, state_path, themes_folder

PLACES: dict[str, Callable[[click.Context], Path]] = {
    "config": lambda context: settings_file(context).path,
    "themes": lambda _: themes_folder(),
    "history": lambda context: named_history(context) or history_path(),
    "log": lambda _: log_path(),
    "state": lambda _: state_path(),
}
"""What can be located -> where it is."""


@click.command("locate")
@click.argument("what", required=False, type=click.Choice(list(PLACES)), metavar="[WHAT]")
@click.pass_context
def locate_command(context: click.Context, what: str | None) -> None:
    """Print where config, themes, history, log or state are; without WHAT all of them.

    Of one it prints the path alone, for scripts; of all it says which exist.
    """
    if what is not None:
        click.echo(PLACES[what](context))
        return
    from resnettui.report.settings import aligned

    paths = {name: path_of(context) for name, path_of in PLACES.items()}
    rows = [(n, "exists" if p.exists() else "missing", str(p)) for n, p in paths.items()]
    click.echo("\n".join(aligned(rows)))
