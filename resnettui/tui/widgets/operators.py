"""The operators panel: what fusion made of one pass, by kind."""

from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.ops import OpChange, OpLedger, op_changes
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.words import doing, wrapped

BEFORE_CELLS = 5
AFTER_CELLS = 4
BAR_LABEL_CELLS = 5

LEAST_ROWS = 2
"""Fewer kinds than these say nothing."""


@fitting
def operators_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw standalone -> standalone + fused (= dispatched), then each kind before and after."""
    prepared = frame.snapshot.prepared
    if prepared is None:
        told = ("counted before the warm-up", doing(frame))
        return [line for text in told for line in wrapped(text, palette.dim, width)]
    before, after = prepared.unfused, prepared.ops
    head = Text.assemble(
        (str(before.standalone), palette.unfused),
        (" → ", palette.dim),
        (str(after.standalone), palette.strong),
        (" + ", palette.dim),
        (f"{after.fused} fused", palette.fused),
        (f" (= {after.dispatched})", palette.dim),
    )
    names = width - BEFORE_CELLS - AFTER_CELLS
    most = max(1, before.dispatched, after.dispatched)
    bars = [
        _bar("none", before, most, width, palette),
        _bar("now", after, most, width, palette),
    ]
    heading = Text(f"{'':<{names}}{'none':>{BEFORE_CELLS}}{'now':>{AFTER_CELLS}}", palette.dim)
    rows = [_row(change, names, palette) for change in op_changes(before, after)]
    above = [head, *bars, Text(), heading]
    if height < len(above) + LEAST_ROWS:
        return [head, *bars]
    return above + _within(rows, height - len(above), palette)


def _within(rows: list[Text], height: int, palette: Palette) -> list[Text]:
    """Return the rows that have room, the last of them saying how many have none."""
    if len(rows) <= height:
        return rows
    return [*rows[: height - 1], Text(f"and {len(rows) - height + 1} more kinds", palette.dim)]


def _bar(name: str, ledger: OpLedger, most: int, width: int, palette: Palette) -> Text:
    """Draw standalone and fused operators one behind the other, in hues and shades of their own."""
    label = name.ljust(BAR_LABEL_CELLS)
    room = width - len(label)
    return Text.assemble(
        (label, palette.dim),
        ("█" * round(ledger.standalone / most * room), palette.unfused),
        ("▓" * round(ledger.fused / most * room), palette.fused),
    )


def _row(change: OpChange, names: int, palette: Palette) -> Text:
    hue = palette.fused if change.fused else palette.text
    gone = change.before and not change.after
    return Text.assemble(
        (f"{change.family[:names]:<{names}}", hue),
        (f"{change.before or '·':>{BEFORE_CELLS}}", palette.dim if change.fused else palette.text),
        (f"{change.after or '·':>{AFTER_CELLS}}", palette.dim if gone else hue),
    )
