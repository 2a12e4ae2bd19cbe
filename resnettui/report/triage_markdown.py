"""Triage as Markdown."""

from collections.abc import Sequence

from resnettui.core.board import Board
from resnettui.core.finding import Finding
from resnettui.core.machine import Build, Machine
from resnettui.report.terminal import machine_line
from resnettui.report.triage_facts import sections_of
from resnettui.report.triage_page import headline


def render(board: Board, machine: Machine, build: Build | None, findings: Sequence[Finding]) -> str:
    """Return everything triage has to say as one Markdown document."""
    lines = [f"# {headline(findings)}", "", machine_line(machine, build), ""]
    if findings:
        rows = [(f.severity.name.lower(), f.key, f.fact, f.advice) for f in findings]
        lines += _table(("severity", "finding", "fact", "what to do"), rows)
    for section in sections_of(board, machine, build):
        lines += [f"## {section.title}", "", *_table(("", ""), list(section.facts.items()))]
    return "\n".join(lines).rstrip() + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
