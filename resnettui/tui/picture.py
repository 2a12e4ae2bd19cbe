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
    from resnettui.core.replay import ReplayView


class Picture:
    """Derives a frame from each snapshot; while it is paused, the last one stays.

    The views of a sweep, of operators and of a replay, and the selected axis, are those of the
    moment all the same. `keys` are what the user's keys are called.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.keys = keys
        self.paused = False
        self._frame: Frame | None = None
        self._palette: Palette | None = None

    @property
    def last(self) -> Frame | None:
        """What was drawn last; None before the first frame."""
        return self._frame

    def frame(
        self,
        snapshot: Snapshot,
        selected: str,
        sweep: SweepView,
        operators: "OpView | None",
        replay: "ReplayView | None" = None,
    ) -> Frame:
        """Return what to draw of a snapshot."""
        if self.paused and self._frame is not None:
            frame = replace(self._frame, paused=True, selected=selected)
        else:
            frame = frame_of(snapshot, selected, self._frame)
        self._frame = replace(
            frame, sweep=sweep, operators=operators, replay=replay, keys=self.keys
        )
        return self._frame

    def show(self, frame: Frame, screen: Screen[None], variables: Mapping[str, str]) -> None:
        """Draw a frame in all that a screen consists of, in the colours of CSS variables."""
        if self._palette is None:
            self._palette = palette_from(variables)
        for panel in screen.walk_children(Panel):
            panel.show(frame, self._palette)
        for sheet in screen.walk_children(Sheet):
            sheet.show(frame, self._palette)

    def recolour(self) -> None:
        """Look at the colours anew, which another theme has changed."""
        self._palette = None
