"""Triage as Rich renderables: the findings, worst on top, then the facts in compact sections."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from resnettui.core.board import Board
from resnettui.core.finding import Finding, Severity
from resnettui.core.machine import Build, Machine
from resnettui.report.terminal import machine_line
from resnettui.report.triage_facts import Section, sections_of

STYLES = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
SIGNS = {Severity.CRITICAL: "✗", Severity.WARNING: "!", Severity.NOTE: " "}
"""In front of a finding: how grave it is is never told by colour alone."""
WIDE = 110
"""Columns from which on the sections stand in two columns."""
NARROW = 60
"""Columns below which a finding's key stands above it."""
_GAP = 3
_MOST_LABEL = 20
"""Columns of the longest label that is not cut off."""


def triage_page(
    board: Board, machine: Machine, build: Build | None, findings: Sequence[Finding]
) -> RenderableType:
    """Return everything triage has to say; it fits any width from 40 columns."""
    return Group(
        Text(headline(findings), style="bold"),
        Text(machine_line(machine, build), style="dim"),
        Text(),
        Findings(findings),
        Sections(sections_of(board, machine, build)),
    )


def headline(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, in one line."""
    counts = {s: sum(finding.severity is s for finding in findings) for s in reversed(Severity)}
    told = [f"{n} {_word(severity, n)}" for severity, n in counts.items() if n]
    return f"Triage: {', '.join(told) or 'nothing found that stands in the way of a measurement'}"


def _word(severity: Severity, count: int) -> str:
    if severity is Severity.CRITICAL:
        return "critical"
    return severity.name.lower() + ("" if count == 1 else "s")


@dataclass(frozen=True)
class Findings:
    """Findings with their keys at the left, or above them on a narrow terminal."""

    findings: Sequence[Finding]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the findings out for the width there is."""
        narrow = options.max_width < NARROW
        table = Table.grid(padding=(0, 2))
        for column in range(1 if narrow else 2):
            table.add_column(ratio=column or None)
        for finding in self.findings:
            key = Text(f"{SIGNS[finding.severity]} {finding.key}", STYLES[finding.severity])
            advice = Text(f"→ {finding.advice}" if finding.advice else "", style="dim")
            if narrow:
                table.add_row(Group(key, Text(finding.fact), advice))
            else:
                table.add_row(key, Group(Text(finding.fact), advice))
        yield Padding(table, (0, 0, 1 if self.findings else 0, 0))


@dataclass(frozen=True)
class Sections:
    """Sections below each other, or in two columns of about the same height where there is room."""

    sections: Sequence[Section]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the sections out for the width there is."""
        if options.max_width < WIDE:
            yield _column(self.sections)
            return
        width = (options.max_width - _GAP) // 2
        at = _halfway(self.sections, [_height(s, console, options, width) for s in self.sections])
        grid = Table.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(width=width)
        grid.add_column(width=width)
        grid.add_row(_column(self.sections[:at]), _column(self.sections[at:]))
        yield grid


def _height(section: Section, console: Console, options: ConsoleOptions, width: int) -> int:
    return len(console.render_lines(_column([section]), options.update(width=width)))


def _halfway(sections: Sequence[Section], heights: Sequence[int]) -> int:
    """Return how many sections make the left column, so that both are about as high."""
    return min(
        range(1, len(sections) + 1), key=lambda at: max(sum(heights[:at]), sum(heights[at:]))
    )


def _column(sections: Sequence[Section]) -> RenderableType:
    return Group(*(_section(section) for section in sections))


def _section(section: Section) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", min_width=16, max_width=_MOST_LABEL)
    table.add_column(ratio=1)
    for label, text in section.facts.items():
        table.add_row(label, Text(text))
    return Padding(Group(Text(section.title, style="bold"), table), (0, 0, 1, 0))
