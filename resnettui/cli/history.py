"""`resnettui history`: the trials that were kept, and what can be done with them."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resnettui import garbage
from resnettui.cli.options import history_option, refuse_trouble
from resnettui.errors import UsageError

if TYPE_CHECKING:
    from resnettui.core.history import Entry, Listed
    from resnettui.store import History

STDIO = "-"

limit_option = click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="The newest N alone."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
ids_argument = click.argument("ids", nargs=-1, metavar="[ID]...")


@click.group("history", invoke_without_command=True)
@limit_option
@json_option
@history_option
@click.pass_context
def history_command(
    context: click.Context, history: Path | None, limit: int | None, as_json: bool
) -> None:
    """List, show, tag, delete, export and import the trials that were kept.

    Without a command it lists them. An ID may be shortened as long as it is the only one that
    begins so.
    """
    if context.invoked_subcommand is None:
        refuse_trouble(context)
        _list(history, limit, as_json)
    elif limit is not None or as_json:
        raise UsageError("flags belong behind the command", "resnettui history list --json")


@history_command.command("list")
@limit_option
@json_option
@history_option
def list_command(history: Path | None, limit: int | None, as_json: bool) -> None:
    """List the trials, the newest last."""
    _list(history, limit, as_json)


def _list(path: Path | None, limit: int | None, as_json: bool) -> None:
    from resnettui.core.platforms import told_apart
    from resnettui.store import History

    with History.open(path, must_exist=True) as history:
        with garbage.put_off():  # All of thousands of trials stay.
            trials = told_apart(history.listed())[-(limit or 0) :]
        if as_json:
            _write(_json_pieces(history, trials))
        else:
            _print_listing(trials, history.path)


def _print_listing(trials: "Sequence[Listed]", path: Path) -> None:
    from resnettui.report.listing import listing

    lines = listing(trials) or [f"no trials in {path}"]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    _write(["\n".join([*(line[:width] for line in lines), ""])])


def _json_pieces(history: "History", trials: "Sequence[Listed]") -> Iterator[str]:
    """Return the object piece by piece: ten thousand trials at once would not fit a board."""
    import json

    from resnettui.report.listing import stored_record
    from resnettui.report.record import SCHEMA

    yield f'{{"schema": {SCHEMA}, "trials": ['
    for number, entry in enumerate(history.entries(trial.id for trial in trials)):
        yield (",\n" if number else "\n") + json.dumps(stored_record(entry))
    yield "\n]}\n"


def _write(pieces: Iterable[str]) -> None:
    """Write to stdout; a reader that has read enough is no error."""
    try:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@history_command.command("show")
@click.argument("id")
@history_option
def show_command(history: Path | None, id: str) -> None:
    """Show one trial as `run` printed it."""
    from rich.console import Console

    from resnettui.report.stored import stored_page
    from resnettui.store import History

    with History.open(history, must_exist=True) as opened:
        entry = opened.entry(id)
    Console().print(stored_page(entry))


@history_command.command("tag")
@click.argument("id")
@click.argument("text")
@history_option
def tag_command(history: Path | None, id: str, text: str) -> None:
    """Give a trial a tag; "" takes it away."""
    from resnettui.store import History

    with History.open(history, must_exist=True) as opened:
        opened.tag(id, " ".join(text.split()))


@history_command.command("delete")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@history_option
def delete_command(history: Path | None, ids: Sequence[str]) -> None:
    """Remove trials for good."""
    from resnettui.store import History

    with History.open(history, must_exist=True) as opened:
        count = opened.delete(ids)
    click.echo(f"{_trials(count)} deleted", err=True)


@history_command.command("export")
@click.argument("file")
@ids_argument
@history_option
def export_command(history: Path | None, file: str, ids: Sequence[str]) -> None:
    """Write all trials, or those named, to a JSON file (- for stdout)."""
    from resnettui.store import History
    from resnettui.store.exchange import exported

    with History.open(history, must_exist=True) as opened:
        wanted = {opened.full_id(prefix) for prefix in ids}
        trials = [trial for trial in opened.listed() if not ids or trial.id in wanted]
        ordered = [trial.id for trial in sorted(trials, key=lambda trial: (trial.at, trial.id))]
        pieces = exported(opened.entries(ordered))
        if file == STDIO:
            _write(pieces)
        else:
            _write_file(Path(file), pieces, opened.path)
    click.echo(f"{_trials(len(ordered))} exported", err=True)


def _write_file(path: Path, pieces: Iterator[str], history: Path) -> None:
    """Write an export; a file that is there is replaced by a whole one, or stays as it is."""
    try:
        if path.exists() and path.samefile(history):
            raise UsageError(f"{path} is the history itself", "export to another file")
        if path.exists() and not path.is_file():
            path.write_text("".join(pieces))
        else:
            _replace(path, pieces)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def _replace(path: Path, pieces: Iterator[str]) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="ascii") as file:
            file.writelines(pieces)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@history_command.command("import")
@click.argument("file")
@click.option(
    "--as", "name", metavar="NAME", help="What tables are to call the machine of these trials."
)
@history_option
def import_command(history: Path | None, file: str, name: str | None) -> None:
    """Add the trials of an exported file (- for stdin); those that are there stay as they are.

    A name given with --as is theirs, too, but of trials that this machine measured itself.
    """
    from resnettui.store import History
    from resnettui.store.exchange import imported

    try:
        text = sys.stdin.buffer.read() if file == STDIO else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{Path(file)} cannot be read: {error.strerror or error}") from None
    called = None if name is None else _machine_name(name)
    entries: list[Entry] = imported(text, "stdin" if file == STDIO else file)
    with History.open(history) as opened:
        added = opened.add_all(entries)
        there = len(entries) - len(added)
        click.echo(f"{_trials(len(added))} imported, {there} already there", err=True)
        if called is not None:
            _name_machine(opened, entries, added, called)


def _name_machine(
    history: "History", entries: "Sequence[Entry]", added: set[str], name: str
) -> None:
    """Name the machine of imported trials, but not this one by trials that come back to it.

    Those were there before: another board of the kind of this one may have its host name, too.
    """
    from resnettui.core.platforms import is_same
    from resnettui.machine.probe import named, probe

    here = named(probe())
    own = {one.id for one in entries if one.id not in added and is_same(one.machine, here)}
    history.name_machine({one.id for one in entries} - own, name)
    if own:
        click.echo(f"{_trials(len(own))} of this machine itself: not named {name}", err=True)


def _machine_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise UsageError("--as: no name is given", "for instance --as garage")
    return name


def _trials(count: int) -> str:
    return "1 trial" if count == 1 else f"{count} trials"
