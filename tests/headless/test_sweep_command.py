"""`resnettui sweep` with real workers, on the smallest model."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from resnettui.core.history import Listed
from resnettui.core.machine import Build, Machine
from resnettui.core.plan import Plan
from resnettui.core.sweep import SweepOrder
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError
from resnettui.headless.stored_sweep import order_from
from resnettui.headless.sweep import Wanted, planned
from resnettui.store import History

SMALL = ("--model", "resnet18", "--image-size", "32", "--max-seconds", "0.2")
GRID = ("-b", "1,2,4", "--fusion", "none,full")
TRIALS = 7
"""Six configurations, and the baseline again."""

PATIENCE_S = 600


def start(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "resnettui", "sweep", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def swept(*words: str) -> tuple[int, str, str]:
    process = start(*words)
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def stored(path: Path) -> Sequence[Listed]:
    if not path.exists():
        return []
    with History.open(path) as history:
        return history.listed()


def wait_for(path: Path, trials: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(stored(path)) < trials:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_whole(listed: Sequence[Listed]) -> bool:
    """Tell whether every position of the plan is there, once, and every trial of the grid."""
    trials = Counter(item.trial for item in listed)
    return (
        sorted(item.position for item in listed) == list(range(TRIALS))
        and len(trials) == TRIALS - 1
        and {item.trial.batch_size for item in listed} == {1, 2, 4}
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_sweep_goes_on_and_loses_and_repeats_nothing(
    how: signal.Signals, history_file: Path
) -> None:
    process = start(*SMALL, *GRID)
    wait_for(history_file, 2, process)
    workers = psutil.Process(process.pid).children()
    process.send_signal(how)
    _, err = process.communicate(timeout=PATIENCE_S)
    if how is signal.SIGINT:
        assert process.returncode == 130
        (sweep,) = {item.sweep for item in stored(history_file)}
        hint = f"go on with: resnettui sweep --resume {sweep[:8]} --history {history_file}"
        assert err.strip().splitlines()[-1].strip() == hint
    _, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
    assert alive == []
    before = {item.id for item in stored(history_file)}
    code, out, err = swept("--resume")
    assert code == 0, err
    assert is_whole(stored(history_file))
    assert before <= {item.id for item in stored(history_file)}
    assert "FUSION BENEFIT" in out
    assert err.count(" of 7  resnet18") == TRIALS - len(before)
    assert swept("--resume")[0] == 2


def test_what_cannot_run_is_named_and_a_plan_may_be_looked_at_first(history_file: Path) -> None:
    words = ("-b", "1,100000000", "--fusion", "none,full", "--dry-run")
    code, out, err = swept(*SMALL, *words)
    assert code == 0, err
    assert [line.split()[0] for line in out.splitlines()] == ["1", "2", "3"]
    assert out.splitlines()[-1].endswith("(the baseline again)")
    assert err.count("skipped: resnet18") == 2
    assert "GB of memory" in err
    assert stored(history_file) == []


def test_weights_of_one_model_are_a_failed_trial_of_another(
    history_file: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "seeded.pth"
    code = (
        "import sys, torch\n"
        "from resnettui.worker.models import float_model\n"
        "torch.save(float_model('resnet34').state_dict(), sys.argv[1])\n"
    )
    subprocess.run([sys.executable, "-c", code, str(weights)], check=True, timeout=PATIENCE_S)
    words = ("--model", "resnet18,resnet34", "--image-size", "32", "--max-seconds", "0.2")
    status, _, err = swept(*words, "--weights", str(weights))
    assert status == 0, err
    trials = stored(history_file)
    assert {item.trial.model for item in trials if item.outcome} == {"resnet34"}
    failures = {item.failure for item in trials if item.trial.model == "resnet18"}
    assert [str(weights) in failure for failure in failures] == [True]
    assert swept("--resume")[0] == 2


MACHINE = Machine(arch="aarch64", cores_allowed=2)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)


def test_given_values_shape_a_study_and_a_grid_alike() -> None:
    wanted = Wanted((), {"threads": (1, 2)}, "photos", "imagenet", 0.02, 3.0, 60.0)
    order = planned(wanted, MACHINE, BUILD)
    assert order.plan.trials[:-1] == (Trial(), Trial(threads=2))
    assert (order.data, order.weights) == ("photos", "imagenet")
    assert (order.precision_share, order.max_s, order.cooldown_celsius) == (0.02, 3.0, 60.0)
    studied = planned(
        Wanted(("threads",), {"precision": ("int8",)}, None, "random", 0.01, 1.0, None),
        MACHINE,
        BUILD,
    )
    assert {(t.precision, t.engine) for t in studied.plan.trials} == {("int8", "qnnpack")}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"plan": 3}', '{"plan": {"trials": [1]}}'])
def test_a_plan_that_cannot_be_read_is_one_clear_error(text: str) -> None:
    with pytest.raises(HistoryError, match="plan cannot be read"):
        order_from(text)


def test_a_plan_comes_back_as_it_went() -> None:
    import json
    from dataclasses import asdict

    order = SweepOrder(Plan((Trial(), Trial(precision="int8", engine="x86"))), max_s=2.5)
    assert order_from(json.dumps(asdict(order))) == order


@pytest.mark.parametrize(
    "words",
    [
        ("-t", "1,2"),
        ("--study", "batch"),
        ("--max-seconds", "30"),
        ("--weights", "random"),
        ("--dry-run",),
    ],
    ids=str,
)
def test_a_resumed_sweep_keeps_what_it_was_told(words: tuple[str, ...]) -> None:
    code, _, err = swept("--resume", *words)
    assert code == 2
    assert f"{words[0]}: a resumed sweep keeps what it was told" in err.replace("--threads", "-t")


@pytest.mark.parametrize("flag", ["--max-seconds", "--precision-pct", "--cooldown"])
def test_what_is_no_number_is_bad_usage(flag: str) -> None:
    code, _, err = swept("-t", "1,2", flag, "nan", "--dry-run")
    assert code == 2
    assert f"{flag}: nan is not a finite number" in err


def test_a_sweep_that_measures_nothing_has_failed(history_file: Path) -> None:
    words = ("--model", "resnet18,resnet34", "--image-size", "32", "--precision", "fp16")
    code, _, err = swept(*words, "--fusion", "full", "--max-seconds", "0.1")
    measured = [item for item in stored(history_file) if item.outcome is not None]
    assert code == (0 if measured else 1)
    assert ("no trial of the sweep could be measured" in err) is not bool(measured)
