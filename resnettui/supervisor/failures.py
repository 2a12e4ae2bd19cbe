"""Why a worker ended: from its exit status and the last it printed to a reason and a hint."""

import signal
from collections.abc import Iterable

from resnettui.core.protocol import WorkerLost

REINSTALL = "pip install 'torch==2.9.*' 'torchvision==0.24.*'"
"""The newest torch that runs on cores without the dot product (pytorch/pytorch#176993)."""


def diagnose(
    returncode: int, stderr: Iterable[str], *, imported: bool, cpu: str | None
) -> WorkerLost:
    """Explain the end of a worker; `imported` tells whether it got past importing torch."""
    said = [line for line in stderr if line.strip()]
    if returncode == -signal.SIGILL and not imported:
        return _illegal_import(cpu)
    if returncode == -signal.SIGKILL:
        return WorkerLost(
            "the worker was killed (SIGKILL), most often by the kernel when memory runs out",
            "choose a smaller batch size; `dmesg | tail` tells whether it was memory",
        )
    if returncode < 0:
        name = signal.Signals(-returncode).name
        return WorkerLost(f"the worker died of {name}{_last(said)}", "try another configuration")
    if not imported and any(line.startswith("ModuleNotFoundError") for line in said):
        return WorkerLost(
            f"the worker cannot be imported{_last(said)}",
            "install resnettui with its dependencies: pip install .",
            final=True,
        )
    return WorkerLost(
        f"the worker ended with exit code {returncode}{_last(said)}", "try another configuration"
    )


def _illegal_import(cpu: str | None) -> WorkerLost:
    return WorkerLost(
        f"torch {installed('torch')} died of an illegal instruction while it was imported: "
        f"it was not built for this processor ({cpu or 'unknown'})",
        REINSTALL,
        final=True,
    )


def installed(package: str) -> str:
    """Return the version of an installed package without importing it."""
    # It takes 12 ms to import, and is needed when things have gone wrong.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _last(said: list[str]) -> str:
    return f": {said[-1].strip()}" if said else ""
