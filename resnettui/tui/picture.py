"""The frame that is drawn: the newest one, or the one that the user froze."""

from dataclasses import replace

from resnettui.core.frame import Frame, frame_of
from resnettui.core.live import Snapshot
from resnettui.core.sweep import SweepView


class Picture:
    """Derives a frame from each snapshot; while it is paused, the last one stays.

    The view of a sweep and the selected axis are those of the moment all the same.
    """

    def __init__(self) -> None:
        self.paused = False
        self._frame: Frame | None = None

    def frame(self, snapshot: Snapshot, selected: str, sweep: SweepView) -> Frame:
        """Return what to draw of a snapshot."""
        if self.paused and self._frame is not None:
            frame = replace(self._frame, paused=True, selected=selected)
        else:
            frame = frame_of(snapshot, selected, self._frame)
        self._frame = replace(frame, sweep=sweep)
        return self._frame
