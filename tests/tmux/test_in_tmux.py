"""The real command with real workers in a real terminal, used with its keys."""

import re
from pathlib import Path

import pytest
from pane import Pane, has_tmux

pytestmark = pytest.mark.skipif(not has_tmux(), reason="tmux is not installed")

LIGHT = ("--model", "resnet18", "--image-size", "64")
UTF8 = {"LC_ALL": "C.UTF-8", "TERM": "tmux-256color", "NO_COLOR": None, "COLORFGBG": None}

SIZES = [(120, 40), (80, 24), (40, 12)]
SCREENS = (("2", "Studies"), ("4", "Compare"), ("5", "Machine"), ("3", "Verdict"))


def start(pane: Pane, folder: Path, **env: str | None) -> None:
    """Start the live screen with the least to measure, and wait until it measures."""
    own = {f"XDG_{kind}_HOME": str(folder) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    pane.run(*LIGHT, "--history", str(folder / "history.sqlite"), env={**UTF8, **own, **env})
    pane.wait_for("measuring")


def quit(pane: Pane) -> None:
    """Leave the app, and find the shell as it was, with nothing left to run."""
    started = pane.processes()
    assert len(started) > 1
    pane.press("q")
    pane.until(lambda: not pane.processes(), "the end of all processes")
    assert not [process for process in started if process.is_running()]
    pane.type("echo ended with $?, and goes on")
    pane.wait_for("ended with 0, and goes on")


def chosen_threads(pane: Pane) -> str:
    """Return the number of threads that the configuration shows; "" where it is not shown."""
    found = re.search(r"threads +‹ *(\d+) *›", pane.text)
    return found.group(1) if found else ""


def wait_for_width(pane: Pane, columns: int) -> None:
    """Wait until some border reaches from the first column to the last."""

    def across() -> bool:
        lines = pane.text.splitlines()
        return any(line[:1] == "╭" and line[-1:] == "╮" and len(line) == columns for line in lines)

    pane.until(across, f"{columns} columns")


@pytest.mark.parametrize("size", SIZES)
def test_the_app_is_used_and_left(size: tuple[int, int], tmp_path: Path) -> None:
    with Pane(*size) as pane:
        start(pane, tmp_path)
        pane.press("Tab")
        pane.until(lambda: bool(chosen_threads(pane)), "the configuration")
        threads = chosen_threads(pane)
        pane.press("t")
        pane.until(lambda: chosen_threads(pane) not in ("", threads), "other threads")
        pane.press("?")
        pane.wait_for("Keys", "escape closes")
        pane.press("Escape")  # With a key close behind, it would be alt with that key.
        pane.until(lambda: "escape closes" not in pane.text, "the end of the help")
        for key, title in SCREENS:
            pane.press(key)
            pane.wait_for(title)
        pane.press("1")
        pane.wait_for("measuring")
        quit(pane)


def test_a_terminal_may_change_its_size_while_measuring(tmp_path: Path) -> None:
    with Pane(120, 40) as pane:
        start(pane, tmp_path, COLUMNS="70", LINES="30")
        for columns, rows in [(80, 24), (40, 12), (20, 5), (200, 60), (120, 40)]:
            pane.resize(columns, rows)
            wait_for_width(pane, columns)
            if columns >= 40:
                pane.wait_for("measuring", "q quit")
        pane.wait_for("Configuration", "Latency", "Scaling", "p90")
        quit(pane)


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"TERM": "linux"}], ids=["LC_ALL=C", "TERM=linux"]
)
def test_without_glyphs_everything_is_ascii(env: dict[str, str], tmp_path: Path) -> None:
    with Pane(80, 24) as pane:
        start(pane, tmp_path, **env)
        text = pane.wait_for("O measuring", "+- Latency", "p90")
        assert text.isascii()
        quit(pane)


def test_without_colours_the_state_is_in_words(tmp_path: Path) -> None:
    with Pane(80, 24) as pane:
        start(pane, tmp_path, NO_COLOR="1")
        pane.wait_for("● measuring", "▸ t threads")
        quit(pane)


@pytest.mark.parametrize(
    ("term", "told"), [("dumb", "TERM=dumb"), (None, "TERM is not set")], ids=["dumb", "unset"]
)
def test_a_terminal_that_cannot_move_its_cursor_is_told_so(term: str | None, told: str) -> None:
    with Pane(120, 40) as pane:
        pane.run(env={**UTF8, "TERM": term})
        pane.wait_for("needs a terminal that can move its cursor", told, "resnettui run")
        pane.type("echo ended with $?")
        pane.wait_for("ended with 2")
