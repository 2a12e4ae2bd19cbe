import json
from pathlib import Path
from typing import Any

import pytest
from settings_stage import config_file, opened, said

from resnettui.core.axes import AXES
from resnettui.core.remembered import Remembered
from resnettui.core.trial import Trial
from resnettui.errors import UsageError
from resnettui.places import history_path, log_path, state_path, themes_folder
from resnettui.remembered import remember


def settings(*words: str) -> dict[str, Any]:
    result = said("config", "--json", *words)
    assert result.exit_code == 0, result.exception
    told: dict[str, Any] = json.loads(result.output)
    return told


def origins(*words: str) -> dict[str, tuple[Any, str]]:
    return {k: (v["value"], v["from"]) for k, v in settings(*words)["settings"].items()}


def test_every_setting_has_a_value_and_an_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = config_file(
        tmp_path, 'theme = "paper"\n\n[configuration]\nthreads = 2\n[keys]\nquit = ["x", "X"]\n'
    )
    remember(state_path(), Remembered("nord", "compare", Trial(threads=7)))
    monkeypatch.setenv("RESNETTUI_BATCH_SIZE", "8")
    found = origins("--precision", "int8")
    assert found["theme"] == ("paper", f"{file}:1")
    assert found["screen"] == ("compare", "remembered")
    assert found["history"] == (str(tmp_path / "history.sqlite"), "$RESNETTUI_HISTORY")
    assert found["configuration.threads"] == (2, f"{file}:4")
    assert found["configuration.batch-size"] == (8, "$RESNETTUI_BATCH_SIZE")
    assert found["configuration.precision"] == ("int8", "flag")
    assert found["configuration.model"] == ("resnet50", "default")
    assert found["configuration.engine"] == (None, "default")
    assert found["configuration.weights"] == ("random", "default")
    assert found["keys.quit"] == ("x, X", f"{file}:6")
    assert {f"configuration.{axis.flag.removeprefix('--')}" for axis in AXES} <= set(found)


def test_the_last_configuration_is_shown_as_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESNETTUI_HISTORY")
    remember(state_path(), Remembered("nord", None, Trial(threads=7)))
    found = origins()
    assert found["configuration.threads"] == (7, "remembered")
    assert found["theme"] == ("nord", "remembered")
    assert found["screen"] == ("live", "default")
    assert found["history"] == (str(history_path()), "default")
    assert origins("--fresh")["configuration.threads"] == (1, "default")


def test_the_page_names_the_file_and_lists_all(tmp_path: Path) -> None:
    missing = said("config").output.splitlines()
    assert missing[0] == f"settings file: {tmp_path}/resnettui/config.toml (missing)"
    file = config_file(tmp_path, 'screen = "sweep"\n')
    page = said("config").output.splitlines()
    assert page[0] == f"settings file: {file}"
    (line,) = [line for line in page if line.startswith("screen ")]
    assert line.split() == ["screen", "sweep", f"{file}:1"]


def test_a_bad_file_is_shown_as_far_as_it_is_right(tmp_path: Path) -> None:
    file = config_file(
        tmp_path,
        'screen = "sweep"\ntheme = "mauve"\nthem = "x"\n[configuration]\nthreads = 0\n'
        '[keys]\nfly = "x"\n',
    )
    told = settings()
    reasons = [problem["reason"] for problem in told["problems"]]
    assert reasons == [
        f"{file}:3: unknown key 'them'",
        f"{file}:5: threads: 0 is below 1",
        f"{file}:7: there is no action 'fly'",
        f"{file}:2: there is no theme 'mauve'",
    ]
    assert all(problem["hint"] for problem in told["problems"])
    assert told["settings"]["screen"] == {"value": "sweep", "from": f"{file}:1"}
    assert told["settings"]["configuration.threads"] == {"value": 1, "from": "default"}
    page = said("config").output
    assert f"! {reasons[0]}" in page


