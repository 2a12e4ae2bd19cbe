"""A stored trial as Rich renderables."""

from rich.console import Group, RenderableType
from rich.text import Text

from resnettui.core.history import Entry
from resnettui.report.listing import printable
from resnettui.report.terminal import machine_line, result_page, title


def stored_page(entry: Entry) -> RenderableType:
    """Return what `run` said about a trial, below when and as what it was stored."""
    return Group(Text(about_line(entry), style="dim"), *_failure(entry), _measured(entry))


def about_line(entry: Entry) -> str:
    """Return id, time, source, tag and sweep in one line."""
    tag = f"tag {entry.tag}" if entry.tag else ""
    sweep = f"sweep {entry.sweep}, place {entry.position}" if entry.sweep else ""
    facts = [f"{name} {value}" for name, value in entry.facts.items()]
    known = [entry.id, entry.at, entry.source, tag, sweep, *facts]
    return printable(" · ".join(word for word in known if word))


def _failure(entry: Entry) -> list[Text]:
    if not entry.failure:
        return []
    return [Text(f"✗ failed: {printable(entry.failure)}", style="red")]


def _measured(entry: Entry) -> RenderableType:
    if entry.result is not None:
        return result_page(entry.result, entry.machine, entry.build)
    return Group(
        Text(title(entry.trial), style="bold"),
        Text(machine_line(entry.machine, entry.build), style="dim"),
    )
