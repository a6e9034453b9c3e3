"""Letting the system have memory back that was needed for a moment only."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MOST_ARENAS = -1, -3, -8
"""Numbers of these options in glibc's ``malloc.h``."""

_LARGE_BYTES = 1 << 20
"""Pieces from this size on go back as soon as they are freed."""

_SPARE_BYTES = 4 << 20
_ARENAS = 2


@cache
def keep_little() -> Any:
    """Have large pieces go back at once: glibc keeps ever larger ones, and those of each thread apart.

    Returns:
        The C library where it is glibc; ``None`` elsewhere, where nothing has to be done.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt") or not hasattr(library, "malloc_trim"):
        return None
    library.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
    library.mallopt(_TRIM_THRESHOLD, _SPARE_BYTES)
    library.mallopt(_MOST_ARENAS, _ARENAS)
    return library


def give_back() -> None:
    """Give back what lies free between pieces that are needed; takes a few milliseconds, other threads go on."""
    library = keep_little()
    if library is not None:
        library.malloc_trim(0)
