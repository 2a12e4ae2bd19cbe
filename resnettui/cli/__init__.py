"""The command line: `resnettui` opens the live screen, its commands work without one."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from resnettui import __version__
from resnettui.cli.claims import claims_command
from resnettui.cli.compare import compare_command
from resnettui.cli.config import config_command
from resnettui.cli.history import history_command
from resnettui.cli.locate import locate_command
from resnettui.cli.log import begin_telling, log_failure, told_unforeseen
from resnettui.cli.misuse import told
from resnettui.cli.ops import ops_command
from resnettui.cli.options import (
    axis_options,
    chosen_trial,
    data_option,
    expect_trouble,
    finite,
    history_option,
    on_command_line,
    weights_option,
)
from resnettui.cli.recall import fresh_option, last_time, recalled
from resnettui.cli.replay import replay_command
from resnettui.cli.report import report_command
from resnettui.cli.run import run_command
from resnettui.cli.serve import follow_command, serve_command
from resnettui.cli.settings import chosen_settings, settings_options
from resnettui.cli.settings_file import (
    SettingsFile,
    placed,
    settings_file,
    settings_file_option,
    unknown_to_the_app,
)
from resnettui.cli.sweep import sweep_command
from resnettui.cli.terminal import needs_terminal, suit_streams, suited
from resnettui.cli.themes import themes_command
from resnettui.cli.triage import triage_command
from resnettui.cli.watch import watch_command
from resnettui.core.protocol import CHECK_LIVE_S, Measure
from resnettui.errors import ResnettuiError, UnforeseenError, UsageError

INTERRUPTED = 130
"""Exit code after ctrl-C, as shells have it."""

SHOWN = "config"
"""The command that shows what the settings file says."""

REPLAY = "replay"
"""The command that shows the screens of the live screen."""

DEFAULT_ONCE_S = 5.0


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
        _fail(told(error), f"see {path or 'resnettui'} --help", 2)
    except UnforeseenError as error:
        _tell(told_unforeseen(error))
    except ResnettuiError as error:
        _tell(error)
    except OSError as error:
        if error.filename is not None:  # Writing into what is open names no file.
            _tell(told_unforeseen(error))
        # What is still in the buffer would be written once more, and fail once more, at the end.
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        _fail(f"the output cannot be written: {error.strerror or error}", "", 1)
    except Exception as error:
        _tell(told_unforeseen(error))


def _tell(error: ResnettuiError) -> None:
    log_failure(error)
    _fail(error.reason, error.hint, error.exit_code)


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
@settings_file_option
@axis_options
@data_option
@weights_option
@settings_options
@fresh_option
@history_option
@click.option(
    "--once",
    is_flag=False,
    flag_value=DEFAULT_ONCE_S,
    type=click.FloatRange(min=0.01),
    callback=finite,
    metavar="[SECONDS]",
    help="Measure for so long, 5 s if it is not said, and print the live panels as plain text.",
)
@click.pass_context
def cli(
    context: click.Context,
    /,
    *,
    data: str | None,
    weights: str,
    fresh: bool,
    history: Path | None,
    once: float | None,
    **options: Any,
) -> None:
    """Live profiler of ResNet50 inference on CPUs. Without a command it opens the live screen.

    The flags choose the first configuration; everything can be changed while it runs. A flag goes
    before the environment (RESNETTUI_THREADS, ...), that before the settings file, that before
    what is remembered of the last time: resnettui config.
    """
    file = settings_file(context)
    if context.invoked_subcommand is not None:
        if any(on_command_line(context, name) for name in context.params):
            command = context.invoked_subcommand
            raise UsageError("flags belong behind the command", f"resnettui {command} --flag ...")
        _hand_down(context, file)
        return
    problem = file.problem(context.params)
    if problem is not None:
        raise problem
    if once is not None:
        if on_command_line(context, "record"):
            raise UsageError("--once records nothing", "resnettui --record FILE, without --once")
        if unknown := unknown_to_the_app(context, file):
            raise unknown[0]
        begin_telling(options["log_level"])
        from resnettui.tui.once import once as print_once

        wish = Measure(1, chosen_trial(options), data, once, weights=weights, check_s=CHECK_LIVE_S)
        print_once(wish, history)
        return
    needs_terminal("the live screen", "without one: resnettui run --json")
    from resnettui.log import begin_log
    from resnettui.tui import start

    # What is wrong with what was remembered belongs into the log.
    begin_log(options["log_level"])
    taken = recalled(context, last_time(fresh=fresh))
    options |= {"last_theme": taken.pop("theme", None), "keys": file.keys} | taken
    settings = suited(chosen_settings(options), os.environ)
    try:
        start(chosen_trial(options), data, weights, settings, history)
    except UsageError as error:
        raise placed(context, file, error) from None


def _hand_down(context: click.Context, file: SettingsFile) -> None:
    """Leave to a command what it takes of the settings file and the environment.

    That is the history alone: what is measured is what the command line says, so that it says the
    same on every machine. A replay looks as the live screen does, but is not recorded by itself.
    `config`, which shows all of it, shows what is wrong with it, too.
    """
    looks = {name: value for name, value in file.values.items() if name != "record"}
    context.default_map = {SHOWN: dict(file.values), REPLAY: looks}
    if file.problems and context.invoked_subcommand != SHOWN:
        expect_trouble(context, file.problems[0])


for command in (
    *(run_command, sweep_command, compare_command, ops_command, watch_command),
    *(report_command, claims_command, history_command, triage_command),
    *(config_command, locate_command, themes_command),
    *(replay_command, serve_command, follow_command),
):
    cli.add_command(command)
