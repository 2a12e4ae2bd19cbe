"""`resnettui report`: the tables of the study, from the history and from what was published."""

from pathlib import Path

import click

from resnettui.cli.options import history_option, on_command_line
from resnettui.core.table import TABLE_NAMES
from resnettui.errors import UsageError

FORMATS = {"rich": ".txt", "markdown": ".md", "csv": ".csv", "json": ".json", "html": ".html"}
"""Format -> how the name of a file of it ends."""


@click.command("report")
@click.option("--study", is_flag=True, help="Only the figures that the study published.")
@click.option(
    "--table",
    "names",
    type=click.Choice(TABLE_NAMES),
    multiple=True,
    help="Only this table; may be given several times.",
)
@click.option(
    "--platform",
    "platforms",
    metavar="TEXT",
    multiple=True,
    help="Only platforms whose name contains this; may be given several times.",
)
@click.option("--tag", metavar="TEXT", help="Only trials with this tag.")
@click.option("--sweep", metavar="ID", help="Only trials of this sweep.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    help="[default: by the ending of FILE, else rich]",
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file.  [default: stdout]")
@history_option
def report_command(
    *,
    study: bool,
    names: tuple[str, ...],
    platforms: tuple[str, ...],
    tag: str | None,
    sweep: str | None,
    kind: str | None,
    output: str | None,
    history: Path | None,
) -> None:
    """Show the study's tables: of all trials in the history, beside the published figures."""
    if study and (tag or sweep or on_command_line(click.get_current_context(), "history")):
        raise UsageError(
            "--study shows no trial of a history", "leave out --tag, --sweep and --history"
        )
    from resnettui.headless.report import Selection, report

    selection = Selection(names, platforms, tag, sweep)
    report(selection, kind or _kind_of(output), output, history, study=study)


def _kind_of(output: str | None) -> str:
    ending = Path(output or "").suffix.lower()
    return next((kind for kind, end in FORMATS.items() if end == ending), "rich")
