import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from resnettui import __version__, cli
from resnettui.cli.run import DEFAULT_DURATION_S, run_command
from resnettui.core.axes import AXES, Axis, Choice, Places
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.errors import TrialError, UsageError
from resnettui.headless import run as headless

Wish = tuple[Measure, bool, bool]


@pytest.fixture
def wishes(monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    """What would have been measured, and whether as JSON, and with samples."""
    found: list[Wish] = []

    def note(wish: Measure, *, as_json: bool, samples: bool, **_kept: object) -> None:
        found.append((wish, as_json, samples))

    monkeypatch.setattr(headless, "run_once", note)
    return found


def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, list[str]]:
    """Run the command line and return its exit code, its output and the lines of its errors."""
    monkeypatch.setattr(sys, "argv", ["resnettui", *words])
    try:
        cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else -1
    captured = capsys.readouterr()
    return code, captured.out, captured.err.splitlines()


MISUSE: dict[str, tuple[Sequence[str], str]] = {
    "precision": (
        ("run", "--precision", "fp8"),
        "--precision: 'fp8' is not one of fp32, bf16, fp16, int8",
    ),
    "no precision": (("run", "--precision", ""), "--precision: '' is not one of"),
    "no threads": (("run", "--threads", "0"), "--threads: 0 is below 1"),
    "negative threads": (("run", "-t", "-2"), "--threads: -2 is below 1"),
    "half a thread": (("run", "-t", "1.5"), "--threads: '1.5' is not a whole number"),
    "image size": (("run", "--image-size", "8"), "--image-size: 8 is below 32"),
    "flag": (("run", "--thread", "2"), "No such option"),
    "flag without value": (("run", "--threads"), "requires an argument"),
    "command": (("walk",), "No such command 'walk'"),
    "argument": (("run", "fast"), "unexpected extra argument"),
    "no weights": (("run", "--weights", "/no/such.pth"), "--weights: '/no/such.pth' is no file"),
    "a folder for weights": (("run", "--weights", "/"), "--weights: '/' is no file"),
    "weights without a name": (("run", "--weights", ""), "--weights: '' is no file"),
    "weights in front": (("--weights", "imagenet", "run"), "flags belong behind the command"),
    "no folder": (("run", "--data", "/no/such"), "--data: /no/such is not a folder"),
    "both ends": (
        ("run", "--duration", "1", "--iterations", "2"),
        "--duration and --iterations exclude each other",
    ),
    "no duration": (("run", "--duration", "0"), "--duration: 0.0 is not a number from 0.01 on"),
    "no iterations": (("run", "--iterations", "0"), "0 is not a whole number from 1 on"),
    "few pairs": (("compare", "a", "b", "--pairs", "3"), "--pairs: 3 is not a whole number from 6"),
    "no pairs": (("compare", "a", "b", "--pairs", "x"), "'x' is not a whole number from 6 on"),
    "no table": (("report", "--table", "is not x"), "--table: 'is not x' is not one of batch, "),
    "no place": (("locate", "home"), "what: 'home' is not one of config, themes, history, log, st"),
    "a folder for a record": (("--record", "/"), "--record: File '/' is a directory."),
    "samples": (("run", "--samples"), "--samples adds to the JSON"),
    "flag in front": (("--threads", "2", "run"), "flags belong behind the command"),
    "data in front": (("--data", ".", "run"), "flags belong behind the command"),
    "theme in front": (("--theme", "ember", "run"), "flags belong behind the command"),
    "record in front": (("--record", "x", "run"), "flags belong behind the command"),
    "a record of once": (("--once", "1", "--record", "x"), "--once records nothing"),
    "no terminal to replay in": (("replay", "x"), "a replay needs a terminal"),
    "no speed": (("replay", "x", "--speed", "-1"), "--speed: '-1' is no speed"),
    "a word for a speed": (("replay", "x", "--speed", "fast"), "--speed: 'fast' is no speed"),
    "a speed that is no number": (("replay", "x", "--speed", "nan"), "is no speed"),
    "nothing to replay": (("replay",), "Missing argument"),
    "precision of the screen": (("--precision", "fp8"), "--precision: 'fp8' is not one of"),
    "too fast a rate": (("--rate", "0.1"), "--rate: 0.1 is not a number from 0.25 to 60"),
    "too slow a rate": (("--rate", "61"), "--rate: 61.0 is not a number from"),
    "no rate": (("--rate", "nan"), "--rate: nan is not a finite number"),
    "no terminal": ((), "the live screen needs a terminal"),
    "duration of nothing": (("run", "--duration", "soon"), "'soon' is not a number from 0.01"),
}


