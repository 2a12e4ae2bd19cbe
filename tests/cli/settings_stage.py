"""The live screen's start as it would be, and settings files for it."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from resnettui import cli, tui
from resnettui.cli import terminal
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial


@dataclass(frozen=True)
class Start:
    """What the live screen was started with."""

    trial: Trial
    data: str | None
    weights: str
    settings: Settings
    history: Path | None


def config_file(tmp_path: Path, text: str) -> Path:
    """Write the settings file of the user, who has his folders in tmp_path."""
    file = tmp_path / "resnettui" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def opened(monkeypatch: pytest.MonkeyPatch, *words: str) -> Start:
    """Return what `resnettui WORDS` would open; its UsageError where it would not."""
    starts: list[Start] = []
    opened_by(monkeypatch, lambda *given: starts.append(Start(*given)), *words)
    (start,) = starts
    return start


def replayed(monkeypatch: pytest.MonkeyPatch, *words: str) -> Settings:
    """Return the settings with which `resnettui replay run.rec WORDS` would show a recording."""
    found: list[Settings] = []

    def replay(_file: Path, _speed: float, settings: Settings) -> None:
        found.append(settings)

    monkeypatch.setattr(tui, "replay", replay)
    opened_by(monkeypatch, lambda *_: None, "replay", "run.rec", *words)
    (settings,) = found
    return settings


def opened_by(monkeypatch: pytest.MonkeyPatch, start: Callable[..., None], *words: str) -> None:
    """Let `resnettui WORDS` call `start` on a terminal that shows every sign."""
    with monkeypatch.context() as patch:
        patch.setenv("TERM", "xterm-256color")
        patch.setattr(terminal, "terminal_shows_glyphs", lambda _environ: True)
        patch.setattr(tui, "start", start)
        patch.setattr(sys, "stdout", _Screen())
        patch.setattr(sys, "stdin", _Screen())
        cli.cli.main(list(words), "resnettui", standalone_mode=False)


def said(*words: str) -> Result:
    """Run a command that prints."""
    return CliRunner().invoke(cli.cli, words)
