"""What the user's settings make of an app: its keys, its themes, its first screen."""

from textual.app import App

from resnettui.core.remembered import Remembered
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.tui.keymap import key_names, keymap_of
from resnettui.tui.themes import register_themes


class Setup:
    """The settings of an app; UsageError where one of them means nothing."""

    def __init__(self, app: App[None], settings: Settings) -> None:
        self._app = app
        self._settings = settings
        keymap = keymap_of(settings.keys)
        app.set_keymap(keymap)
        self.keys = key_names(keymap)
        """Action -> what its key is called, where the user gave it another."""
        self._bad_themes = register_themes(app, settings)
        self._first_theme = app.theme

    def tell(self) -> None:
        """Tell what is wrong with the user's themes."""
        if self._bad_themes:
            told = "\n".join(self._bad_themes)
            self._app.notify(
                told, title="Themes left out", severity="warning", timeout=10, markup=False
            )

    def left(self, screen: str, trial: Trial) -> Remembered:
        """Return what to remember of an app that is left; a theme that nobody chose is not."""
        # The theme of the last time may be gone: what stands in for it was not chosen.
        chosen = self._first_theme in (self._settings.theme, self._settings.last_theme)
        theme = self._app.theme
        changed = theme != self._first_theme
        return Remembered(theme if chosen or changed else None, screen, trial)