@pytest.mark.parametrize(("words", "reason"), MISUSE.values(), ids=MISUSE)
def test_misuse_is_told_in_two_lines(
    words: Sequence[str],
    reason: str,
    wishes: list[Wish],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, errors = call(monkeypatch, capsys, *words)
    assert (code, out, wishes) == (2, "", [])
    assert errors[0].startswith("resnettui: ")
    assert reason in errors[0]
    assert len(errors) == 2
    assert errors[1].startswith("  ")


def test_an_empty_folder_is_refused(
    tmp_path: Path,
    wishes: list[Wish],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "class" / "deeper").mkdir(parents=True)
    code, _, errors = call(monkeypatch, capsys, "run", "--data", str(tmp_path))
    assert (code, wishes) == (2, [])
    assert errors == [
        f"resnettui: --data: {tmp_path} holds no file",
        "  name a folder of images",
    ]


def test_a_file_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "image.jpg"
    file.touch()
    code, _, errors = call(monkeypatch, capsys, "run", "--data", str(file))
    assert (code, errors[0]) == (2, f"resnettui: --data: {file} is not a folder")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("run", "--data", "~nobody-has-this-name/x"), id="no such user"),
        pytest.param(("run", "--data", "x" * 5000), id="too long a name"),
        pytest.param(("run", "--data", "x\ny"), id="a line break in the folder"),
        pytest.param(("run", "--data", ""), id="no name"),
        pytest.param(("run", "--weights", "~nobody-has-this-name/x"), id="weights of nobody"),
        pytest.param(("run", "--weights", "x" * 5000), id="too long a name of weights"),
        pytest.param(("run", "--weights", "x\ny"), id="a line break in the weights"),
        pytest.param(("run", "x\ny"), id="a line break in an argument"),
        pytest.param(("run", "--duration", "nan"), id="duration nan"),
        pytest.param(("run", "--duration", "inf"), id="duration inf"),
    ],
)
def test_odd_misuse_is_told_in_two_lines(
    words: Sequence[str],
    wishes: list[Wish],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, errors = call(monkeypatch, capsys, *words)
    assert (code, wishes, len(errors)) == (2, [], 2)


def test_no_terminal_is_told_with_the_way_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, errors = call(monkeypatch, capsys, "--threads", "2")
    assert code == 2
    assert "resnettui run" in errors[1]


def test_a_run_without_flags_is_the_default_trial_for_some_seconds(wishes: list[Wish]) -> None:
    assert CliRunner().invoke(cli.cli, ["run"]).exit_code == 0
    ((wish, as_json, samples),) = wishes
    assert wish == Measure(1, Trial(), None, DEFAULT_DURATION_S, None)
    assert (as_json, samples) == (False, False)


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        (("--iterations", "3"), Measure(1, Trial(), None, None, 3)),
        (("--duration", "0.5"), Measure(1, Trial(), None, 0.5, None)),
        (
            ("-t", "4", "-b", "8", "--precision", "INT8", "--engine", "qnnpack"),
            Measure(
                *(1, Trial(precision="int8", batch_size=8, threads=4, engine="qnnpack"), None),
                duration_s=DEFAULT_DURATION_S,
            ),
        ),
    ],
)
def test_flags_become_the_wish(words: Sequence[str], wish: Measure, wishes: list[Wish]) -> None:
    assert CliRunner().invoke(cli.cli, ["run", *words]).exit_code == 0
    assert [found for found, *_ in wishes] == [wish]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--precision", "int8", "--math-mode", "bf16"), "it is for fp32, not for int8"),
        (("--engine", "qnnpack"), "it is for int8, not for fp32"),
        (("--math-mode", "bf16"), ""),
        (("--precision", "int8", "--engine", "qnnpack", "--math-mode", "strict"), ""),
    ],
)
def test_a_flag_without_an_effect_is_told(
    words: Sequence[str], told: str, wishes: list[Wish]
) -> None:
    result = CliRunner().invoke(cli.cli, ["run", *words])
    assert (result.exit_code, len(wishes)) == (0, 1)
    expected = f"resnettui: {words[-2]} {words[-1]} has no effect: {told}\n" if told else ""
    assert result.stderr == expected


@pytest.mark.parametrize("weights", ["random", "imagenet"])
def test_named_weights_are_passed_on(weights: str, wishes: list[Wish]) -> None:
    assert CliRunner().invoke(cli.cli, ["run", "--weights", weights]).exit_code == 0
    assert wishes[0][0].weights == weights


