"""`resnettui triage`: what stands in the way of a measurement on this machine."""

from pathlib import Path

import click

from resnettui.errors import UsageError


def _tree(_context: click.Context, _option: click.Parameter, folder: str | None) -> Path:
    if folder is None:
        return Path("/")
    hint = "name the folder that a captured tree was unpacked into"
    try:
        path = Path(folder).expanduser()
        if not folder or not path.is_dir():
            raise UsageError(f"--fake-root: {folder!r} is not a folder", hint)
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"--fake-root: {error}", hint) from None


@click.command("triage")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--no-torch", is_flag=True, help="Do not ask torch, which takes seconds to import.")
@click.option(
    "--fake-root",
    "root",
    metavar="DIR",
    callback=_tree,
    help="Read the captured tree of another machine, without its torch.",
)
@click.option(
    "--capture", metavar="FILE", help="Keep the system's files that are read, as a tar.gz."
)
def triage_command(
    *, as_json: bool, as_markdown: bool, no_torch: bool, root: Path, capture: str | None
) -> None:
    """Say what limits this machine, and what to do about it before a latency is believed."""
    if as_json and as_markdown:
        raise UsageError("--json and --markdown exclude each other", "give one of them")
    if capture == "":
        raise UsageError("--capture: no file is named", "see resnettui triage --help")
    from resnettui.headless.triage import triage

    kind = "json" if as_json else "markdown" if as_markdown else "rich"
    triage(root, kind, Path(capture) if capture else None, torch=not no_torch)
