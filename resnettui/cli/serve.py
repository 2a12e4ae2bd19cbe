"""`resnettui serve`: the live screen in a browser; `follow` is what each visitor runs."""

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
from resnettui.cli.settings import chosen_settings, settings_options
from resnettui.core.protocol import CHECK_LIVE_S, Measure


@click.command("serve")
@axis_options
@data_option
@weights_option
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Where to listen; any but the default lets others in.  [default: 127.0.0.1]",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="[default: 8000]")
@click.option("--url", help="What visitors call this machine.  [default: http://HOST:PORT]")
@history_option
@logged
def serve_command(
    *,
    data: str | None,
    weights: str,
    host: str,
    port: int,
    url: str | None,
    history: Path | None,
    **options: Any,
) -> None:
    """Show the live screen in browsers: one measurement, shared by all visitors.

    Their axis keys change it for all of them. It needs textual-serve.
    """
    trial = measured_trial(options)
    from resnettui.tui.serving import Site, serve

    wish = Measure(1, trial, data, weights=weights, check_s=CHECK_LIVE_S)
    serve(wish, history, Site(host, port, url))


@click.command("follow", hidden=True)
@click.argument("path", type=click.Path(path_type=Path))
@settings_options
def follow_command(*, path: Path, **options: Any) -> None:
    """Show a measurement that `resnettui serve` shares at a socket."""
    from resnettui.log import begin_log
    from resnettui.tui import follow

    settings = chosen_settings(options)
    begin_log(settings.log_level)
    follow(path, settings)
