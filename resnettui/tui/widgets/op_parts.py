"""Where the time of a pass goes: a bar for each part, with that of the unfused pass in its half."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.op_rows import OpRow
from resnettui.core.op_view import OpView
from resnettui.report.figures import milliseconds
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.bars import bar
from resnettui.tui.widgets.fitting import fitting, shortened
from resnettui.tui.widgets.profile_words import nothing_lines, operators_of

HINT = "the time of each part; of a fused configuration beside the unfused one"

FIGURE_CELLS = 9
MOST_NAME_CELLS = 20
LEAST_BAR_CELLS = 8
WIDE_CELLS = 50
GAP_CELLS = 2
GONE = "·"


@dataclass(frozen=True)
class Part:
    """A part of the pass, in ns; 0 for what there is none of."""

    label: str
    before_ns: float | None
    """Of the unfused pass; None where that is not beside."""
    now_ns: float

    @property
    def longer_ns(self) -> float:
        """The longer of the two."""
        return max(self.before_ns or 0.0, self.now_ns)


def parts_state(frame: Frame) -> str:
    """Return what the two halves of a bar are, or what the parts are."""
    view = operators_of(frame)
    if view.profile is None:
        return ""
    if view.unfused is not None:
        return "▀ unfused  ▄ fused"
    return "by stage" if view.by == "kind" else "by kind"


@dataclass(frozen=True)
class Layout:
    """The cells of names, figures and bars, and what fills a bar."""

    names: int
    figures: tuple[int, ...]
    bar: int
    longest_ns: float

    def cells(self, time_ns: float) -> int:
        """Return how many cells of a bar a time fills: what is there shows."""
        share = time_ns / self.longest_ns
        return min(self.bar, max(1, round(share * self.bar))) if time_ns > 0 else 0


@fitting
def parts_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw a line for each part: its time without fusion, and as it is, and a bar of both."""
    view = operators_of(frame)
    if view.profile is None:
        return nothing_lines(HINT, frame, width, palette)
    parts = _parts(view)
    before = "unfused ms" if width >= WIDE_CELLS else "unfused"
    headings = (before, "ms") if view.unfused is not None else ("ms",)
    layout = _layout(parts, headings, width)
    heading = "".join(
        f"{word:>{cells}}" for word, cells in zip(headings, layout.figures, strict=True)
    )
    return [
        Text(" " * layout.names + heading, palette.dim),
        *(_line(part, layout, view.trial.fusion, palette) for part in parts),
    ]


def _layout(parts: Sequence[Part], headings: Sequence[str], width: int) -> Layout:
    figures = tuple(max(FIGURE_CELLS, len(heading) + 2) for heading in headings)
    most = min(MOST_NAME_CELLS, width - sum(figures) - GAP_CELLS - LEAST_BAR_CELLS)
    names = max(1, min(max(len(part.label) for part in parts), most))
    room = max(0, width - names - sum(figures) - GAP_CELLS)
    return Layout(names, figures, room, max(part.longer_ns for part in parts) or 1.0)


def _parts(view: OpView) -> list[Part]:
    def ns(row: OpRow | None) -> float:
        return max(0.0, row.time_ns) if row else 0.0

    both = view.unfused is not None
    return [
        Part(line.label, ns(line.unfused) if both else None, ns(line.row)) for line in view.parts
    ]


def _line(part: Part, layout: Layout, fusion: str, palette: Palette) -> Text:
    name = (f"{shortened(part.label, layout.names):<{layout.names}}", palette.text)
    if part.before_ns is None:
        figure = _figure(part.now_ns, layout.figures[0])
        filled = bar(part.now_ns / layout.longest_ns, layout.bar)
        return Text.assemble(
            name, (figure, palette.text), " " * GAP_CELLS, (filled, palette.fusion(fusion))
        )
    before, now = map(_figure, (part.before_ns, part.now_ns), layout.figures)
    halves = _halves(layout.cells(part.before_ns), layout.cells(part.now_ns), palette)
    return Text.assemble(
        name, (before, palette.unfused), (now, palette.fused), " " * GAP_CELLS, halves
    )


def _figure(time_ns: float, cells: int) -> str:
    return f"{milliseconds(time_ns) if time_ns else GONE:>{cells}}"


def _halves(above: int, below: int, palette: Palette) -> Text:
    """Draw two bars in one line, the unfused in its upper half."""
    both = Style(color=palette.unfused.color, bgcolor=palette.fused.color)
    shared = min(above, below)
    return Text.assemble(
        ("▀" * shared, both),
        ("▀" * (above - shared), palette.unfused),
        ("▄" * (below - shared), palette.fused),
    )
