"""Reading the small files of procfs and sysfs: what cannot be read or understood is None."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK = 1 << 16
LARGEST = (1 << 64) - 1
"""The kernel counts in 64 bits: a larger number is nonsense, and too much for a float."""
_ABSENT = (errno.ENOENT, errno.ENOTDIR)


@dataclass(frozen=True)
class Recording:
    """The files below `root` that were read, so that reading them again gives the same."""

    root: Path
    below: str = ""
    """The folder that what is read stands in."""
    files: dict[str, bytes] = field(default_factory=dict)

    def note(self, path: Path, data: bytes) -> None:
        """Keep what a file holds; a file that was read several times as it was at last."""
        if path.is_relative_to(self.root):
            self.files[str(Path(self.below) / path.relative_to(self.root))] = data


_recording: ContextVar[Recording | None] = ContextVar("_recording", default=None)


@contextmanager
def recorded(root: Path) -> Iterator[Recording]:
    """Keep what is read below `root` in this context while it lasts."""
    recording = Recording(root)
    token = _recording.set(recording)
    try:
        yield recording
    finally:
        _recording.reset(token)


@contextmanager
def noted_below(folder: str) -> Iterator[None]:
    """Keep what is read in a folder of its own, beside what was read before."""
    outer = _recording.get()
    inner = outer and Recording(outer.root, folder, outer.files)
    token = _recording.set(inner)
    try:
        yield
    finally:
        _recording.reset(token)


def note(path: Path, data: bytes) -> None:
    """Add to what is recorded, if anything is, what no file told."""
    if (recording := _recording.get()) is not None:
        recording.note(path, data)


def is_this_machine(root: Path) -> bool:
    """Tell whether a root is the running system's and no stand-in for one."""
    return root.absolute() == Path("/")


def read_text(path: Path, limit: int | None = None) -> str | None:
    """Return a file's text without surrounding blanks and NULs, or None if it cannot be read.

    With a `limit`, reading stops after about so many bytes: procfs only makes what is read.
    """
    try:
        # A third of what Path.read_text costs, and the sampler reads many files a second.
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        if error.errno not in _ABSENT:
            note(path, b"")  # It is there, and tells nothing.
        return None
    try:
        data = _read_all(handle, limit)
    except OSError:  # A sensor that is switched off answers EINVAL, ENODATA or EAGAIN.
        note(path, b"")
        return None
    finally:
        os.close(handle)
    note(path, data)
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
        value = int(text, base)
    except ValueError:  # "max", "<unknown>", an empty file
        return None
    return value if abs(value) <= LARGEST else None


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
