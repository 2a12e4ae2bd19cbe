"""The operators of a pass as Rich renderables, for a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from resnettui.core.machine import Build, Machine
from resnettui.core.op_rows import OpPair, OpRow
from resnettui.core.roof import Roof
from resnettui.report.canvas import ASCII, BRAILLE
from resnettui.report.op_columns import GAP, Grid, OpColumn, Row, grid, pair_columns, row_columns
from resnettui.report.operators import (
    NO_ROOF,
    ROOF_LEGEND,
    OpPage,
    cautions,
    inflation_text,
    verdict_notes,
    verdict_text,
)
from resnettui.report.roofline import Role, roofline
from resnettui.report.terminal import machine_line, title

DIM, BOLD, YELLOW = Style(dim=True), Style(bold=True), Style(color="yellow")
ROLES: dict[Role, Style] = {
    "axis": DIM,
    "roof": Style(color="cyan"),
    "mark": BOLD,
    "label": Style(),
}

PICTURE_WIDTH, PICTURE_HEIGHT = 100, 16
"""Cells of a roofline at most."""


def operators_page(page: OpPage, machine: Machine, build: Build | None) -> RenderableType:
    """Return everything `ops` has to say about one configuration."""
    return Group(*_parts(page, machine, build))


def _parts(page: OpPage, machine: Machine, build: Build | None) -> Iterator[RenderableType]:
    yield Text(title(page.trial), style="bold")
    yield Text(machine_line(machine, build), style="dim")
    yield from _verdict(page)
    yield Text()
    yield _rows(page)
    if page.roof is not None:
        yield Text(ROOF_LEGEND, style="dim")
    yield from (Text(note, style="yellow") for note in cautions(page))
    if unfused := page.unfused_page():
        yield Text()
        yield from _beside(page, unfused)
    if page.roof is not None:
        yield from (Text(), RooflinePicture(page.rows(), page.roof))


def _verdict(page: OpPage) -> Iterator[Text]:
    verdict = page.verdict
    if verdict is None or page.roof is None:
        yield Text(NO_ROOF, style="yellow")
    else:
        yield Text(verdict_text(verdict), style="bold")
        for note in verdict_notes(verdict, page.roof):
            yield Text(note, style="yellow" if note.startswith("!") else "")
    yield Text(inflation_text(page.profile), style="dim")


def _rows(page: OpPage) -> "OpSheet[OpRow]":
    more = page.left_out()
    return OpSheet(
        *(row_columns(page.by), page.rows(), page.whole()),
        flagged=tuple(bool(row.reference_calls) for row in page.rows()),
        note=f"{more} more rows" if more else "",
    )


def _beside(page: OpPage, unfused: OpPage) -> Iterator[RenderableType]:
    """Yield the table of unfused beside fused, and what the unfused pass is bound by."""
    yield Text("fusion none beside full", style="bold")
    if verdict := unfused.verdict:
        yield Text(f"none is {verdict_text(verdict)}")
    yield Text(f"none: {inflation_text(unfused.profile)}", style="dim")
    yield from (Text(f"{note} (none)", style="yellow") for note in cautions(unfused))
    pairs: OpSheet[OpPair] = OpSheet(pair_columns(page.by), page.pairs(), page.whole_pairs())
    yield pairs


@dataclass(frozen=True)
class OpSheet(Generic[Row]):
    """A table laid out for the width there is; what matters least is left out."""

    columns: Sequence[OpColumn[Row]]
    rows: Sequence[Row]
    below: Sequence[Row] = ()
    """Rows under a rule of their own."""
    flagged: Sequence[bool] = ()
    """Of each row whether it is to be noticed; () for none."""
    note: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        made = grid(self.columns, [*self.rows, *self.below], options.max_width)
        rule = Segment("─" * made.width + "\n", DIM)
        yield from (_line(made, made.heading, DIM), rule)
        for at, row in enumerate(made.rows):
            if at == len(self.rows):
                if self.note:
                    yield Segment(f"{self.note}\n", DIM)
                yield rule
            noticed = at < len(self.flagged) and self.flagged[at]
            yield _line(made, row, YELLOW if noticed else None)


def _line(made: Grid, texts: Sequence[str], style: Style | None) -> Segment:
    return Segment((" " * GAP).join(texts).rstrip() + "\n", style)


@dataclass(frozen=True)
class RooflinePicture:
    """A roofline in braille, or in ASCII where the terminal has no more."""

    rows: Sequence[OpRow]
    roof: Roof

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        width = min(options.max_width, PICTURE_WIDTH)
        dots = ASCII if options.ascii_only else BRAILLE
        for line in roofline(self.rows, self.roof, width, PICTURE_HEIGHT, dots):
            yield from (Segment(sign, ROLES[role] if role else None) for sign, role in line)
            yield Segment.line()
