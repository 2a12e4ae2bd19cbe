"""`resnettui triage`: one look at the machine and at its torch, printed as one page."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from resnettui.bench import Bench, crewed
from resnettui.core.board import Board
from resnettui.core.finding import Finding
from resnettui.core.machine import Build, Machine
from resnettui.core.torch_findings import no_torch
from resnettui.core.triage import findings_of
from resnettui.errors import TrialError, UsageError, reason_of
from resnettui.machine.capture import archive
from resnettui.machine.load import own_processes
from resnettui.machine.look import identify, look
from resnettui.machine.probe import named
from resnettui.machine.sysfs import is_this_machine, recorded
from resnettui.progress import StatusLine

TORCH_PATIENCE_S = 25.0
"""How long a worker may take to import torch: with the look triage takes 30 s at most."""


@dataclass(frozen=True)
class Found:
    """All that triage found."""

    board: Board
    machine: Machine
    build: Build | None
    findings: tuple[Finding, ...]


def triage(root: Path, kind: str, capture: Path | None, *, torch: bool) -> None:
    """Look at the machine below `root`, and print what was found: rich, json or markdown.

    A worker is asked for its torch where `torch` says so and the machine is this one. What was
    read is kept in a file `capture`; UsageError where that cannot be written.
    """
    with recorded(root) as recording:
        machine = identify(root)
        board = look(root, machine)
    if capture is not None:
        programs = {program.pid for program in board.load.programs}
        _keep(capture, archive(recording.files, programs | own_processes(recording.files)))
    here = is_this_machine(root)
    machine = named(machine) if here else machine
    _print(asked(board, machine) if here and torch else _unasked(board, machine), kind)


def _keep(file: Path, packed: bytes) -> None:
    try:
        file.write_bytes(packed)
    except (OSError, ValueError) as error:
        raise UsageError(f"--capture: {file}: {reason_of(error)}", "name another file") from None
    sys.stderr.write(f"resnettui: {file} holds what was read ({len(packed) / 1024:.0f} KiB)\n")


def _unasked(board: Board, machine: Machine) -> Found:
    return Found(board, machine, None, findings_of(board, machine))


def asked(board: Board, machine: Machine) -> Found:
    """Ask a worker for its torch; that it does not come up is a finding as well."""
    failure = None
    build = None
    with StatusLine(sys.stderr) as line:
        line.say("asking torch what it is, and which of its int8 engines run")
        try:
            build = asyncio.run(_build(machine))
        except TrialError as error:
            failure = no_torch(error.reason, error.hint)
    return Found(board, machine, build, findings_of(board, machine, build, failure))


async def _build(machine: Machine) -> Build:
    bench = Bench(machine)
    try:
        async with crewed(bench) as crew:
            return await asyncio.wait_for(bench.start(crew), TORCH_PATIENCE_S)
    except asyncio.TimeoutError:
        reason = f"torch was not imported within {TORCH_PATIENCE_S:.0f} s"
        hint = "is the memory card slow, or the memory full? Again it may be faster"
        raise TrialError(reason, hint) from None


def _print(found: Found, kind: str) -> None:
    """Import and use one of the formats."""
    facts = (found.board, found.machine, found.build, found.findings)
    match kind:
        case "json":
            from resnettui.report.triage_record import triage_record

            sys.stdout.write(json.dumps(triage_record(*facts)) + "\n")
        case "markdown":
            from resnettui.report.triage_markdown import render

            sys.stdout.write(render(*facts))
        case _:
            from resnettui.report.triage_page import triage_page

            Console(highlight=False).print(triage_page(*facts))
