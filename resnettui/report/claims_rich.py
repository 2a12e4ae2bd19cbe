"""Answers to the study's statements as a Rich table."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from resnettui.core.claims import Verdict
from resnettui.core.statements import Answer
from resnettui.report.claims import NOISE_TEXT, command, figure_lines

SHOWN_CASES = 6
"""Lines of figures for a statement; the other formats have all."""

VERDICT_CELLS = 16
"""The longest of them goes on in a second line."""

STYLES = {
    Verdict.HOLDS: "bold green",
    Verdict.PARTLY: "bold yellow",
    Verdict.FAILS: "bold red",
    Verdict.UNDECIDED: "yellow",
    Verdict.MISSING: "dim",
    Verdict.IMPOSSIBLE: "dim",
}


def claims_page(answers: Sequence[Answer], heading: str, suffix: str) -> RenderableType:
    """Return the answers under a heading; `suffix` ends each command."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=VERDICT_CELLS)
    table.add_column()
    for answer in answers:
        verdict = answer.finding.verdict
        body = Text("\n").join(_lines(answer, suffix))
        table.add_row(Text(verdict.value, style=STYLES[verdict]), body)
    title = Text(f"{heading}\n", style="bold")
    return Group(title, table, Text(NOISE_TEXT, style="dim"))


def _lines(answer: Answer, suffix: str) -> Iterator[Text]:
    """Yield the statement, what its verdict rests on, and the command that measures it."""
    yield Text(answer.statement.words, style="bold")
    yield from map(Text, figure_lines(answer.finding, SHOWN_CASES))
    if measured_by := command(answer, suffix):
        yield Text(measured_by, style="dim")
    yield Text("")
