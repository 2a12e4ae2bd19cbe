import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from settings_stage import config_file, opened, opened_by, replayed, said

from resnettui.cli import cli
from resnettui.cli.declared import CONFIGURATION, Declared, declared
from resnettui.core.axes import AXES, Axis, Choice, Places
from resnettui.core.protocol import Measure
from resnettui.core.remembered import Remembered
from resnettui.core.settings import KeyWish, Settings
from resnettui.core.trial import Trial
from resnettui.errors import UsageError
from resnettui.headless import run as headless
from resnettui.places import state_path
from resnettui.remembered import remember

ALL = """\
theme = "paper"
screen = "machine"
history = "/data/mine.sqlite"

[configuration]
threads = 4
precision = "int8"
memory-format = "contiguous"
batch_size = 8
weights = "imagenet"

[keys]
quit = "x"
next-threads = ["u", "ctrl+u"]
"""


def test_without_a_file_all_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    start = opened(monkeypatch)
    assert (start.trial, start.data, start.weights) == (Trial(), None, "random")
    assert start.settings == Settings(ascii=False)


def test_the_file_says_all_that_flags_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESNETTUI_HISTORY")
    file = config_file(tmp_path, ALL)
    start = opened(monkeypatch)
    assert start.trial == Trial(
        threads=4, precision="int8", memory_format="contiguous", batch_size=8
    )
    assert (start.weights, start.history) == ("imagenet", Path("/data/mine.sqlite"))
    assert (start.settings.theme, start.settings.screen) == ("paper", "machine")
    assert start.settings.keys == (
        KeyWish("quit", ("x",), f"{file}:13"),
        KeyWish("next-threads", ("u", "ctrl+u"), f"{file}:14"),
    )


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_every_axis_can_be_said_by_the_file_and_by_the_environment(
    axis: Axis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = isinstance(axis.domain, Choice | Places)
    value = axis.domain.values[-1] if isinstance(axis.domain, Choice | Places) else 37
    config_file(tmp_path, f"[configuration]\n{axis.name} = {repr(value) if named else value}\n")
    assert opened(monkeypatch).trial == Trial().with_value(axis.name, value)
    other = axis.domain.values[0] if isinstance(axis.domain, Choice | Places) else 38
    monkeypatch.setenv(f"RESNETTUI_{axis.name.upper()}", str(other))
    assert opened(monkeypatch).trial == Trial().with_value(axis.name, other)


SAMPLES: dict[str, Any] = {
    "ascii": True,
    "log_level": "debug",
    "mouse": False,
    "rate_s": 2.5,
    "record": Path("~/run.rec"),
    "screen": "sweep",
    "theme": "paper",
}
"""A value of every setting that is not its default."""

SETTINGS = [one for one in declared(cli) if one.table != CONFIGURATION and one.name != "history"]


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_toml(value: object) -> str:
    return as_text(value) if isinstance(value, bool | float) else json.dumps(str(value))


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.name)
def test_every_setting_can_be_said_by_the_environment(
    one: Declared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(one.variable, as_text(SAMPLES[one.name]))
    assert getattr(opened(monkeypatch).settings, one.name) == SAMPLES[one.name]


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.name)
def test_every_setting_can_be_said_by_the_file(
    one: Declared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file(tmp_path, f"{one.key} = {as_toml(SAMPLES[one.name])}\n")
    assert getattr(opened(monkeypatch).settings, one.name) == SAMPLES[one.name]


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.name)
def test_a_replay_looks_as_the_file_and_the_environment_say_and_records_nothing(
    one: Declared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = getattr(Settings(), one.name)
    expected = usual if one.name == "record" else SAMPLES[one.name]
    config_file(tmp_path, f"{one.key} = {as_toml(SAMPLES[one.name])}\n")
    assert getattr(replayed(monkeypatch), one.name) == expected
    config_file(tmp_path, "")
    monkeypatch.setenv(one.variable, as_text(SAMPLES[one.name]))
    assert getattr(replayed(monkeypatch), one.name) == expected


def test_a_replay_has_the_keys_and_the_last_theme_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = config_file(tmp_path, ALL)
    remember(state_path(), Remembered("nord", "compare", Trial(threads=7)))
    before = state_path().read_bytes()
    settings = replayed(monkeypatch, "--theme", "okabe")
    assert settings.keys[0] == KeyWish("quit", ("x",), f"{file}:13")
    assert (settings.theme, settings.last_theme) == ("okabe", "nord")
    assert state_path().read_bytes() == before


def test_a_replay_is_stopped_by_a_bad_file_and_by_its_own_variables_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETTUI_THREADS", "abc")
    assert replayed(monkeypatch).theme is None
    monkeypatch.setenv("RESNETTUI_RATE", "never")
    with pytest.raises(UsageError, match=r"\$RESNETTUI_RATE: 'never'"):
        replayed(monkeypatch)
    monkeypatch.delenv("RESNETTUI_RATE")
    file = config_file(tmp_path, "them = 5")
    with pytest.raises(UsageError) as error:
        replayed(monkeypatch)
    assert error.value.reason == f"{file}:1: unknown key 'them'"


def test_flags_go_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file(tmp_path, 'theme = "paper"\nscreen = "sweep"\n[configuration]\nthreads = 2\n')
    remember(state_path(), Remembered("nord", "compare", Trial(threads=7, batch_size=7)))
    start = opened(monkeypatch)
    assert (start.settings.theme, start.settings.screen) == ("paper", "sweep")
    assert start.trial == Trial(threads=2)
    monkeypatch.setenv("RESNETTUI_THEME", "okabe")
    monkeypatch.setenv("RESNETTUI_THREADS", "3")
    assert opened(monkeypatch).settings.theme == "okabe"
    assert opened(monkeypatch).trial == Trial(threads=3)
    start = opened(monkeypatch, "--theme", "ember", "-t", "4")
    assert (start.settings.theme, start.trial) == ("ember", Trial(threads=4))
    assert start.settings.screen == "sweep"


def test_what_was_remembered_goes_before_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    last = Trial(threads=7, precision="int8", engine="x86", pin="0-1")
    remember(state_path(), Remembered("nord", "compare", last))
    start = opened(monkeypatch)
    assert start.trial == last
    assert (start.settings.theme, start.settings.last_theme) == (None, "nord")
    assert start.settings.screen == "compare"


@pytest.mark.parametrize("words", [("--model", "resnet18"), ("--model", "resnet50")])
def test_one_axis_said_is_a_configuration_with_defaults(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(state_path(), Remembered("nord", "compare", Trial(threads=7)))
    start = opened(monkeypatch, *words)
    assert start.trial == Trial(model=words[1])
    assert start.settings.last_theme == "nord"


def test_a_fresh_start_remembers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(state_path(), Remembered("nord", "compare", Trial(threads=7)))
    start = opened(monkeypatch, "--fresh")
    assert (start.trial, start.settings) == (Trial(), Settings(ascii=False))


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config_file(tmp_path, 'theme = "paper"\n')
    other = tmp_path / "other.toml"
    other.write_text('theme = "okabe"\n', encoding="utf-8")
    monkeypatch.setenv("RESNETTUI_CONFIG", str(other))
    assert opened(monkeypatch).settings.theme == "okabe"
    third = tmp_path / "third.toml"
    third.write_text('theme = "nord"\n', encoding="utf-8")
    assert opened(monkeypatch, "--config", str(third)).settings.theme == "nord"


def test_a_file_that_is_named_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETTUI_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match=r"there is no settings file .*none\.toml"):
        opened(monkeypatch)


BAD = {
    "syntax": ("theme = paper", 1, "Invalid value", "resnettui config"),
    "later syntax": ('theme = "paper"\n\n[keys\n', 3, "Expected", "resnettui config"),
    "unknown key": ('\nthem = "paper"', 2, "unknown key 'them'", "allowed: "),
    "unknown axis": ("[configuration]\nthread = 4", 2, "unknown key 'thread'", "threads"),
    "an axis at the top": ("threads = 4", 1, "threads does not belong", "below [configuration]"),
    "a setting below": (
        '[configuration]\ntheme = "x"',
        *(2, "theme does not belong here", "at the top"),
    ),
    "axis value": (
        '[configuration]\nprecision = "fp8"',
        *(2, "precision: 'fp8' is not one of fp32, bf16", ""),
    ),
    "no number": ("[configuration]\nthreads = 1.5", 2, "threads: '1.5' is not a whole", ""),
    "a truth": ("[configuration]\nthreads = true", 2, "threads: 'true' is not a whole", ""),
    "a list": ("[configuration]\n\nthreads = [4]", 3, "threads is neither text", ""),
    "setting value": ('screen = "six"', 1, "screen: 'six' is not one of live, ", "Screen to begin"),
    "setting range": ("rate = 90", 1, "rate: 90.0 is not a number from 0.25 to 60", "Between"),
    "data": ('[configuration]\ndata = "/no/such"', 2, "data: /no/such is not a folder", ""),
    "weights": ('[configuration]\nweights = "/no/such"', 2, "weights: '/no/such' is no file", ""),
    "no table": ("keys = 5", 1, "keys is no table", "[keys] on a line"),
    "no configuration": ("configuration = []", 1, "configuration is no table", ""),
    "no key": ("[keys]\nquit = 5", 2, "quit names no key", ""),
    "no keys": ("[keys]\nquit = []", 2, "quit names no key", ""),
    "an empty key": ('[keys]\nquit = [""]', 2, "quit names no key", ""),
    "history": ('history = ""', 1, "history: no file is named", ""),
    "a history somewhere": (
        'history = "x.sqlite"',
        1,
        "history: 'x.sqlite' is no path that",
        "FILE; a path",
    ),
    "a record somewhere": (
        '\nrecord = "./x.rec"',
        2,
        "record: './x.rec' is no path that",
        "FILE; a path",
    ),
    "data somewhere": (
        '[configuration]\ndata = "."',
        2,
        "data: '.' is no path that",
        "DIR; a path",
    ),
    "weights somewhere": (
        '[configuration]\nweights = "x.pt"',
        2,
        "weights: 'x.pt' is no path",
        "|FILE; ",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_with_its_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, line, reason, hint = BAD[name]
    file = config_file(tmp_path, text)
    with pytest.raises(UsageError) as error:
        opened(monkeypatch)
    assert error.value.reason.startswith(f"{file}:{line}: {reason}")
    assert hint in error.value.hint


@pytest.mark.parametrize("content", [b"\xff\xfe", b""])
def test_a_file_of_another_encoding_is_told(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = config_file(tmp_path, "")
    file.write_bytes(content)
    if content:
        with pytest.raises(UsageError, match="it is not UTF-8"):
            opened(monkeypatch)
    else:
        assert opened(monkeypatch).settings == Settings(ascii=False)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("RESNETTUI_THREADS", "none", "$RESNETTUI_THREADS: 'none' is not a whole number"),
        ("RESNETTUI_MEMORY_FORMAT", "x", "$RESNETTUI_MEMORY_FORMAT: 'x' is not one of"),
        ("RESNETTUI_SCREEN", "six", "$RESNETTUI_SCREEN: 'six' is not one of"),
        ("RESNETTUI_DATA", "/no/such", "$RESNETTUI_DATA: /no/such is not a folder"),
    ],
)
def test_what_is_wrong_in_the_environment_is_told_with_its_name(
    variable: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError) as error:
        opened(monkeypatch)
    assert error.value.reason.startswith(reason)


@pytest.mark.parametrize("words", [("--once",), ("--once", "2")])
def test_what_is_wrong_in_the_environment_stops_what_measures_by_it(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETTUI_THREADS", "abc")
    error = said(*words).exception
    assert isinstance(error, UsageError)
    assert error.reason.startswith("$RESNETTUI_THREADS: ")


@pytest.mark.parametrize("words", [("locate",), ("run", "--help"), ("config", "--example")])
def test_what_is_wrong_in_the_environment_stops_nothing_else(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETTUI_THREADS", "abc")
    assert said(*words).exit_code == 0


def test_a_theme_that_the_app_does_not_know_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = config_file(tmp_path, '\ntheme = "mauve"\n')

    def refuse(*_given: object) -> None:
        raise UsageError("--theme: there is no theme 'mauve'", "themes: ember")

    with pytest.raises(UsageError) as error:
        opened_by(monkeypatch, refuse)
    assert error.value.reason == f"{file}:2: there is no theme 'mauve'"
    monkeypatch.setenv("RESNETTUI_THEME", "mauve")
    with pytest.raises(UsageError) as error:
        opened_by(monkeypatch, refuse)
    assert error.value.reason == "$RESNETTUI_THEME: there is no theme 'mauve'"
    with pytest.raises(UsageError) as error:
        opened_by(monkeypatch, refuse, "--theme", "mauve")
    assert error.value.reason == "--theme: there is no theme 'mauve'"


@pytest.mark.parametrize(
    ("words", "text", "reason"),
    [
        (("--theme", "mauve"), "", "--theme: there is no theme 'mauve'"),
        ((), 'theme = "mauve"', "{file}:1: there is no theme 'mauve'"),
        ((), '[keys]\nfly = "x"', "{file}:2: there is no action 'fly'"),
    ],
)
def test_without_a_screen_the_same_is_refused(
    words: tuple[str, ...],
    text: str,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("resnettui.tui.once.once", lambda *_: pytest.fail("it was measured"))
    file = config_file(tmp_path, text)
    error = said("--once", *words).exception
    assert isinstance(error, UsageError)
    assert error.reason == reason.format(file=file)


@pytest.fixture
def wishes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Measure, Path | None]]:
    """What `run` would measure, and where it would keep it."""
    found: list[tuple[Measure, Path | None]] = []

    def note(wish: Measure, *, history: Path | None, **_others: object) -> None:
        found.append((wish, history))

    monkeypatch.setattr(headless, "run_once", note)
    return found


def test_a_command_measures_what_its_flags_say_and_keeps_it_where_the_file_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wishes: list[tuple[Measure, Path | None]],
) -> None:
    monkeypatch.delenv("RESNETTUI_HISTORY")
    config_file(tmp_path, ALL)
    monkeypatch.setenv("RESNETTUI_BATCH_SIZE", "16")
    assert said("run", "-t", "2").exit_code == 0
    assert said("run", "--history", "theirs.sqlite").exit_code == 0
    monkeypatch.setenv("RESNETTUI_HISTORY", "ours.sqlite")
    assert said("run").exit_code == 0
    assert [wish.trial for wish, _ in wishes] == [Trial(threads=2), Trial(), Trial()]
    assert [wish.weights for wish, _ in wishes] == ["random"] * 3
    names = ["/data/mine.sqlite", "theirs.sqlite", "ours.sqlite"]
    assert [history for _, history in wishes] == list(map(Path, names))


def test_a_command_that_needs_a_bad_file_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wishes: list[tuple[Measure, Path | None]],
) -> None:
    monkeypatch.delenv("RESNETTUI_HISTORY")
    file = config_file(tmp_path, "history = here")
    error = said("run").exception
    assert isinstance(error, UsageError)
    assert error.reason.startswith(f"{file}:1: ")
    for words in (("history",), ("history", "list"), ("history", "tag", "1", "fan")):
        assert isinstance(said(*words).exception, UsageError)
    assert wishes == []


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--help"),
        ("run", "--history", "h.sqlite"),
        ("history", "--history", "h.sqlite"),
        ("history", "--history", "h.sqlite", "list"),
        ("history", "list", "--history", "h.sqlite"),
        ("locate",),
        ("--help",),
        ("--version",),
    ],
)
def test_a_bad_file_does_not_stop_what_does_not_need_it(
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wishes: list[tuple[Measure, Path | None]],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESNETTUI_HISTORY")
    config_file(tmp_path, "history = here")
    (tmp_path / "h.sqlite").touch()
    assert said(*words).exit_code == 0


def every_command(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    yield words
    for name, one in getattr(command, "commands", {}).items():
        yield from every_command(one, *words, name)


@pytest.mark.parametrize("words", [*every_command(cli)], ids=" ".join)
def test_a_bad_file_stops_no_help(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESNETTUI_HISTORY")
    config_file(tmp_path, "history = here")
    result = said(*words, "--help")
    assert (result.exit_code, result.output[:6]) == (0, "Usage:")


NOBODY = "~no-such-user/h.sqlite"


@pytest.mark.parametrize("words", [*every_command(cli)], ids=" ".join)
def test_a_variable_that_names_no_history_stops_no_help(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETTUI_HISTORY", NOBODY)
    result = said(*words, "--help")
    assert (result.exit_code, result.output[:6]) == (0, "Usage:")


@pytest.mark.parametrize(
    "words",
    [(), ("--once",), ("history",), ("history", "list"), ("report",), ("run",)],
    ids=" ".join,
)
def test_a_variable_that_names_no_history_is_told_where_one_is_needed(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETTUI_HISTORY", NOBODY)
    error = said(*words).exception
    assert isinstance(error, UsageError)
    assert "home directory" in error.reason


def test_a_flag_goes_before_a_variable_that_names_no_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETTUI_HISTORY", NOBODY)
    (tmp_path / "h.sqlite").touch()
    assert said("locate", "history").output == f"{NOBODY}\n"
    assert said("history", "list", "--history", str(tmp_path / "h.sqlite")).exit_code == 0


def test_every_option_has_a_key_of_its_own() -> None:
    options = declared(cli)
    assert {axis.name for axis in AXES} <= {one.name for one in options}
    assert len({(one.table, one.key) for one in options}) == len(options)
    assert len({one.variable for one in options}) == len(options)
