"""What every benchmark says, and how it takes time: medians of rounds that alternate between us and the peer."""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of docs/benchmarks.md.

    Attributes:
        what: What was measured, as a sentence without a full stop.
        ours, peer: The two figures with their units; *peer* names itself and is empty for a figure that stands alone.
        measured: The figure that must keep to the limit, in the unit of *limit*.
        unit: What *measured* and *limit* count, such as "x" for a ratio.
        is_least: Whether the limit is the least that is good; otherwise it is the most.
    """

    what: str
    ours: str
    peer: str = ""
    measured: float
    limit: float
    unit: str = "x"
    is_least: bool = False

    @property
    def is_reached(self) -> bool:
        return self.measured >= self.limit if self.is_least else self.measured <= self.limit


def seconds(act: Callable[[], object]) -> float:
    """How long *act* takes once, without the garbage of others."""
    gc.collect()
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def medians(rounds: int, *acts: Callable[[], object]) -> list[float]:
    """The median time of each act; the rounds alternate, so that a busy machine is busy for all of them."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for times, act in zip(taken, acts, strict=True):
            times.append(seconds(act))
    return [statistics.median(times) for times in taken]


def in_own_process(
    module: str, *arguments: str, offscreen: bool = False, python: str = sys.executable
) -> dict[str, Any]:
    """Run ``python -m module arguments`` and read the one JSON line it prints last."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    # An installed program has its bytecode.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if offscreen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command: Sequence[str] = [python, "-m", module, *arguments]
    told = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    answer: dict[str, Any] = json.loads(told.splitlines()[-1])
    return answer
