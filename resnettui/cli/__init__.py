"""The command line: `resnettui` opens the live screen, its commands work without one."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from resnettui import __version__
from resnettui.cli.claims import claims_command
from resnettui.cli.compare import compare_command
from resnettui.cli.history import history_command
from resnettui.cli.ops import ops_command
from resnettui.cli.options import (
    axis_options,
    chosen_trial,
    data_option,
    history_option,
    on_command_line,
    weights_option,
)
from resnettui.cli.report import report_command
from resnettui.cli.run import run_command
from resnettui.cli.settings import chosen_settings, settings_options
from resnettui.cli.sweep import sweep_command
from resnettui.cli.terminal import need_screen, suit_streams, suited
from resnettui.cli.triage import triage_command
from resnettui.errors import ResnettuiError, UsageError

INTERRUPTED = 130
"""Exit code after ctrl-C, as shells have it."""


def main() -> None:
    """Run the command line; every error is one or two lines, never a traceback."""
    suit_streams()
    try:
        cli.main(standalone_mode=False)
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
        _fail(error.format_message(), f"see {path or 'resnettui'} --help", 2)
    except ResnettuiError as error:
        _fail(error.reason, error.hint, error.exit_code)
    except OSError as error:
        # What is still in the buffer would be written once more, and fail once more, at the end.
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        _fail(f"the output cannot be written: {error.strerror or error}", "", 1)


def _fail(reason: str, hint: str, exit_code: int) -> None:
    click.echo(f"resnettui: {' '.join(reason.split())}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
    sys.exit(exit_code)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="resnettui %(version)s")
@axis_options
@data_option
@weights_option
@settings_options
@history_option
@click.pass_context
def cli(
    context: click.Context,
    /,
    data: str | None,
    weights: str,
    history: Path | None,
    **options: Any,
) -> None:
    """Live profiler of ResNet50 inference on CPUs. Without a command it opens the live screen.

    The flags choose the first configuration; everything can be changed while it runs.
    """
    if context.invoked_subcommand is not None:
        if any(on_command_line(context, name) for name in context.params):
            command = context.invoked_subcommand
            raise UsageError("flags belong behind the command", f"resnettui {command} --flag ...")
        return
    need_screen(os.environ)
    from resnettui.tui import start

    settings = suited(chosen_settings(options), os.environ)
    start(chosen_trial(options), data, weights, settings, history)


for command in (
    *(run_command, sweep_command, compare_command, ops_command),
    *(report_command, claims_command, history_command, triage_command),
):
    cli.add_command(command)
