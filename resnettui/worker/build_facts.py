"""What torch tells of itself: threads, OpenMP, oneDNN."""

import re
from pathlib import Path
from typing import TypedDict

import torch

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
    )


def openmp_library(maps: str) -> str:
    """Return the OpenMP runtimes among the files that /proc/self/maps lists."""
    return ", ".join(dict.fromkeys(_OPENMP_LIBRARY.findall(maps)))


def _acl() -> bool | None:
    try:
        return bool(torch.ops.mkldnn._is_mkldnn_acl_supported())
    except (AttributeError, RuntimeError):  # An operator without a promise: it may go.
        return None


def _mapped_files() -> str:
    maps = Path("/proc/self/maps")
    return maps.read_text(errors="replace") if maps.exists() else ""
