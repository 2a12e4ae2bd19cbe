"""`resnettui report`: the tables of the study, from the history and from what was published."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resnettui.core.history import Listed
from resnettui.core.outcome import Outcome
from resnettui.core.published import published_outcomes
from resnettui.core.table import Table
from resnettui.core.tables import TABLES, tables_of
from resnettui.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

FORMATS = {"rich": ".txt", "markdown": ".md", "csv": ".csv", "json": ".json", "html": ".html"}
"""Format -> how the name of a file of it ends."""

FILE_WIDTH = 100
"""Columns of a rich table that goes into a file."""


@click.command("report")
@click.option("--study", is_flag=True, help="Only the figures that the study published.")
@click.option(
    "--table",
    "names",
    type=click.Choice(list(TABLES)),
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
@click.option(
    "--history",
    metavar="FILE",
    envvar="RESNETTUI_HISTORY",
    help="The history to read.  [default: the user's]",
)
def report_command(
    *,
    study: bool,
    names: tuple[str, ...],
    platforms: tuple[str, ...],
    tag: str | None,
    sweep: str | None,
    kind: str | None,
    output: str | None,
    history: str | None,
) -> None:
    """Show the study's tables: of all trials in the history, beside the published figures."""
    if study and (tag or sweep or history_given()):
        raise UsageError(
            "--study shows no trial of a history", "leave out --tag, --sweep and --history"
        )
    kind = kind or _kind_of(output)
    found = [] if study else _history(history, tag, sweep)
    outcomes = of_platforms((*found, *published_outcomes()), platforms)
    tables = tables_of(outcomes, names)
    if not tables:
        _say("no table: " + why_none(names))
    _put(tables, kind, output)


def history_given() -> bool:
    """Tell whether --history stands on the command line; the environment does not count."""
    source = click.get_current_context().get_parameter_source("history")
    return source is click.core.ParameterSource.COMMANDLINE


def _history(path: str | None, tag: str | None, sweep: str | None) -> list[Outcome]:
    from resnettui.store import History  # type: ignore[import-not-found, unused-ignore]

    with History.open(Path(path) if path else None) as history:
        listed: list[Listed] = history.listed()
    found = measured(listed, tag, sweep)
    if not found:
        chosen = f"{len(listed)} trials in the history, none" if listed else "the history is empty"
        _say(f"{chosen}{' measured' if listed else ''}{_which(tag, sweep)}: published figures only")
    return found


def _which(tag: str | None, sweep: str | None) -> str:
    return (f" tagged {tag}" if tag else "") + (f" of sweep {sweep}" if sweep else "")


def measured(listed: Sequence[Listed], tag: str | None, sweep: str | None) -> list[Outcome]:
    """Return the outcomes of the trials with this tag and of the sweep whose id starts so."""
    return [
        replace(entry.outcome, platform=entry.platform)
        for entry in listed
        if entry.outcome
        and (tag is None or entry.tag == tag)
        and (sweep is None or (entry.sweep and entry.sweep.startswith(sweep)))
    ]


def of_platforms(outcomes: Sequence[Outcome], parts: Sequence[str]) -> list[Outcome]:
    """Return the outcomes of platforms whose name contains one of some texts, in any case."""
    wanted = [part.lower() for part in parts]
    kept = [o for o in outcomes if not wanted or any(p in o.platform.lower() for p in wanted)]
    if not kept:
        known = "; ".join(dict.fromkeys(outcome.platform for outcome in outcomes))
        raise UsageError(f"--platform: no platform contains {', '.join(parts)}", f"known: {known}")
    return kept


def why_none(names: Sequence[str]) -> str:
    """Return what the tables that were asked for would need."""
    which = ", ".join(names) or "any"
    return f"{which} needs trials of one platform that differ in nothing else"


def _kind_of(output: str | None) -> str:
    ending = Path(output or "").suffix.lower()
    return next((kind for kind, end in FORMATS.items() if end == ending), "rich")


def _put(tables: Sequence[Table], kind: str, output: str | None) -> None:
    if output is None and kind == "rich":
        from rich.console import Console

        Console(highlight=False).print(_rich(tables), crop=False)
        return
    text = _text(tables, kind)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--output: {output}: {error.strerror}", "name another file") from None


def _text(tables: Sequence[Table], kind: str) -> str:
    """Return the tables in a format; each is imported only when it is asked for."""
    match kind:
        case "markdown":
            from resnettui.report.tables_markdown import render
        case "csv":
            from resnettui.report.tables_csv import render
        case "json":
            from resnettui.report.tables_json import render
        case "html":
            from resnettui.report.tables_html import render
        case _:
            return _plain(tables)
    return render(tables)


def _rich(tables: Sequence[Table]) -> "RenderableType":
    from resnettui.report.tables_rich import render

    return render(tables)


def _plain(tables: Sequence[Table]) -> str:
    import io

    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=FILE_WIDTH, highlight=False).print(_rich(tables), crop=False)
    return out.getvalue()


def _say(line: str) -> None:
    click.echo(f"resnettui: {line}", err=True)
