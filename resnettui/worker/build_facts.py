"""What torch tells of itself: threads, OpenMP, oneDNN, and what fp32 is computed in."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import torch

from resnettui.core.machine import STRICT

FPMATH_VARIABLES = ("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE")
"""What oneDNN reads before its first primitive, the first of them first."""

_ONEDNN = re.compile(r"(?:MKL-DNN|oneDNN) v([\d.]+)")
_OPENMP_THREADS = re.compile(r"omp_get_max_threads\(\) : (\d+)")
_OPENMP_LIBRARY = re.compile(r"/(libgomp|libiomp5|libomp)\b[^/]*$", re.MULTILINE)


class BuildFacts(TypedDict):
    """Some of the fields of Build."""

    threads: int | None
    openmp_runtime: str
    openmp_threads: int | None
    onednn: str
    acl: bool | None
    math_mode: str


def build_facts() -> BuildFacts:
    """Return what this torch tells, in the state that the process is in."""
    parallel = torch.__config__.parallel_info()
    threads = _OPENMP_THREADS.search(parallel)
    version = _ONEDNN.search(torch.__config__.show())
    return BuildFacts(
        threads=torch.get_num_threads(),
        openmp_runtime=openmp_library(_mapped_files()),
        openmp_threads=int(threads[1]) if threads else None,
        onednn=version[1] if version and torch.backends.mkldnn.is_available() else "",
        acl=_acl(),
        math_mode=default_math_mode(os.environ),
    )


def openmp_library(maps: str) -> str:
    """Return the OpenMP runtimes among the files that /proc/self/maps lists."""
    return ", ".join(dict.fromkeys(_OPENMP_LIBRARY.findall(maps)))


def default_math_mode(environment: Mapping[str, str]) -> str:
    """Return what fp32 is computed in: STRICT, or what environment or torch's settings allow."""
    told = [environment.get(name, "").lower() for name in FPMATH_VARIABLES]
    # torch 2.9 and later; "none" leaves it to the strict default.
    told.append(str(getattr(torch.backends.mkldnn, "fp32_precision", "none")))
    faster = [mode for mode in told if mode not in ("", "none", "ieee", STRICT)]
    return faster[0] if faster else STRICT


def _acl() -> bool | None:
    try:
        return bool(torch.ops.mkldnn._is_mkldnn_acl_supported())
    except (AttributeError, RuntimeError):  # An operator without a promise: it may go.
        return None


def _mapped_files() -> str:
    maps = Path("/proc/self/maps")
    return maps.read_text(errors="replace") if maps.exists() else ""
