"""Garbage collection: put off while the app starts, and then only in what is made from there on.

What a start makes, modules above all, stays to the end. To look through it again and again is a
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
