"""`resnettui report`: outcomes of the history and the published ones, as tables, to stdout."""

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from resnettui.core.drift import with_drift
from resnettui.core.history import Listed, outcomes_of
from resnettui.core.outcome import Outcome
from resnettui.core.platforms import told_apart
from resnettui.core.published import published_outcomes
from resnettui.core.table import Table
from resnettui.core.tables import tables_of
from resnettui.errors import UsageError, reason_of
from resnettui.store import History

FILE_WIDTH = 100
"""Columns of a page of plain text that goes into a file."""


@dataclass(frozen=True)
class Selection:
    """What of the history, and which of its tables."""

    names: Sequence[str] = ()
    """The tables; all where empty."""
    platforms: Sequence[str] = ()
    """Parts of platforms' names, in any case; all platforms where empty."""
    tag: str | None = None
    sweep: str | None = None
    """The beginning of a sweep's id."""

    def trial(self, entry: Listed) -> bool:
        """Tell whether an entry is among the trials chosen."""
        tagged = self.tag is None or entry.tag == self.tag
        return tagged and (self.sweep is None or self.of_sweep(entry))

    def of_sweep(self, entry: Listed) -> bool:
        """Tell whether an entry belongs to a sweep whose id begins as the one asked for."""
        return bool(self.sweep) and entry.sweep.startswith(self.sweep or " ")

    def platform(self, name: str) -> bool:
        """Tell whether a platform is among those chosen."""
        lower = name.lower()
        return not self.platforms or any(part.lower() in lower for part in self.platforms)

    def __str__(self) -> str:
        tagged = f" tagged {self.tag}" if self.tag is not None else ""
        return tagged + (f" of sweep {self.sweep}" if self.sweep is not None else "")


def report(
    selection: Selection, kind: str, output: str | None, history: Path | None, *, study: bool
) -> None:
    """Print or write the tables. UsageError where nothing fits or a file cannot be written."""
    found = [] if study else _measured(selection, history)
    outcomes = chosen((*found, *published_outcomes()), selection)
    tables = tables_of(outcomes, selection.names)
    if not tables:
        _say(f"no trials that fill {' or '.join(selection.names) or 'a table'}")
    if output is not None:
        _write(output, rendered(tables, kind, FILE_WIDTH))
    elif kind == "rich":
        _print(tables, Console(highlight=False))
    else:
        sys.stdout.write(rendered(tables, kind))


def _measured(selection: Selection, path: Path | None) -> list[Outcome]:
    with History.open(path, must_exist=True) as history:
        listed = history.listed()
    found = measured(listed, selection)
    if not found:
        none = f"no measured trial{selection} in the history"
        _say(f"{none if listed else 'the history is empty'}: published figures only")
    return found


def measured(listed: Sequence[Listed], selection: Selection) -> list[Outcome]:
    """Return the outcomes of the trials chosen, oldest first; UsageError for several sweeps."""
    if len({entry.sweep for entry in listed if selection.of_sweep(entry)}) > 1:
        raise UsageError(f"several sweeps begin with {selection.sweep}", "give more of its digits")
    known = with_drift(told_apart(listed))
    return outcomes_of(entry for entry in known if selection.trial(entry))


def chosen(outcomes: Sequence[Outcome], selection: Selection) -> list[Outcome]:
    """Return the outcomes of the platforms chosen; UsageError where there is none."""
    kept = [outcome for outcome in outcomes if selection.platform(outcome.platform)]
    if not kept:
        known = "; ".join(dict.fromkeys(outcome.platform for outcome in outcomes))
        wanted = " or ".join(selection.platforms)
        raise UsageError(f"--platform: no platform contains {wanted}", f"known: {known}")
    return kept


def rendered(tables: Sequence[Table], kind: str, width: int = FILE_WIDTH) -> str:
    """Return the tables in one of the formats; each is imported only when it is asked for."""
    match kind:
        case "markdown":
            from resnettui.report.tables_markdown import render
        case "csv":
            from resnettui.report.tables_csv import render
        case "json":
            from resnettui.report.tables_json import render
        case "html":
            from resnettui.report.tables_html import render
        case _:
            out = io.StringIO()
            _print(tables, Console(file=out, width=width, highlight=False, color_system=None))
            return out.getvalue()
    return render(tables)


def _print(tables: Sequence[Table], console: Console) -> None:
    from resnettui.report.tables_rich import render

    console.print(render(tables), crop=False, end="")


def _write(output: str, text: str) -> None:
    try:
        Path(output).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--output: {Path(output)}: {reason_of(error)}", "name another file"
        ) from None


def _say(line: str) -> None:
    sys.stderr.write(f"resnettui: {line}\n")
