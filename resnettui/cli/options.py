"""The options that commands share: a flag for every axis, and where the input comes from."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from resnettui.core.axes import AXES, AXIS, Axis, Choice, Places, Value
from resnettui.core.sweep_syntax import parse_values
from resnettui.core.trial import IMAGENET, RANDOM, Trial
from resnettui.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])


Parse = Callable[[Axis, str], Any]


def axis_options(command: Command) -> Command:
    """Give a command a flag for every axis, which takes one value."""
    return _axis_flags(lambda axis, text: axis.domain.parse(text), ("N", "{}"), command)


def axis_list_options(command: Command) -> Command:
    """Give a command a flag for every axis, which takes lists and ranges of values."""
    return _axis_flags(parse_values, ("N,N,... | N-N*N", "{},...|all"), command)


def _axis_flags(parse: Parse, metavars: tuple[str, str], command: Command) -> Command:
    """Add the flags; `metavars` are those of a number, and of words in the place of {}."""
    for axis in reversed(AXES):
        command = _axis_option(axis, parse, metavars)(command)
    return command


def _axis_option(
    axis: Axis, parse: Parse, metavars: tuple[str, str]
) -> Callable[[Command], Command]:
    names = [axis.flag, *([axis.short_flag] if axis.short_flag else [])]
    choices = axis.domain.values if isinstance(axis.domain, Choice | Places) else ()
    shown_choices = "|".join([*choices, *(["LIST"] if isinstance(axis.domain, Places) else [])])

    def parsed(context: click.Context, _option: click.Parameter, text: str | None) -> Any:
        if text is None:
            return None
        try:
            return parse(axis, text)
        except ValueError as error:
            raise UsageError(
                f"{axis.flag}: {error}", f"see {context.command_path} --help"
            ) from None

    def complete(_context: object, _option: object, start: str) -> list[CompletionItem]:
        return [CompletionItem(word) for word in choices if word.startswith(start)]

    shown = "" if axis.default is None else f"  [default: {axis.default}]"
    return click.option(
        *names,
        axis.name,
        metavar=metavars[1].format(shown_choices) if choices else metavars[0],
        callback=parsed,
        shell_complete=complete,
        help=axis.help + shown,
    )


def chosen_trial(options: dict[str, Value | None]) -> Trial:
    """Take the axes out of a command's options, and return the configuration they name."""
    values = {axis.name: options.pop(axis.name) for axis in AXES}
    return Trial(**{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]


def measured_trial(options: dict[str, Value | None]) -> Trial:
    """Return the one configuration that a command measures, and say which flags it leaves aside."""
    trial = chosen_trial(options)
    for axis in map(AXIS.__getitem__, trial.idle):
        value = getattr(trial, axis.name)
        if value != axis.default:
            reason = f"it is for {axis.precision}, not for {trial.precision}"
            click.echo(f"resnettui: {axis.flag} {value} has no effect: {reason}", err=True)
    return trial


def image_folder(
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
        # A link may lead to more; the worker follows it, and finds out about circles.
        if not any(entry.is_file() or entry.is_symlink() for entry in path.rglob("*")):
            raise UsageError(f"--data: {folder} holds no file", hint)
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"--data: {error}", hint) from None
    return str(path.resolve())


def weights_file(_context: click.Context, _option: click.Parameter, weights: str) -> str:
    """Return random, imagenet, or the absolute path of a file that exists."""
    if weights in (RANDOM, IMAGENET):
        return weights
    hint = f"{RANDOM}, {IMAGENET}, or the name of a file with a state_dict"
    try:
        path = Path(weights).expanduser()
        if not path.is_file():
            raise UsageError(f"--weights: {weights!r} is no file", hint)
        return str(path.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"--weights: {error}", hint) from None


def finite(context: click.Context, option: click.Parameter, seconds: float | None) -> float | None:
    """Refuse nan and infinity, which click takes for numbers of seconds."""
    if seconds is not None and not math.isfinite(seconds):
        reason = f"{option.opts[0]}: {seconds} is not a finite number"
        raise UsageError(reason, f"see {context.command_path} --help")
    return seconds


data_option = click.option(
    "--data",
    metavar="DIR",
    callback=image_folder,
    help="Folder of images, flat or in class folders, as input and to calibrate int8."
    "  [default: synthetic]",
)

weights_option = click.option(
    "--weights",
    default=RANDOM,
    metavar=f"{RANDOM}|{IMAGENET}|FILE",
    callback=weights_file,
    help="Weights of the model: random ones, torchvision's for ImageNet, or a state_dict."
    f"  [default: {RANDOM}]",
)

_HISTORY = "resnettui.history"
_TROUBLE = "resnettui.trouble"


def history_file(context: click.Context, option: click.Parameter, file: str | None) -> Path | None:
    """Return the history that was named for this command or one above it.

    A flag goes before the environment, and that before the settings file, which the uppermost
    command has read; where nobody else says it, UsageError tells what is wrong with that file.
    Of a group only the command knows: it may say it, or show its help.
    """
    if on_command_line(context, option.name):
        context.meta.pop(_TROUBLE, None)
    elif context.parent is not None:
        if not isinstance(context.command, click.Group):
            refuse_trouble(context)
        return named_history(context)
    if file is not None:
        _name(context, file)
    return named_history(context)


def _name(context: click.Context, file: str) -> None:
    """Name a history; a variable that names none is told by what needs it, not by every help."""
    try:
        path = _path(file)
    except UsageError as trouble:
        if context.get_parameter_source("history") is not ParameterSource.ENVIRONMENT:
            raise
        path, context.meta[_TROUBLE] = Path(file), trouble
    context.meta[_HISTORY] = path


def named_history(context: click.Context) -> Path | None:
    """Return the history that was named so far; None for the one in the data folder."""
    path: Path | None = context.meta.get(_HISTORY)
    return path


def expect_trouble(context: click.Context, trouble: UsageError) -> None:
    """Let the commands below fail where they need a settings file that is wrong."""
    if context.get_parameter_source("history") is not ParameterSource.ENVIRONMENT:
        context.meta[_TROUBLE] = trouble


def refuse_trouble(context: click.Context) -> None:
    """Raise what is wrong with the settings file, where nobody else says the history."""
    if _TROUBLE in context.meta:
        raise context.meta[_TROUBLE]


def _path(file: str) -> Path:
    if not file:
        raise UsageError("--history: no file is named", "see resnettui --help")
    try:
        return Path(file).expanduser()
    except RuntimeError as error:
        raise UsageError(f"--history: {error}", "name a file") from None


def on_command_line(context: click.Context, name: str | None) -> bool:
    """Tell whether an option was given as a flag, not by the environment."""
    source = context.get_parameter_source(name or "")
    return source is ParameterSource.COMMANDLINE


history_option = click.option(
    "--history",
    metavar="FILE",
    envvar="RESNETTUI_HISTORY",
    callback=history_file,
    help="Where trials are kept; $RESNETTUI_HISTORY says it, too.  [default: your data folder]",
)
