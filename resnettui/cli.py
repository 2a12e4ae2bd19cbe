"""The command line: `resnettui` opens the live screen, `resnettui run` measures once."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from resnettui import __version__
from resnettui.core.axes import AXES, Axis, Choice, Value
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.errors import ResnettuiError, UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_DURATION_S = 5.0

INTERRUPTED = 130
"""Exit code after ctrl-C, as shells have it."""


def main() -> None:
    """Run the command line; every error is one or two lines, never a traceback."""
    try:
        cli.main(standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
        _fail(error.format_message(), f"see {path or 'resnettui'} --help", 2)
    except ResnettuiError as error:
        _fail(error.reason, error.hint, error.exit_code)


def _fail(reason: str, hint: str, exit_code: int) -> None:
    click.echo(f"resnettui: {' '.join(reason.split())}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
    sys.exit(exit_code)


def axis_options(command: Command) -> Command:
    """Give a command a flag for every axis."""
    for axis in reversed(AXES):
        command = _axis_option(axis)(command)
    return command


def _axis_option(axis: Axis) -> Callable[[Command], Command]:
    names = [axis.flag, *([axis.short_flag] if axis.short_flag else [])]
    choices = axis.domain.values if isinstance(axis.domain, Choice) else ()

    def parse(_context: click.Context, _option: click.Parameter, text: str | None) -> Value | None:
        if text is None:
            return None
        try:
            return axis.domain.parse(text)
        except ValueError as error:
            raise UsageError(f"{axis.flag}: {error}", "see resnettui --help") from None

    def complete(_context: object, _option: object, start: str) -> list[CompletionItem]:
        return [CompletionItem(word) for word in choices if word.startswith(start)]

    shown = "" if axis.default is None else f"  [default: {axis.default}]"
    return click.option(
        *names,
        axis.name,
        metavar="|".join(choices) or "N",
        callback=parse,
        shell_complete=complete,
        help=axis.help + shown,
    )


def chosen_trial(options: dict[str, Value | None]) -> Trial:
    """Take the axes out of a command's options, and return the configuration they name."""
    values = {axis.name: options.pop(axis.name) for axis in AXES}
    return Trial(**{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]


def _image_folder(
    _context: click.Context, _option: click.Parameter, folder: str | None
) -> str | None:
    """Refuse a folder that is missing or empty before anything is started."""
    if folder is None:
        return None
    hint = "name a folder of images"
    try:
        path = Path(folder).expanduser()
        if not folder or not path.is_dir():
            raise UsageError(f"--data: {folder} is not a folder", hint)
        if not any(entry.is_file() for entry in path.rglob("*")):
            raise UsageError(f"--data: {folder} holds no file", hint)
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"--data: {error}", hint) from None
    return str(path.resolve())


def _finite(
    _context: click.Context, _option: click.Parameter, seconds: float | None
) -> float | None:
    if seconds is not None and not math.isfinite(seconds):
        raise UsageError(f"--duration: {seconds} is no number of seconds", "see resnettui --help")
    return seconds


data_option = click.option(
    "--data",
    metavar="DIR",
    callback=_image_folder,
    help="Folder of images, flat or in class folders, as input and to calibrate int8."
    "  [default: synthetic]",
)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="resnettui %(version)s")
@axis_options
@data_option
@click.option("--theme", metavar="NAME", help="Colour theme; `ctrl+p` in the app lists them.")
@click.pass_context
def cli(context: click.Context, /, data: str | None, theme: str | None, **options: Any) -> None:
    """Live profiler of ResNet50 inference on CPUs. Without a command it opens the live screen.

    The flags choose the first configuration; everything can be changed while it runs.
    """
    if context.invoked_subcommand is not None:
        given = [axis.flag for axis in AXES if options[axis.name] is not None]
        if given or data or theme:
            command = context.invoked_subcommand
            raise UsageError("flags belong behind the command", f"resnettui {command} --flag ...")
        return
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise UsageError("the live screen needs a terminal", "without one: resnettui run --json")
    from resnettui.tui import start

    start(chosen_trial(options), data, theme)


@cli.command()
@axis_options
@data_option
@click.option(
    "--duration",
    type=click.FloatRange(min=0.01),
    callback=_finite,
    metavar="SECONDS",
    help="[default: 5]",
)
@click.option("--iterations", type=click.IntRange(min=1), metavar="N", help="Passes to measure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--samples", is_flag=True, help="Add every latency to the JSON, in ns.")
def run(
    data: str | None,
    duration: float | None,
    iterations: int | None,
    as_json: bool,
    samples: bool,
    **options: Any,
) -> None:
    """Measure one configuration, without a screen."""
    if duration is not None and iterations is not None:
        raise UsageError("--duration and --iterations exclude each other", "give one of them")
    if samples and not as_json:
        raise UsageError("--samples adds to the JSON", "resnettui run --json --samples")
    if duration is None and iterations is None:
        duration = DEFAULT_DURATION_S
    from resnettui.headless import run_once

    wish = Measure(1, chosen_trial(options), data, duration, iterations)
    run_once(wish, as_json=as_json, samples=samples)
