"""The live screen. The only package that imports Textual."""

import os
from collections.abc import Mapping
from pathlib import Path

from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError

FRAMES_PER_SECOND = 10
"""Repaints are gathered into this many writes a second, at most: 60 is for local terminals."""

REMOTE_FRAMES_PER_SECOND = 5
"""Over SSH every write is a packet, and an answer to it."""


def start(
    trial: Trial, data: str | None, weights: str, settings: Settings, history: Path | None
) -> None:
    """Run the app until the user quits; UsageError where the theme does not exist.

    What was measured goes into `history` (None: the user's); HistoryError where some of it could
    not, up to the end.
    """
    # Textual reads these when it is imported.
    for name, value in drawing(os.environ).items():
        os.environ.setdefault(name, value)
    from resnettui.places import history_path
    from resnettui.tui.app import ResnettuiApp

    app = ResnettuiApp(trial, data, weights, settings, history=history or history_path())
    app.run()
    if app.not_stored is not None:
        trouble = app.not_stored
        reason = f"not all that was measured is stored: {trouble.reason}"
        raise HistoryError(reason, trouble.hint)


def drawing(environment: Mapping[str, str]) -> dict[str, str]:
    """Return how Textual is to draw, as variables of the environment: nothing moves by itself."""
    remote = any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
    return {
        "TEXTUAL_FPS": str(REMOTE_FRAMES_PER_SECOND if remote else FRAMES_PER_SECOND),
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
    }
