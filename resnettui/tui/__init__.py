"""The live screen. The only package that imports Textual."""

import os
from functools import partial
from pathlib import Path

from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError, UsageError

FRAMES_PER_SECOND = 10
"""Repaints are gathered into this many writes a second, at most: 60 is for local terminals."""


def start(
    trial: Trial, data: str | None, weights: str, settings: Settings, history: Path | None
) -> None:
    """Run the app until the user quits, and remember how he left it.

    UsageError where the settings name a theme or a key that does not exist.

    What was measured goes into `history` (None: the user's); HistoryError where some of it could
    not, up to the end, and UnforeseenError where something else ended the app.
    """
    # Textual reads these when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_SECOND))
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    from resnettui.places import history_path, state_path
    from resnettui.remembered import remember
    from resnettui.tui.app import ResnettuiApp

    app = ResnettuiApp(trial, data, weights, settings, history=history or history_path())
    app.run()
    if app.unforeseen is not None:
        from resnettui.log import told_of

        raise told_of(app.unforeseen) from app.unforeseen
    if app.left is not None:
        remember(state_path(), app.left)
    if app.not_stored is not None:
        trouble = app.not_stored
        reason = f"not all that was measured is stored: {trouble.reason}"
        raise HistoryError(reason, trouble.hint)


def troubles(settings: Settings) -> list[UsageError]:
    """Return what is wrong with settings that only the app can judge: its theme, its keys."""
    from resnettui.tui.keymap import keymap_of
    from resnettui.tui.themes import refuse_unknown

    found = []
    for judge in (partial(keymap_of, settings.keys), partial(refuse_unknown, settings.theme)):
        try:
            judge()
        except UsageError as error:
            found.append(error)
    return found
