import io
import locale
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from resnettui.cli.terminal import needs_terminal, suit_streams, suited
from resnettui.core.settings import Settings
from resnettui.errors import UsageError
from resnettui.tui.themes import DEFAULT, FEW_COLOURS, LIGHT, suiting_theme

XTERM = {"TERM": "xterm-256color"}


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let input and output be those of a terminal."""
    monkeypatch.setattr(sys, "stdin", Tty())
    monkeypatch.setattr(sys, "stdout", Tty())


def in_locale(monkeypatch: pytest.MonkeyPatch, codeset: str) -> None:
    monkeypatch.setattr(locale, "nl_langinfo", lambda _item: codeset)


# Whether a screen can be drawn.


def refusal(environ: dict[str, str]) -> UsageError | None:
    """Return why no screen can be drawn; None where one can."""
    try:
        needs_terminal("the live screen", "resnettui run", environ)
    except UsageError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TERM": "dumb"}, "TERM=dumb"),
        ({"TERM": "unknown"}, "TERM=unknown"),
        ({"TERM": ""}, "TERM is not set"),
        ({}, "TERM is not set"),
    ],
)
def test_a_terminal_that_cannot_move_its_cursor_has_the_way_to_run(
    environ: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_terminals(monkeypatch)
    error = refusal(environ)
    assert error is not None
    assert "can move its cursor" in error.reason
    assert told in error.reason
    assert "resnettui run" in error.hint
    assert error.exit_code == 2


@pytest.mark.parametrize("term", ["xterm", "linux", "screen", "tmux-256color", "vt100"])
def test_any_other_terminal_has_a_screen(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminals(monkeypatch)
    assert refusal({"TERM": term}) is None


def test_without_a_terminal_there_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminals(monkeypatch)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with pytest.raises(UsageError, match="needs a terminal"):
        needs_terminal("the live screen", "resnettui run", XTERM)


# Whether it is drawn in ASCII.


@pytest.mark.parametrize(
    ("codeset", "term", "plain"),
    [
        ("UTF-8", "xterm-256color", False),
        ("ANSI_X3.4-1968", "xterm-256color", True),
        ("ISO-8859-1", "xterm", True),
        ("UTF-8", "linux", True),
    ],
)
def test_ascii_is_chosen_where_locale_or_terminal_have_no_more(
    codeset: str, term: str, plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_locale(monkeypatch, codeset)
    assert suited(Settings(theme="okabe"), {"TERM": term}) == Settings(ascii=plain, theme="okabe")


@pytest.mark.parametrize("chosen", [True, False])
def test_what_the_user_chose_stays(chosen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for codeset in ("UTF-8", "ANSI_X3.4-1968"):
        in_locale(monkeypatch, codeset)
        assert suited(Settings(ascii=chosen), XTERM) == Settings(ascii=chosen)


# Which theme it has.


@pytest.mark.parametrize(
    ("environ", "theme"),
    [
        (XTERM, DEFAULT),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, DEFAULT),
        ({"TERM": "tmux-256color"}, DEFAULT),
        ({"TERM": "xterm"}, FEW_COLOURS),
        ({"TERM": "screen"}, FEW_COLOURS),
        ({"TERM": "linux"}, FEW_COLOURS),
        ({**XTERM, "COLORFGBG": "0;15"}, LIGHT),
        ({**XTERM, "COLORFGBG": "0;default;15"}, LIGHT),
        ({**XTERM, "COLORFGBG": "0;7"}, LIGHT),
        ({**XTERM, "COLORFGBG": "15;0"}, DEFAULT),
        ({**XTERM, "COLORFGBG": "15;8"}, DEFAULT),
        ({**XTERM, "COLORFGBG": "15;default"}, DEFAULT),
        ({**XTERM, "COLORFGBG": ""}, DEFAULT),
    ],
)
def test_the_theme_suits_the_terminal(environ: dict[str, str], theme: str) -> None:
    assert suiting_theme(environ) == theme


# What commands print.


def test_what_an_encoding_does_not_have_gets_its_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    suit_streams()
    sys.stdout.write("1.67× → 51 °C ─ é\udc80")
    sys.stdout.flush()
    assert written.getvalue().decode("latin-1") == "1.67× > 51 °C - é?"


def test_what_goes_into_a_file_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    in_locale(monkeypatch, "ANSI_X3.4-1968")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="utf-8"))
    suit_streams()
    sys.stdout.write("1.67× → ─")
    sys.stdout.flush()
    assert written.getvalue().decode() == "1.67× → ─"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("history >&-", 0, ""),
        ("history list --json >&-", 0, ""),
        ("--version >&-", 0, ""),
        ("history import - <&-", 2, "resnettui: stdin is no history that resnettui exported"),
    ],
)
def test_a_stream_that_is_closed_is_no_error(
    words: str, code: int, told: str, history_file: Path
) -> None:
    history_file.touch()
    command = f"{sys.executable} -m resnettui {words}"
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.partition("\n")[0]) == (code, told)


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8", "TERM": "linux"}])
def test_on_a_terminal_without_glyphs_a_command_prints_ascii(
    env: dict[str, str],
) -> None:
    text = on_terminal(["report", "--study"], env)
    assert text.isascii()
    assert "29.8x" in text
    assert "?" not in text


def on_terminal(words: list[str], env: dict[str, str]) -> str:
    """Return what a command writes to a terminal."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "resnettui", *words]
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120", **env},
    )
    os.close(slave)
    written = b""
    while True:
        try:
            chunk = os.read(master, 1 << 16)
        except OSError:
            break
        if not chunk:
            break
        written += chunk
    os.close(master)
    assert process.wait(60) == 0
    return written.decode()
