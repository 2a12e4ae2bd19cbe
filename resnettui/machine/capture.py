"""A look at a board as an archive, from which another machine reads the same."""

import io
import re
import tarfile
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

_STAT_OF_TASK = re.compile(r"(?:\w+/)?proc/(\d+)/stat")
_LINES = {
    # A Raspberry Pi's serial number stands behind its cores.
    "proc/cpuinfo": re.compile(rb"^(?!Serial).*\n?", re.MULTILINE),
    "proc/self/status": re.compile(rb"^Cpus_allowed_list.*\n?", re.MULTILINE),
}
"""File -> which of its lines are kept, where it tells more than the readers ask for."""


def archive(files: Mapping[str, bytes], pids: Collection[int]) -> bytes:
    """Return a tar.gz of recorded files, those of other processes than `pids` left out.

    Neither owners nor times nor anything but what the readers read is in it.
    """
    kept = {name: _kept(name, data) for name, data in files.items() if _wanted(name, pids)}
    # What was read in vain because it is a folder.
    folders = {str(parent) for name in kept for parent in PurePosixPath(name).parents}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in sorted(kept.keys() - folders):
            entry = tarfile.TarInfo(name)
            entry.size = len(kept[name])
            tar.addfile(entry, io.BytesIO(kept[name]))
    return packed.getvalue()


def _wanted(name: str, pids: Collection[int]) -> bool:
    task = _STAT_OF_TASK.fullmatch(name)
    return task is None or int(task[1]) in pids


def _kept(name: str, data: bytes) -> bytes:
    keep = _LINES.get(name)
    return data if keep is None else b"".join(keep.findall(data))
