"""What programs use that are measured from their start: it loads next to nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path


def median(values: Iterable[float]) -> float:
    """The middle one, or the mean of the two in the middle."""
    import statistics  # it brings fractions, decimals and random numbers

    return statistics.median(values)


def peak_mb() -> float:
    """The most memory this process has held so far, in MB; 0 where nobody can say.

    Linux is asked by its own file: ``getrusage`` there begins with what the parent held.
    """
    if sys.platform == "linux":
        return _memory_mb("VmHWM")
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def held_mb() -> float:
    """The memory this process holds now, in MB; its peak where only that is known."""
    return _memory_mb("VmRSS") if sys.platform == "linux" else peak_mb()


def _memory_mb(name: str) -> float:
    told = Path("/proc/self/status").read_text(encoding="ascii")
    [line] = [line for line in told.splitlines() if line.startswith(name + ":")]
    return int(line.split()[1]) * 1024 / 1e6
