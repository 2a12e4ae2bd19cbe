"""Where the user's files are, in the folders that the platform has for them.

UsageError where the platform knows no home of the user, as of one that a container made up.
"""

from pathlib import Path

from resnettui.errors import UsageError

APP = "resnettui"


def config_path() -> Path:
    """Return where the settings file is."""
    return _folder("config") / "config.toml"


def themes_folder() -> Path:
    """Return where the user's own themes are."""
    return config_path().parent / "themes"


def history_path() -> Path:
    """Return where the history is, unless the user names another file."""
    return _folder("data") / "history.sqlite"


def state_path() -> Path:
    """Return where the live screen remembers how it was left."""
    return _folder("state") / "state.json"


def log_path() -> Path:
    """Return where the log is."""
    return _folder("log") / "resnettui.log"


def _folder(kind: str) -> Path:
    import platformdirs

    try:
        folder: Path = getattr(platformdirs, f"user_{kind}_path")(APP, appauthor=False)
    except RuntimeError as error:
        reason = "there is no home folder for settings, history and log"
        raise UsageError(reason, "name one: HOME=FOLDER resnettui ...") from error
    return folder
