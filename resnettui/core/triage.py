"""Triage: everything about a machine that a user must know before he believes a latency."""

from resnettui.core.board import Board
from resnettui.core.finding import Finding, Severity
from resnettui.core.heat_findings import heat_findings
from resnettui.core.limit_findings import limit_findings
from resnettui.core.machine import Build, Machine
from resnettui.core.torch_findings import isa_findings, torch_findings


def findings_of(
    board: Board, machine: Machine, build: Build | None = None, no_torch: Finding | None = None
) -> tuple[Finding, ...]:
    """Return the findings, worst first; `build` is None where no worker was asked or came up.

    `no_torch` is why it did not (torch_findings.no_torch).
    """
    found = [
        *([no_torch] if no_torch else []),
        *heat_findings(board),
        *limit_findings(board, machine),
        *isa_findings(machine),
        *(torch_findings(machine, build) if build else ()),
    ]
    return tuple(sorted(found, key=lambda finding: -finding.severity))


def grave(findings: tuple[Finding, ...]) -> int:
    """Return how many of them are more than a note."""
    return sum(finding.severity > Severity.NOTE for finding in findings)
