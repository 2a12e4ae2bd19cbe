"""`resnettui ops`: every operator of one configuration, without a screen."""

from pathlib import Path
from typing import Any

import click

from resnettui.cli.log import logged
from resnettui.cli.options import (
    axis_options,
    data_option,
    history_option,
    measured_trial,
    weights_option,
)
from resnettui.core.op_rows import GROUPS, ORDER, SORTS
from resnettui.core.protocol import Profile
from resnettui.errors import UsageError

DEFAULT_PASSES = 20


@click.command("ops")
@axis_options
@data_option
@weights_option
@click.option(
    "--by",
    type=click.Choice(list(GROUPS)),
    default="kind",
    help="Take calls together that share this; single calls with call.  [default: kind]",
)
@click.option(
    "--sort",
    type=click.Choice([*SORTS, ORDER]),
    default="time",
    help="The highest first, or in the order of execution.  [default: time]",
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Show so many rows.")
@click.option(
    "--beside/--no-beside",
    default=True,
    help="Where it is fused: profile the unfused variant, too.  [default: --beside]",
)
@click.option(
    "--measure-peaks/--no-measure-peaks",
    default=None,
    help="Measure the roof of this machine again, or not at all.  [default: where it is not known]",
)
@click.option(
    "--passes",
    type=click.IntRange(min=1),
    default=DEFAULT_PASSES,
    metavar="N",
    help=f"Passes to profile.  [default: {DEFAULT_PASSES}]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@history_option
@logged
def ops_command(
    *,
    data: str | None,
    weights: str,
    by: str,
    sort: str,
    top: int | None,
    beside: bool,
    measure_peaks: bool | None,
    passes: int,
    as_json: bool,
    as_markdown: bool,
    history: Path | None,
    **options: Any,
) -> None:
    """Time every operator of one configuration, and say what limits it.

    Each with its share of the pass, its FLOP/s, what it must move, how near it comes to what this
    machine can compute and move at most, and the kernel that ran.
    """
    trial = measured_trial(options)
    if as_json and as_markdown:
        raise UsageError("--json and --markdown exclude each other", "give one of them")
    if trial.processes > 1:
        raise UsageError("operators are profiled in one process", "leave --processes away")
    from resnettui.headless.ops import Wanted, profile_once

    format = "json" if as_json else "markdown" if as_markdown else "rich"
    job = Profile(1, trial, data, weights, passes)
    profile_once(job, Wanted(by, sort, top, beside, measure_peaks, format), history)
