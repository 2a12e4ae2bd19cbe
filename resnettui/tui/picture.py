"""The frame that is drawn: the newest one, or the one that the user froze."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.screen import Screen

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live import Snapshot
from resnettui.core.sweep import SweepView
from resnettui.tui.palette import Palette, palette_from
from resnettui.tui.widgets.panel import Panel
from resnettui.tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from resnettui.core.op_view import OpView


class Picture:
    """Derives a frame from each snapshot; while it is paused, the last one stays.

    The views of a sweep and of operators, and the selected axis, are those of the moment all the
    same.
    """

    def __init__(self) -> None:
        self.paused = False
        self._frame: Frame | None = None
        self._palette: Palette | None = None

    def frame(
        self, snapshot: Snapshot, selected: str, sweep: SweepView, operators: "OpView | None"
    ) -> Frame:
        """Return what to draw of a snapshot."""
        if self.paused and self._frame is not None:
            frame = replace(self._frame, paused=True, selected=selected)
        else:
            frame = frame_of(snapshot, selected, self._frame)
        self._frame = replace(frame, sweep=sweep, operators=operators)
        return self._frame

    def show(self, frame: Frame, screen: Screen[None], variables: Mapping[str, str]) -> None:
        """Draw a frame in all that a screen consists of, in the colours of CSS variables."""
        if self._palette is None:
            self._palette = palette_from(variables)
        for panel in screen.walk_children(Panel):
            panel.show(frame, self._palette)
        for sheet in screen.walk_children(Sheet):
            sheet.show(frame)

    def recolour(self) -> None:
        """Look at the colours anew, which another theme has changed."""
        self._palette = None
