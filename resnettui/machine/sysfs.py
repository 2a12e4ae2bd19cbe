"""Reading the small files of procfs and sysfs: what cannot be read or understood is None."""

import os
from pathlib import Path

_CHUNK = 1 << 16


def read_text(path: Path, limit: int | None = None) -> str | None:
    """Return a file's text without surrounding blanks and NULs, or None if it cannot be read.

    With a `limit`, reading stops after about so many bytes: procfs only makes what is read.
    """
    try:
        # A third of what Path.read_text costs, and the sampler reads many files a second.
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        data = _read_all(handle, limit)
    except OSError:  # A sensor that is switched off answers EINVAL, ENODATA or EAGAIN.
        return None
    finally:
        os.close(handle)
    return data.decode("utf-8", "replace").strip(" \t\r\n\0")


def _read_all(handle: int, limit: int | None) -> bytes:
    chunks = []
    size = 0
    # procfs may return less than asked before its end, so only an empty read is the end.
    while (limit is None or size < limit) and (chunk := os.read(handle, limit or _CHUNK)):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)


def read_int(path: Path, base: int = 10) -> int | None:
    """Return the one whole number that a file holds, or None if it holds none."""
    text = read_text(path)
    if text is None:
        return None
    try:
        return int(text, base)
    except ValueError:  # "max", "<unknown>", an empty file
        return None


def exists(path: Path) -> bool:
    """Tell whether a file is there; unlike Path.exists it does not raise where one may not look."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def find(root: Path, pattern: str) -> tuple[Path, ...]:
    """Return the existing files that match, sorted; a dangling link is not an existing file."""
    try:
        return tuple(sorted(path for path in root.glob(pattern) if exists(path)))
    except OSError:  # A device went away while its folder was being listed.
        return ()
