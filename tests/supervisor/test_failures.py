import signal

import pytest

from resnettui.supervisor.failures import diagnose, installed


@pytest.mark.parametrize(
    ("returncode", "stderr", "reason"),
    [
        (
            -signal.SIGABRT,
            ["terminate called: bad weights"],
            "the worker died of SIGABRT: terminate called: bad weights",
        ),
        (-signal.SIGSEGV, [], "the worker died of SIGSEGV"),
        (1, ["Traceback", "KeyError: 'x'", ""], "the worker ended with exit code 1: KeyError: 'x'"),
        (3, ["out of ideas", " "], "ended with exit code 3: out of ideas"),
    ],
)
def test_the_last_line_that_means_something_is_the_reason(
    returncode: int, stderr: list[str], reason: str
) -> None:
    lost = diagnose(returncode, stderr, imported=True, cpu=None)
    assert lost.reason.endswith(reason)
    assert lost.hint
    assert not lost.final


def test_an_illegal_instruction_after_the_import_is_not_blamed_on_the_import() -> None:
    lost = diagnose(-signal.SIGILL, [], imported=True, cpu="Cortex-A72")
    assert lost.reason == "the worker died of SIGILL"


def test_an_illegal_instruction_at_the_import_names_cpu_torch_and_remedy() -> None:
    lost = diagnose(-signal.SIGILL, [], imported=False, cpu="Cortex-A72")
    assert f"torch {installed('torch')}" in lost.reason
    assert "(Cortex-A72)" in lost.reason
    assert "torch==2.9.*" in lost.hint
    assert lost.final


def test_a_module_that_is_missing_is_missing_for_the_next_worker_too() -> None:
    said = ["Traceback", "ModuleNotFoundError: No module named 'torch'"]
    lost = diagnose(1, said, imported=False, cpu=None)
    assert lost.reason == f"the worker cannot be imported: {said[-1]}"
    assert (lost.hint.endswith("pip install ."), lost.final) == (True, True)
    assert not diagnose(1, said, imported=True, cpu=None).final


def test_a_package_that_is_not_installed_has_no_version() -> None:
    assert installed("no-such-package-at-all") == "(not installed)"
