"""The versions and conditions that stand beside a stored trial."""

import platform
from pathlib import Path

from resnettui import __version__
from resnettui.machine.sysfs import find, read_text


def conditions(root: Path = Path("/")) -> dict[str, str]:
    """Return resnettui's, Python's and the kernel's version, and the cores' clock governor."""
    found = {
        "resnettui": __version__,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "governor": _governors(root),
    }
    return {name: value for name, value in found.items() if value}


def _governors(root: Path) -> str:
    """Return what sets the clock; several, where the clusters differ; "" where nothing tells."""
    policies = find(root / "sys/devices/system/cpu/cpufreq", "policy*")
    governors = (read_text(policy / "scaling_governor") for policy in policies)
    return ", ".join(sorted({governor for governor in governors if governor}))