def test_a_file_of_weights_is_passed_on_whole(
    tmp_path: Path, wishes: list[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mine.pth", "random"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for file in ("mine.pth", "~/mine.pth", "./random"):
        assert CliRunner().invoke(cli.cli, ["run", "--weights", file]).exit_code == 0
    names = ["mine.pth", "mine.pth", "random"]
    assert [wish.weights for wish, *_ in wishes] == [str(tmp_path / name) for name in names]


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_every_axis_has_its_flag(axis: Axis, wishes: list[Wish]) -> None:
    value = axis.domain.values[-1] if isinstance(axis.domain, Choice | Places) else 37
    for flag in filter(None, (axis.flag, axis.short_flag)):
        assert CliRunner().invoke(cli.cli, ["run", flag, str(value)]).exit_code == 0
        assert wishes.pop()[0].trial == Trial().with_value(axis.name, value)


def test_json_and_samples_are_passed_on(wishes: list[Wish]) -> None:
    assert CliRunner().invoke(cli.cli, ["run", "--json", "--samples"]).exit_code == 0
    assert wishes[0][1:] == (True, True)


@pytest.mark.parametrize(
    ("words", "file", "store"),
    [
        ((), "history.sqlite", True),
        (("--history", "other"), "other", True),
        (("--no-store",), "history.sqlite", False),
    ],
)
def test_where_the_trial_is_kept_is_passed_on(
    words: Sequence[str],
    file: str,
    store: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: list[dict[str, object]] = []
    monkeypatch.setattr(headless, "run_once", lambda wish, **options: kept.append(options))
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli.cli, ["run", *words]).exit_code == 0
    assert (tmp_path / str(kept[0]["history"])).name == file
    assert kept[0]["store"] is store


def test_the_folder_is_passed_on_whole(
    tmp_path: Path, wishes: list[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = tmp_path / "images" / "class" / "image.jpg"
    image.parent.mkdir(parents=True)
    image.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in ("images", "~/images", "images/class/.."):
        assert CliRunner().invoke(cli.cli, ["run", "--data", folder]).exit_code == 0
    assert [wish.data for wish, *_ in wishes] == [str(tmp_path / "images")] * 3


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (
            TrialError("it does not fit", "try less"),
            1,
            ["resnettui: it does not fit", "  try less"],
        ),
        (UsageError("no image", ""), 2, ["resnettui: no image"]),
        (KeyboardInterrupt(), 130, []),
    ],
)
def test_what_ends_a_run_is_an_exit_code(
    error: BaseException,
    code: int,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(wish: Measure, **_options: object) -> None:
        raise error

    monkeypatch.setattr(headless, "run_once", fail)
    found, _, errors = call(monkeypatch, capsys, "run")
    assert found == code
    assert [line for line in errors if line] == lines


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_flag_and_value(flag: str) -> None:
    result = CliRunner().invoke(cli.cli, ["run", flag])
    assert result.exit_code == 0
    for axis in AXES:
        assert axis.flag in result.output
        assert axis.help.split()[0] in result.output
        if isinstance(axis.domain, Choice | Places):
            assert "|".join(axis.domain.values) in result.output.replace("\n", "")


def test_words_are_completed_from_the_axes() -> None:
    option = next(p for p in run_command.params if p.name == "precision")
    words = option.shell_complete(click.Context(run_command), "f")
    assert [word.value for word in words] == ["fp32", "fp16"]


def python(code: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "text", "code"),
    [
        (("--help",), "Usage:", 0),
        (("--version",), __version__, 0),
        (("run", "--help"), "--duration", 0),
        (("ops", "--help"), "--beside", 0),
        (("replay", "--help"), "--speed", 0),
        (("watch", "--help"), "--duration", 0),
        (("serve", "--help"), "--host", 0),
        (("run", "--threads", "0"), "", 2),
    ],
)
def test_what_needs_no_torch_and_no_screen_imports_none(
    words: Sequence[str], text: str, code: int
) -> None:
    heavy = ("torch", "torchvision", "numpy", "textual", "rich", "psutil", "cpuinfo", "asyncio")
    ended = python(
        "import atexit, json, sys\n"
        f"heavy = {heavy}\n"
        "atexit.register(lambda: print(json.dumps([m for m in heavy if m in sys.modules])))\n"
        "from resnettui.cli import main\n"
        "main()\n",
        *words,
    )
    *said, imported = ended.stdout.splitlines()
    assert json.loads(imported) == []
    assert text in "\n".join(said)
    assert ended.returncode == code


def test_the_module_is_the_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "resnettui"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == [
        "resnettui: the live screen needs a terminal",
        "  without one: resnettui run --json",
    ]
