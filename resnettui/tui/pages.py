"""What the screens show, as text for files and the clipboard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from resnettui.core.frame import Frame
from resnettui.core.machine import platform_name
from resnettui.core.scaling import ScalingRow
from resnettui.core.table import Table
from resnettui.core.visited import visited_table
from resnettui.report import tables_csv, tables_markdown, triage_csv, triage_markdown
from resnettui.report.live_markdown import live_markdown
from resnettui.report.operators import OpPage
from resnettui.report.operators_csv import operators_csv
from resnettui.report.operators_markdown import operators_markdown

Text = Callable[[Frame, Sequence[Table]], str]
"""Makes a text of a frame, and of the tables of a screen that keeps its own; "" for nothing."""


@dataclass(frozen=True)
class Page:
    """A screen as text."""

    csv: Text
    markdown: Text


def _visited(frame: Frame) -> list[Table]:
    return _table(frame, frame.scaling, "Configurations visited")


def _swept(frame: Frame) -> list[Table]:
    state = frame.sweep.state
    notes = [f"! {flag}: {why}" for flag, why in state.flags.items()] if state else []
    return _table(frame, frame.sweep.rows, "Sweep", notes)


def _table(
    frame: Frame, rows: Sequence[ScalingRow], title: str, notes: Sequence[str] = ()
) -> list[Table]:
    platform = platform_name(frame.snapshot.machine)
    return [visited_table(rows, title, platform, notes)] if rows else []


def _live(frame: Frame, _tables: Sequence[Table]) -> str:
    shown = frame.snapshot
    visited = next(iter(_visited(frame)), None)
    return live_markdown(frame.result, visited, shown.machine, shown.build, shown.peaks)


def _csv_of(tables: Sequence[Table]) -> str:
    return tables_csv.render(tables) if tables else ""


def _operators(frame: Frame) -> OpPage | None:
    view = frame.operators
    if view is None or view.profile is None:
        return None
    return OpPage(view.trial, view.profile, view.roof, view.unfused, view.by, view.sort)


def _operators_csv(frame: Frame, _tables: Sequence[Table]) -> str:
    page = _operators(frame)
    return operators_csv(page) if page else ""


def _operators_markdown(frame: Frame, _tables: Sequence[Table]) -> str:
    page = _operators(frame)
    snapshot = frame.snapshot
    return operators_markdown(page, snapshot.machine, snapshot.build) if page else ""


def _machine_csv(frame: Frame, _tables: Sequence[Table]) -> str:
    return _triage(frame, triage_csv.render)


def _machine_markdown(frame: Frame, _tables: Sequence[Table]) -> str:
    return _triage(frame, triage_markdown.render)


def _triage(frame: Frame, render: Callable[..., str]) -> str:
    snapshot = frame.snapshot
    if snapshot.board is None:
        return ""
    return render(snapshot.board, snapshot.machine, snapshot.build, frame.findings)


PAGES = {
    "live": Page(lambda frame, _tables: _csv_of(_visited(frame)), _live),
    "sweep": Page(
        lambda frame, _tables: _csv_of(_swept(frame)),
        lambda frame, _tables: tables_markdown.render(_swept(frame)),
    ),
    "operators": Page(_operators_csv, _operators_markdown),
    "compare": Page(
        lambda _frame, tables: _csv_of(tables),
        lambda _frame, tables: tables_markdown.render(tables),
    ),
    "machine": Page(_machine_csv, _machine_markdown),
}
"""The name of a screen -> its texts."""
