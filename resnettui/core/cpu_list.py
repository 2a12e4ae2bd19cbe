"""Lists of cores as the Linux kernel writes them: "0-3,8,10-11"."""

import re
from collections.abc import Sequence

_MOST_CORES = 1 << 16
"""A core list that names more than this is nonsense, not a machine."""
_MOST_DIGITS = 18

_CPU_LIST = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*", re.ASCII)


def is_cpu_list(text: str) -> bool:
    """Tell whether a text is nothing but a list of cores that names one at least."""
    return bool(_CPU_LIST.fullmatch(text)) and bool(parse_cpu_list(text))


def parse_cpu_list(text: str | None) -> tuple[int, ...]:
    """Return the core ids of a kernel list such as "0-3,8,10-11", sorted; () if there are none."""
    cores: set[int] = set()
    for part in (text or "").split(","):
        first, dash, last = part.strip().partition("-")
        if _is_number(first) and (not dash or _is_number(last)):
            cores.update(range(int(first), min(int(last or first), _MOST_CORES) + 1))
    return tuple(sorted(cores))


def _is_number(text: str) -> bool:
    # Python refuses to make a number of thousands of digits.
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def format_cpu_list(cores: Sequence[int]) -> str:
    """Return sorted core ids as the kernel writes them: "0-3,8"."""
    runs: list[list[int]] = []
    for core in cores:
        if runs and core == runs[-1][-1] + 1:
            runs[-1].append(core)
        else:
            runs.append([core])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
