"""Garbage collection: put off where much is made that stays, such as while the app starts.

To look through modules again and again, or through thousands of trials, finds nothing: it is a
tenth of the time to the first frame.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """Collect nothing until `begin`, or the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def begin() -> None:
    """Collect from now on, where it was put off, and leave alone what there is already."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
