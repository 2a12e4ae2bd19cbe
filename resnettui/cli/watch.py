"""`resnettui watch`: one configuration live, one line a second."""

from typing import Any

import click

from resnettui.cli.log import logged
from resnettui.cli.options import (
    axis_options,
    data_option,
    finite,
    measured_trial,
    weights_option,
)
from resnettui.core.protocol import CHECK_LIVE_S, Measure


@click.command("watch")
@axis_options
@data_option
@weights_option
@click.option(
    "--duration",
    type=click.FloatRange(min=0.01),
    callback=finite,
    metavar="SECONDS",
    help="Measure for so long.  [default: until ctrl-C]",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object on each line.")
@logged
def watch_command(
    *, data: str | None, weights: str, duration: float | None, as_json: bool, **options: Any
) -> None:
    """Measure one configuration and print a line a second; nothing is stored."""
    trial = measured_trial(options)
    from resnettui.headless.watch import watch

    wish = Measure(1, trial, data, duration, weights=weights, check_s=CHECK_LIVE_S)
    watch(wish, as_json=as_json)
