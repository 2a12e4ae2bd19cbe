"""`resnettui run`: one configuration, without a screen."""

from pathlib import Path
from typing import Any

import click

from resnettui.cli.log import logged
from resnettui.cli.options import (
    axis_options,
    data_option,
    finite,
    history_option,
    measured_trial,
    weights_option,
)
from resnettui.core.protocol import Measure
from resnettui.errors import UsageError

DEFAULT_DURATION_S = 5.0


@click.command("run")
@axis_options
@data_option
@weights_option
@click.option(
    "--duration",
    type=click.FloatRange(min=0.01),
    callback=finite,
    metavar="SECONDS",
    help="[default: 5]",
)
@click.option("--iterations", type=click.IntRange(min=1), metavar="N", help="Passes to measure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--samples", is_flag=True, help="Add every latency to the JSON, in ns.")
@history_option
@click.option("--no-store", is_flag=True, help="Keep the trial out of the history.")
@logged
def run_command(
    *,
    data: str | None,
    weights: str,
    duration: float | None,
    iterations: int | None,
    as_json: bool,
    samples: bool,
    history: Path | None,
    no_store: bool,
    **options: Any,
) -> None:
    """Measure one configuration, without a screen."""
    if duration is not None and iterations is not None:
        raise UsageError("--duration and --iterations exclude each other", "give one of them")
    if samples and not as_json:
        raise UsageError("--samples adds to the JSON", "resnettui run --json --samples")
    if duration is None and iterations is None:
        duration = DEFAULT_DURATION_S
    from resnettui.headless.run import run_once

    wish = Measure(1, measured_trial(options), data, duration, iterations, weights)
    run_once(wish, as_json=as_json, samples=samples, history=history, store=not no_store)
