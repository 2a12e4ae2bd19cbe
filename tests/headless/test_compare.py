"""`resnettui compare`: what its words mean, what is stored, and its exit codes."""

import errno
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import pytest

from resnettui import cli
from resnettui.cli.compare import DEFAULT_BLOCK_S, DEFAULT_PAIRS, configured
from resnettui.core.comparison import Comparison
from resnettui.core.history import Entry, Listed
from resnettui.core.machine import Build, Machine
from resnettui.core.ops import OpLedger
from resnettui.core.outcome import outcome_of
from resnettui.core.protocol import Measure
from resnettui.core.trial import Check, Trial, TrialResult, WarmUp
from resnettui.errors import RegressionError, TrialError, UsageError
from resnettui.headless import compare as comparing
from resnettui.headless.compare import Failed, unkept
from resnettui.report.comparison import WEAKER, Compared, Side

MS = 1_000_000
AT = "2026-11-24T05:30:16Z"
EPYC = Machine(cpu="AMD EPYC", arch="x86_64", cores_online=(0, 1), cores_allowed=2)
N1 = replace(EPYC, cpu="Neoverse-N1", arch="aarch64")
FACTS = {"kernel": "6.12"}
BUILD = Build("2.13.0", "0.28.0", ("x86",), "x86", "AVX512", True)
FP32, FUSED = Trial(model="resnet18"), Trial(model="resnet18", fusion="full")


def result(trial: Trial, ms: float) -> TrialResult:
    rng = random.Random(str(ms))
    latencies = tuple(round(ms * MS * (1 + 0.005 * rng.gauss(0, 1))) for _ in range(100))
    return TrialResult(
        *(trial, latencies, sum(latencies), WarmUp(10, True), Check(0.0, 1.0)),
        *(OpLedger({}), OpLedger({}), {}, len(latencies)),
    )


def entry(id: str, trial: Trial, ms: float, machine: Machine = EPYC, tag: str = "") -> Entry:
    return Entry(id, AT, "run", trial, machine, BUILD, result(trial, ms), tag=tag)


@dataclass
class Shelf:
    """A history in memory."""

    entries: list[Entry] = field(default_factory=list)

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def listed(self) -> list[Listed]:
        return [
            Listed(
                *(e.id, e.at, e.source, e.trial, e.machine.cpu or ""),
                outcome=outcome_of(e.result) if e.result else None,
                failure=e.failure,
                tag=e.tag,
                host=e.machine.host,
            )
            for e in self.entries
        ]

    def entry(self, id_prefix: str) -> Entry:
        return next(e for e in self.entries if e.id.startswith(id_prefix))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Put a history in memory in the place of the user's."""
    shelf = Shelf(
        [
            entry("a1", FP32, 20.0, tag="before"),
            entry("b2", FP32, 22.0, tag="after"),
            entry("c3", FUSED, 10.0),
            entry("d4", FP32, 80.0, N1),
            entry("e5", FUSED, 30.0, N1),
            Entry("f6", AT, "run", FP32, EPYC, failure="it does not fit"),
        ]
    )
    store = ModuleType("resnettui.store")

    class History:
        @classmethod
        def open(cls, path: Path | None = None, *, must_exist: bool = False) -> Shelf:
            return shelf

    numbers = iter(range(100, 200))
    store.__dict__.update(History=History, new_id=lambda: f"{next(numbers)}", now=lambda: AT)
    monkeypatch.setitem(sys.modules, "resnettui.store", store)
    return shelf


