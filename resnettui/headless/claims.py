"""`resnettui claims`: what the trials of one machine say to the study's statements."""

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from resnettui.core.claims import Evidence, evidence_of
from resnettui.core.history import Listed
from resnettui.core.machine import platform_name
from resnettui.core.platforms import Place, place_of_entry, told_apart
from resnettui.core.statements import answers
from resnettui.errors import UsageError
from resnettui.machine.probe import named, probe
from resnettui.places import history_path
from resnettui.report.claims import markdown, record
from resnettui.report.claims_rich import claims_page
from resnettui.store import History


@dataclass(frozen=True)
class Known:
    """What a history holds of one platform."""

    platform: str
    evidence: Evidence
    torch: str = ""


def claims(path: Path | None, platform: str | None, kind: str) -> None:
    """Print the answers of a platform, None for this machine, as rich, json or markdown.

    UsageError where the history has no such platform, or several.
    """
    with History.open(path, must_exist=True) as history:
        known = _of_this_machine(history) if platform is None else _of_platform(history, platform)
        suffix = _suffix(history)
    found = answers(known.evidence)
    heading = f"What {known.platform} says to the study's statements"
    if kind == "json":
        sys.stdout.write(json.dumps(record(found, known.platform, known.torch, suffix)) + "\n")
    elif kind == "markdown":
        sys.stdout.write(markdown(found, heading, suffix))
    else:
        Console(highlight=False).print(claims_page(found, heading, suffix))


def _suffix(history: History) -> str:
    """Return what a command must say of the history where it is not the user's own."""
    if history.path == history_path():
        return ""
    return f" --history {shlex.quote(str(history.path))}"


def _of_this_machine(history: History) -> Known:
    machine = named(probe())
    name = platform_name(machine)
    mine = [
        entry
        for entry in history.listed()
        if entry.platform == name and entry.host in ("", machine.host)
    ]
    return _known(history, name, mine) if mine else Known(name, Evidence(machine))


def _of_platform(history: History, wanted: str) -> Known:
    listed = history.listed()
    called = [entry.platform for entry in told_apart(listed)]
    names = list(dict.fromkeys(called))
    found = [n for n in names if n.casefold() == wanted.casefold()] or [
        n for n in names if wanted.casefold() in n.casefold()
    ]
    if len(found) != 1:
        several = f"is part of several: {'; '.join(found)}" if found else "is none of the history"
        raise UsageError(f"--platform: {wanted!r} {several}", f"known: {'; '.join(names) or '-'}")
    theirs = [entry for entry, name in zip(listed, called, strict=True) if name == found[0]]
    return _known(history, found[0], theirs)


def _known(history: History, name: str, entries: Sequence[Listed]) -> Known:
    """Return what the newest torch of a machine measured, and failed to."""
    place = _newest(entries)
    same = [entry for entry in entries if entry.torch in ("", place.torch)]
    newest = history.entry(same[-1].id)
    peaks = history.peaks(place)
    return Known(name, evidence_of(same, newest.machine, newest.build, peaks), place.torch)


def _newest(entries: Sequence[Listed]) -> Place:
    """Return where the last entry was measured, by preference one that tells its torch."""
    told = [entry for entry in entries if entry.torch]
    return place_of_entry((told or entries)[-1])
