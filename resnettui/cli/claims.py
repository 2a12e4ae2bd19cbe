"""`resnettui claims`: the study's statements, tested on this machine's own trials."""

from pathlib import Path

import click

from resnettui.cli.options import history_option
from resnettui.errors import UsageError


@click.command("claims")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a Markdown table.")
@click.option(
    "--platform",
    metavar="NAME",
    help="Another machine of the history, by a part of its name.  [default: this machine]",
)
@history_option
def claims_command(
    *, as_json: bool, as_markdown: bool, platform: str | None, history: Path | None
) -> None:
    """Test each statement of the study on the trials of the history.

    It measures nothing: beside each verdict stands the command that measures what it needs,
    `resnettui sweep --study all` measures all of it.
    """
    if as_json and as_markdown:
        raise UsageError("--json and --markdown exclude each other", "give one of them")
    from resnettui.headless.claims import claims

    claims(history, platform, "json" if as_json else "markdown" if as_markdown else "rich")
