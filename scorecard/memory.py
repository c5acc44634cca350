"""Memory of the process itself."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import TypeVar

T = TypeVar("T")


def pin(made: T) -> T:
    """The same; all that is there by now is taken to stay, so that no garbage collection passes over it again.

    A pass over everything takes a tenth of a second, within somebody's request, and copies in each worker the pages
    that it shares with the others.
    """
    gc.collect()
    gc.freeze()
    return made


def give_back() -> None:
    """Give memory that is free within the process back to the system, where its C library can be told to.

    While a picture is made ready, counts are laid out for a moment and dropped. The library keeps such pieces for
    itself, in an area of each thread: measured on the demo, a fifth of what a process holds, for good.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
        if trim is not None:
            trim(0)
