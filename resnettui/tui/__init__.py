"""The live screen. The only package that imports Textual."""

import math
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError, RecordingError

if TYPE_CHECKING:
    from resnettui.tui.app import ResnettuiApp

FRAMES_PER_SECOND = 10
"""Repaints are gathered into this many writes a second, at most: 60 is for local terminals."""


def start(
    trial: Trial, data: str | None, weights: str, settings: Settings, history: Path | None
) -> None:
    """Run the app until the user quits; UsageError where the theme does not exist.

    What was measured goes into `history` (None: the user's); HistoryError where some of it could
    not, up to the end, RecordingError where that holds for the recording.
    """
    _set_up_textual()
    from resnettui.places import history_path
    from resnettui.tui.app import ResnettuiApp

    app = ResnettuiApp(trial, data, weights, settings, history=history or history_path())
    app.run()
    if app.not_stored is not None:
        trouble = app.not_stored
        reason = f"not all that was measured is stored: {trouble.reason}"
        raise HistoryError(reason, trouble.hint)
    _tell_recording(app)


def replay(file: Path, speed: float, settings: Settings) -> None:
    """Show a recording until the user quits; UsageError where it is none.

    `speed` is how much faster than it was recorded; infinity shows its end at once.
    """
    from resnettui.tui.replaying import Replaying, lines_of, opened

    lines = lines_of(opened(file))
    _set_up_textual()
    from resnettui.tui.app import ResnettuiApp

    app = ResnettuiApp(
        Trial(), settings=settings, replay=lambda host: Replaying(host, lines, speed)
    )
    app.run()
    _tell_recording(app)


def follow(path: Path, settings: Settings) -> None:
    """Show the measurement shared at a socket, as long as it is, or until the user quits."""
    _set_up_textual()
    from resnettui.tui.app import ResnettuiApp
    from resnettui.tui.replaying import Replaying
    from resnettui.tui.sharing import Following

    shared = Following(path)

    async def lines() -> AsyncIterator[bytes]:
        async for line in shared.lines():
            yield line
        # Nobody may be there any more to end this process.
        app.exit()

    app = ResnettuiApp(
        Trial(),
        settings=settings,
        replay=lambda host: Replaying(host, lines(), math.inf, wish=shared.ask),
    )
    app.run()


def _set_up_textual() -> None:
    """Set what Textual reads when it is imported."""
    os.environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_SECOND))
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")


def _tell_recording(app: "ResnettuiApp") -> None:
    if app.recorder is not None and app.recorder.trouble:
        reason = f"the recording broke off: {app.recorder.trouble}"
        raise RecordingError(reason, "the file can be replayed up to there")
