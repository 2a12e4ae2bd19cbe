"""`resnettui sweep`: many configurations, one after the other, kept in the history."""

from pathlib import Path
from typing import Any

import click

from resnettui.cli.log import logged
from resnettui.cli.options import (
    axis_list_options,
    data_option,
    finite,
    history_option,
    on_command_line,
    weights_option,
)
from resnettui.core.axes import AXES
from resnettui.core.studies import STUDIES
from resnettui.errors import UsageError

LATEST = "latest"


@click.command("sweep")
@click.option(
    "--study",
    "studies",
    multiple=True,
    type=click.Choice(STUDIES),
    help="A question to answer, fitted to this machine; may be repeated.",
)
@axis_list_options
@data_option
@weights_option
@click.option(
    "--precision-pct",
    type=click.FloatRange(min=0.001, max=50),
    default=1.0,
    show_default=True,
    callback=finite,
    metavar="PERCENT",
    help="A trial ends when the 95 % interval of its median is narrower than this.",
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0.1, max=86400),
    default=30.0,
    show_default=True,
    callback=finite,
    metavar="S",
    help="A trial ends after measuring this long at the latest, warm-up apart.",
)
@click.option(
    "--cooldown",
    type=click.FloatRange(min=1, max=150),
    callback=finite,
    metavar="CELSIUS",
    help="Before each trial wait until the processor is as cool as this.",
)
@click.option(
    "--resume",
    is_flag=False,
    flag_value=LATEST,
    metavar="[ID]",
    help="Go on with a sweep that was interrupted: the latest, or the one named.",
)
@click.option("--dry-run", is_flag=True, help="Print the plan, and measure nothing.")
@history_option
@logged
def sweep_command(
    *,
    studies: tuple[str, ...],
    data: str | None,
    weights: str,
    precision_pct: float,
    max_seconds: float,
    cooldown: float | None,
    resume: str | None,
    dry_run: bool,
    history: Path | None,
    **options: Any,
) -> None:
    """Measure every combination of the values given, or what a study asks.

    Numbers are listed as 1,2,4 or as ranges: 1-8 (by 1), 1-8+2 (by 2), 1-64*2 (doubling). Every
    finished trial is in the history at once; ctrl-C ends the sweep, --resume goes on with it.
    """
    from resnettui.headless.sweep import Wanted, resume_sweep, start_sweep

    given = {a.name: v for a in AXES if (v := options.pop(a.name)) is not None}
    if resume is not None:
        _refuse_all_but("resume", "history", "log_level")
        resume_sweep(None if resume == LATEST else resume, history)
        return
    if not studies and all(len(values) == 1 for values in given.values()):
        hint = "resnettui sweep --study threads, or -t 1-8*2; for one configuration: resnettui run"
        raise UsageError("there is nothing to sweep: every axis has one value", hint)
    wanted = Wanted(studies, given, data, weights, precision_pct / 100, max_seconds, cooldown)
    start_sweep(wanted, history, dry_run=dry_run)


def _refuse_all_but(*names: str) -> None:
    """Refuse flags that a sweep which goes on would ignore: it was told all of them before."""
    context = click.get_current_context()
    for option in context.command.params:
        if option.name not in names and on_command_line(context, option.name):
            hint = "resnettui sweep --resume"
            raise UsageError(f"{option.opts[0]}: a resumed sweep keeps what it was told", hint)