def test_a_bad_variable_is_told_and_the_file_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = config_file(tmp_path, "[configuration]\nthreads = 2\n")
    monkeypatch.setenv("RESNETTUI_THREADS", "abc")
    monkeypatch.setenv("RESNETTUI_SCREEN", "six")
    told = settings()
    first, second = (problem["reason"] for problem in told["problems"])
    assert first.startswith("$RESNETTUI_SCREEN: 'six' is not one of")
    assert second.startswith("$RESNETTUI_THREADS: 'abc' is not a whole number")
    assert told["settings"]["configuration.threads"] == {"value": 2, "from": f"{file}:2"}


def test_what_was_remembered_and_is_broken_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    state_path().parent.mkdir(parents=True)
    state_path().write_text("{")
    (problem,) = settings()["problems"]
    assert problem["reason"].startswith(f"{state_path()} is ignored: ")
    assert problem["hint"]
    assert settings("--fresh")["problems"] == []
    assert capfd.readouterr().err == ""


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    file = config_file(tmp_path, "theme = \n")
    (problem,) = settings()["problems"]
    assert problem["reason"] == f"{file}:1: Invalid value"


def test_the_example_is_a_settings_file_that_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said("config", "--example").output
    config_file(tmp_path, text)
    assert opened(monkeypatch).trial == Trial()
    assert settings()["problems"] == []
    assert '# next-threads = "t"' in text
    for axis in AXES:
        assert f"\n# {axis.flag.removeprefix('--')} = " in text
        assert axis.help in text
    assert "[default" not in text


def test_the_defaults_of_the_example_are_allowed(tmp_path: Path) -> None:
    lines = said("config", "--example").output.splitlines()
    placeholders = ("|", '"NAME"', '"DIR"', '"FILE"')
    config_file(
        tmp_path,
        "\n".join(
            line.removeprefix("# ")
            for line in lines
            if line.startswith("[") or (" = " in line and not any(p in line for p in placeholders))
        ),
    )
    assert settings()["problems"] == []


def test_the_keys_are_listed_with_those_of_the_user(tmp_path: Path) -> None:
    config_file(tmp_path, '[keys]\nquit = ["Q", "ctrl+x"]\n')
    lines = [line.split() for line in said("config", "--keys").output.splitlines()]
    assert lines[0][:4] == ["action", "keys", "usual", "screens"]
    assert ["pause", "space", "space", "live", "Freeze", "the"] in [line[:6] for line in lines]
    (quit,) = [line for line in lines if line[0] == "quit"]
    assert quit[1:4] == ["Q,ctrl+x", "q", "live,"]


def test_the_keys_are_listed_with_what_is_wrong(tmp_path: Path) -> None:
    file = config_file(tmp_path, '[keys]\npause = "f"\n')
    lines = said("config", "--keys").output.splitlines()
    assert lines[0].startswith("action")
    assert lines[-1].startswith(f"! {file}:2: pause: f is the key of next-fusion, too")


@pytest.mark.parametrize(
    "words", [("--json", "--example"), ("--keys", "--example"), ("--json", "--keys")]
)
def test_what_is_printed_is_one_thing(words: tuple[str, str]) -> None:
    assert isinstance(said("config", *words).exception, UsageError)


def test_all_places_are_located(tmp_path: Path) -> None:
    config_file(tmp_path, "")
    lines = [line.split() for line in said("locate").output.splitlines()]
    assert lines == [
        ["config", "exists", str(tmp_path / "resnettui" / "config.toml")],
        ["themes", "missing", str(themes_folder())],
        ["history", "missing", str(tmp_path / "history.sqlite")],
        ["log", "missing", str(log_path())],
        ["state", "missing", str(state_path())],
    ]


def test_one_place_is_its_path_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said("locate", "state").output == f"{state_path()}\n"
    monkeypatch.delenv("RESNETTUI_HISTORY")
    config_file(tmp_path, 'history = "/data/mine.sqlite"\n')
    assert said("locate", "history").output == "/data/mine.sqlite\n"
    monkeypatch.setenv("RESNETTUI_CONFIG", "/data/mine.toml")
    assert said("locate", "config").output == "/data/mine.toml\n"
