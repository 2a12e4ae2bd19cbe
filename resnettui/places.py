"""Where the user's files are, in the folders that the platform has for them."""

from pathlib import Path

APP = "resnettui"


def config_path() -> Path:
    """Return where the settings file is."""
    from platformdirs import user_config_path

    return user_config_path(APP, appauthor=False) / "config.toml"


def themes_folder() -> Path:
    """Return where the user's own themes are."""
    return config_path().parent / "themes"


def history_path() -> Path:
    """Return where the history is, unless the user names another file."""
    from platformdirs import user_data_path

    return user_data_path(APP, appauthor=False) / "history.sqlite"


def state_path() -> Path:
    """Return where the live screen remembers how it was left."""
    from platformdirs import user_state_path

    return user_state_path(APP, appauthor=False) / "state.json"


def log_path() -> Path:
    """Return where the log is."""
    from platformdirs import user_log_path

    return user_log_path(APP, appauthor=False) / "resnettui.log"