Call = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run `resnettui compare` and return its exit code, its output and the lines of its errors."""

    def run(*words: str) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["resnettui", "compare", *words])
        monkeypatch.setenv("COLUMNS", "160")
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else -1
        captured = capsys.readouterr()
        return code, captured.out, captured.err.splitlines()

    return run


Wish = tuple[tuple[Measure, Measure], int]


@pytest.fixture
def wishes(monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    """What would have been measured; B comes out 10 % slower than A, at least 7 %."""
    found: list[Wish] = []

    def note(wishes: tuple[Measure, Measure], pairs: int, _failed: Failed = unkept) -> Compared:
        found.append((wishes, pairs))
        one, other = (
            Side(result(wish.trial, ms), EPYC, BUILD)
            for wish, ms in zip(wishes, (10.0, 11.0), strict=True)
        )
        return Compared(one, other, Comparison(1.1, (1.07, 1.13), pairs))

    monkeypatch.setattr(comparing, "compare_now", note)
    monkeypatch.setattr(comparing, "conditions", lambda: FACTS)
    return found


# Trials of the history.


def test_two_trials_are_compared_on_a_page(call: Call, shelf: Shelf) -> None:
    code, out, errors = call("a1", "c3")
    assert (code, errors) == (0, [])
    assert "B against A: 2.00× faster" in out
    assert WEAKER in out


def test_tags_name_trials(call: Call, shelf: Shelf) -> None:
    assert "1.10× slower" in call("before", "after")[1]


def test_machines_are_compared_configuration_by_configuration(call: Call, shelf: Shelf) -> None:
    code, out, _ = call("epyc", "neoverse")
    rows = [line for line in out.splitlines() if "resnet18" in line]
    assert code == 0
    assert len(rows) == 2
    assert "22.0" in rows[0]
    assert "3.6" in rows[0]
    assert "3.01× slower [3.00, 3.01]" in rows[1]


def test_the_json_has_a_comparison_for_every_configuration(call: Call, shelf: Shelf) -> None:
    plain = json.loads(call("epyc", "neoverse", "--json")[1])
    assert [(c["a"]["id"], c["b"]["id"]) for c in plain["comparisons"]] == [
        ("b2", "d4"),
        ("c3", "e5"),
    ]
    assert plain["comparisons"][1]["verdict"] == "slower"
    assert not plain["comparisons"][1]["interleaved"]


def test_equal_machines_are_compared_by_their_hosts(call: Call, shelf: Shelf) -> None:
    shelf.entries = [
        entry("a1", FP32, 20.0, replace(N1, host="one")),
        entry("b2", FP32, 22.0, replace(N1, host="two")),
    ]
    code, out, _ = call("n1 on one", "two")
    assert code == 0
    assert "1.10× slower" in out
    assert (
        "part of several platforms: Neoverse-N1 on one; Neoverse-N1 on two"
        in call("n1", "a1")[2][0]
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("a1", "nothing"), "'nothing' is no id, tag or platform"),
        (("a1", "f6"), "f6 was not measured: it does not fit"),
        (("a1", "a1"), "a1 and a1 share no configuration"),
        (("a1", "b2", "-t", "2"), "--threads is for measuring, and 'a1' is no configuration"),
        (("a1", "b2", "--pairs", "6"), "--pairs is for measuring"),
        (("a1", "b2", "--data", "."), "--data is for measuring"),
        (("a1", "b2", "--weights", "random"), "--weights is for measuring"),
        (("a1", "fusion=full"), "'a1' is no axis=value"),
        (("fusion=full", "a1"), "'a1' is no axis=value"),
        (("fusion=some", "fusion=full"), "fusion=some: 'some' is not one of none, full"),
        (("speed=1", "speed=2"), "'speed=1' is no axis=value; axes: model, precision"),
        (("threads=0", "threads=2"), "threads=0: 0 is below 1"),
        (("fusion=none", ""), "'' is no axis=value"),
        (("fusion=none", "fusion=full", "--pairs", "5"), "--pairs"),
        (("fusion=none", "fusion=full", "--block-s", "nan"), "--block-s"),
        (("a1", "b2", "--fail-over", "some"), "--fail-over: 'some' is no percentage"),
        (("a1", "b2", "--fail-over", "-1"), "--fail-over: '-1' is no percentage"),
        (("a1", "b2", "--fail-over", "nan%"), "--fail-over: 'nan%' is no percentage"),
        (("a1",), "Missing argument 'B'"),
    ],
)
def test_misuse_of_compare_is_told_in_two_lines(
    words: Sequence[str], reason: str, call: Call, shelf: Shelf, wishes: list[Wish]
) -> None:
    code, out, errors = call(*words)
    assert (code, out, wishes) == (2, "", [])
    assert reason in errors[0]
    assert len(errors) == 2


def test_a_trial_that_does_not_say_its_torch_is_told(call: Call, shelf: Shelf) -> None:
    shelf.entries.append(replace(entry("99", FP32, 20.0), build=None))
    code, out, errors = call("a1", "99")
    assert (code, out, len(errors)) == (2, "", 2)
    assert errors[0] == "resnettui: trial 99 has no torch that measured it to compare"


# Configurations that are measured now.


def test_two_configurations_are_measured_in_turns(
    call: Call, shelf: Shelf, wishes: list[Wish]
) -> None:
    code, out, _ = call("fusion=none", "fusion=full", "-t", "2", "--model", "resnet18")
    assert code == 0
    (((one, other), pairs),) = wishes
    assert (one.trial, other.trial) == (replace(FP32, threads=2), replace(FUSED, threads=2))
    assert one.duration_s == other.duration_s == DEFAULT_BLOCK_S
    assert pairs == DEFAULT_PAIRS
    assert "B against A: 1.10× slower [1.07, 1.13]" in out


def test_pairs_and_the_length_of_a_block_can_be_chosen(
    call: Call, shelf: Shelf, wishes: list[Wish]
) -> None:
    call("fusion=none", "fusion=full", "--pairs", "20", "--block-s", "0.5")
    (((one, _), pairs),) = wishes
    assert (one.duration_s, pairs) == (0.5, 20)


def test_the_weights_are_those_of_both_sides(
    call: Call, shelf: Shelf, wishes: list[Wish], tmp_path: Path
) -> None:
    file = tmp_path / "mine.pth"
    file.touch()
    call("fusion=none", "fusion=full")
    call("fusion=none", "fusion=full", "--weights", str(file))
    assert [[wish.weights for wish in both] for both, _ in wishes] == [
        ["random"] * 2,
        [str(file)] * 2,
    ]


def test_what_was_measured_is_stored(call: Call, shelf: Shelf, wishes: list[Wish]) -> None:
    plain = json.loads(call("fusion=none", "fusion=full", "--json")[1])
    stored = shelf.entries[-2:]
    assert [(e.source, e.trial.fusion, e.at) for e in stored] == [
        ("compare", "none", AT),
        ("compare", "full", AT),
    ]
    assert [e.facts for e in stored] == [FACTS] * 2
    (found,) = plain["comparisons"]
    assert [found["a"]["id"], found["b"]["id"]] == [e.id for e in stored]


def test_nothing_is_stored_where_it_is_not_wanted(
    call: Call, shelf: Shelf, wishes: list[Wish]
) -> None:
    before = len(shelf.entries)
    code, out, _ = call("fusion=none", "fusion=full", "--no-store")
    assert (code, len(shelf.entries)) == (0, before)
    assert "1.10× slower" in out


def test_the_result_is_printed_even_where_storing_fails(
    call: Call, shelf: Shelf, wishes: list[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(entry: Entry) -> None:
        raise TrialError("the disk is full", "make room")

    monkeypatch.setattr(shelf, "add", fail)
    code, out, errors = call("fusion=none", "fusion=full")
    assert (code, errors) == (1, ["resnettui: the disk is full", "  make room"])
    assert "1.10× slower" in out


def test_the_result_is_stored_even_where_printing_fails(
    call: Call, shelf: Shelf, wishes: list[Wish], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("resnettui.headless.compare.show", fail)
    code, out, errors = call("fusion=none", "fusion=full")
    assert (code, out, errors) == (1, "", [])
    assert [entry.source for entry in shelf.entries[-2:]] == ["compare"] * 2


@pytest.mark.parametrize(
    ("limit", "code"), [("5%", 1), ("5", 1), ("6.9 %", 1), ("7%", 0), ("10%", 0)]
)
def test_a_regression_is_one_where_the_whole_interval_is_above_the_limit(
    limit: str, code: int, call: Call, shelf: Shelf, wishes: list[Wish]
) -> None:
    found, out, errors = call("fusion=none", "fusion=full", "--fail-over", limit)
    assert found == code
    assert "1.10× slower" in out
    assert bool(errors) == bool(code)
    assert len(shelf.entries) == 8


def test_a_regression_names_the_configurations(call: Call, shelf: Shelf) -> None:
    code, _, errors = call("epyc", "neoverse", "--fail-over", "250%")
    assert code == 1
    assert "slower than A by more than 250 %: resnet18 · fp32 · fusion none" in errors[0]
    assert "fusion full" not in errors[0]
    assert "lower end of the interval" in errors[1]


def test_faster_is_no_regression(call: Call, shelf: Shelf) -> None:
    assert call("a1", "c3", "--fail-over", "0")[0] == 0


# Words to configurations.


def test_a_configuration_changes_what_is_shared() -> None:
    shared = Trial(threads=4, batch_size=8)
    assert configured(shared, "precision=INT8 fusion=full") == replace(
        shared, precision="int8", fusion="full"
    )
    assert configured(shared, "memory-format=contiguous,threads=1") == replace(
        shared, memory_format="contiguous", threads=1
    )


def test_the_error_of_a_configuration_shows_how_one_is_written() -> None:
    with pytest.raises(UsageError) as error:
        configured(Trial(), "full")
    assert "precision=int8 fusion=full" in error.value.hint


def test_a_regression_without_a_limit_is_none() -> None:
    one, other = (Side(result(FP32, ms), EPYC, BUILD) for ms in (10.0, 20.0))
    found = [Compared(one, other, Comparison(2.0, (1.9, 2.1)))]
    comparing.refuse_regression(found, None)
    with pytest.raises(RegressionError):
        comparing.refuse_regression(found, 0.05)


def test_a_limit_is_not_kept_by_measuring_too_little() -> None:
    one, other = (Side(result(FP32, ms), EPYC, BUILD) for ms in (10.0, 39.0))
    found = [Compared(one, other, Comparison(3.9, None))]
    comparing.refuse_regression(found, None)
    with pytest.raises(RegressionError, match="too little was measured"):
        comparing.refuse_regression(found, 0.05)
