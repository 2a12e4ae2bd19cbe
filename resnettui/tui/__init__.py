"""The live screen. The only package that imports Textual."""

import os
from dataclasses import replace
from pathlib import Path

from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError

FRAMES_PER_SECOND = 10
"""Repaints are gathered into this many writes a second, at most: 60 is for local terminals."""


def start(
    trial: Trial, data: str | None, weights: str, settings: Settings, history: Path | None
) -> None:
    """Run the app until the user quits; UsageError where the theme does not exist.

    What was measured goes into `history` (None: the user's); HistoryError where some of it could
    not, up to the end.
    """
    if "TEXTUAL_DRIVER" not in os.environ:
        # A size that the shell exports would be believed, and not change with the terminal.
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    # Textual reads these when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_SECOND))
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    from resnettui.places import history_path
    from resnettui.tui.app import ResnettuiApp
    from resnettui.tui.themes import suiting_theme

    settings = replace(settings, theme=settings.theme or suiting_theme(os.environ))
    app = ResnettuiApp(trial, data, weights, settings, history=history or history_path())
    app.run(mouse=settings.mouse)
    if app.not_stored is not None:
        trouble = app.not_stored
        reason = f"not all that was measured is stored: {trouble.reason}"
        raise HistoryError(reason, trouble.hint)
