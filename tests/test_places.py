from collections.abc import Callable
from pathlib import Path

import pytest

from resnettui import places
from resnettui.errors import UsageError


@pytest.mark.parametrize(
    ("kind", "path_of"),
    [
        ("config", places.config_path),
        ("config", places.themes_folder),
        ("data", places.history_path),
        ("state", places.state_path),
        ("log", places.log_path),
    ],
)
def test_a_user_without_a_home_is_told_to_name_one(
    kind: str, path_of: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(f"platformdirs.user_{kind}_path", fail)
    with pytest.raises(UsageError, match="there is no home folder") as error:
        path_of()
    assert "HOME=" in error.value.hint
