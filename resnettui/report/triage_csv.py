"""Triage as CSV: a line per finding, then a line per fact."""

import csv
import io
from collections.abc import Sequence

from resnettui.core.board import Board
from resnettui.core.finding import Finding
from resnettui.core.machine import Build, Machine
from resnettui.report.triage_facts import sections_of


def render(board: Board, machine: Machine, build: Build | None, findings: Sequence[Finding]) -> str:
    """Return the section (of a finding its severity), the name, what is so, and what to do."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("section", "name", "fact", "advice"))
    writer.writerows((f.severity.name.lower(), f.key, f.fact, f.advice) for f in findings)
    for section in sections_of(board, machine, build):
        writer.writerows((section.title, name, fact, "") for name, fact in section.facts.items())
    return out.getvalue()
