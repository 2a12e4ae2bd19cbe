"""The live screen. The only package that imports Textual."""

import math
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from resnettui import garbage
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError, RecordingError, UsageError

if TYPE_CHECKING:
    from resnettui.tui.app import ResnettuiApp

FRAMES_PER_SECOND = 10
"""Repaints are gathered into this many writes a second, at most: 60 is for local terminals."""

REMOTE_FRAMES_PER_SECOND = 5
"""Over SSH every write is a packet, and an answer to it."""


@garbage.put_off()
def start(
    trial: Trial, data: str | None, weights: str, settings: Settings, history: Path | None
) -> None:
    """Run the app until the user quits, and remember how he left it.

    UsageError where the settings name a theme or a key that does not exist.

    What was measured goes into `history` (None: the user's); HistoryError where some of it could
    not, up to the end, RecordingError where that holds for the recording, and UnforeseenError
    where something else ended the app.
    """
    settings = _set_up_textual(settings)
    from resnettui.places import history_path, state_path
    from resnettui.remembered import remember
    from resnettui.tui.app import ResnettuiApp

    app = ResnettuiApp(trial, data, weights, settings, history=history or history_path())
    _run(app, settings)
    if app.left is not None:
        remember(state_path(), app.left)
    if app.not_stored is not None:
        trouble = app.not_stored
        reason = f"not all that was measured is stored: {trouble.reason}"
        raise HistoryError(reason, trouble.hint)
    _tell_recording(app)


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


@garbage.put_off()
def replay(file: Path, speed: float, settings: Settings) -> None:
    """Show a recording until the user quits; UsageError where it is none.

    `speed` is how much faster than it was recorded; infinity shows its end at once.
    """
    from resnettui.tui.replaying import Replaying, lines_of, opened

    lines = lines_of(opened(file))
    settings = _set_up_textual(settings)
    from resnettui.tui.app import ResnettuiApp

    app = ResnettuiApp(
        Trial(), settings=settings, replay=lambda host: Replaying(host, lines, speed)
    )
    _run(app, settings)
    _tell_recording(app)


@garbage.put_off()
def follow(path: Path, settings: Settings) -> None:
    """Show the measurement shared at a socket, as long as it is, or until the user quits."""
    settings = _set_up_textual(settings)
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
    _run(app, settings)


def _set_up_textual(settings: Settings) -> Settings:
    """Set what Textual reads, some of it when it is imported; return settings for the terminal."""
    if "TEXTUAL_DRIVER" not in os.environ:
        # A size that the shell exports would be believed, and not change with the terminal.
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    for name, value in drawing(os.environ).items():
        os.environ.setdefault(name, value)
    from resnettui.tui.themes import suiting_theme

    return replace(settings, usual_theme=suiting_theme(os.environ))


def drawing(environment: Mapping[str, str]) -> dict[str, str]:
    """Return how Textual is to draw, as variables of the environment: nothing moves by itself."""
    remote = any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
    return {
        "TEXTUAL_FPS": str(REMOTE_FRAMES_PER_SECOND if remote else FRAMES_PER_SECOND),
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
    }


def _run(app: "ResnettuiApp", settings: Settings) -> None:
    """Run an app until it is left; UnforeseenError where something else ended it."""
    app.run(mouse=settings.mouse)
    if app.unforeseen is not None:
        from resnettui.log import told_of

        raise told_of(app.unforeseen) from app.unforeseen


def _tell_recording(app: "ResnettuiApp") -> None:
    if app.recorder is not None and app.recorder.trouble:
        reason = f"the recording broke off: {app.recorder.trouble}"
        raise RecordingError(reason, "the file can be replayed up to there")
