"""Long work: a plain function that is handed a context, which reports progress and carries the wish to stop."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ranger_app.errors import RangerAppError


class Cancelled(RangerAppError):
    """A person asked to stop; nothing of the unfinished step is stored."""

    code = "cancelled"


class Progress(NamedTuple):
    """How far a job is.

    Attributes:
        done: Steps finished, in the unit of the stage.
        total: Steps in all; ``None`` when nobody can know.
        stage: A key of ``messages.TEXTS`` that names what is being done.
    """

    done: int
    total: int | None
    stage: str


_BATCHES: list[None] = []


@contextmanager
def without_collecting() -> Iterator[None]:
    """Nothing of a batch is garbage before its end, and looking for garbage meanwhile holds every thread up."""
    is_collecting = gc.isenabled()
    gc.disable()
    _BATCHES.append(None)
    try:
        yield
    finally:
        _BATCHES.pop()
        if is_collecting:
            gc.enable()


def is_collecting_useless() -> bool:
    """Whether a batch is going on, for whoever collects by itself."""
    return bool(_BATCHES)


class JobContext:
    """Handed to long work: one call, :meth:`step`, both reports progress and honours cancel."""

    def __init__(self, report: Callable[[Progress], None] | None = None) -> None:
        self._report = report
        self._stop = threading.Event()
        self._to_wake: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """Ask the job to stop at its next step; may be called from any thread."""
        self._stop.set()
        for wake in tuple(self._to_wake):
            wake()

    @contextmanager
    def woken_by(self, wake: Callable[[], None]) -> Iterator[None]:
        """Within the block the job waits for somebody else: *wake* ends that when a stop is asked for.

        Args:
            wake: Called in the thread that asks, and perhaps after the wait is over.
        """
        self._to_wake.append(wake)
        try:
            if self._stop.is_set():
                wake()
            yield
        finally:
            self._to_wake.remove(wake)

    @property
    def is_cancelled(self) -> bool:
        return self._stop.is_set()

    def step(self, done: int, total: int | None, stage: str) -> None:
        """Report progress; raise :class:`Cancelled` when a stop was asked for."""
        if self._stop.is_set():
            raise Cancelled(stage=stage)
        if self._report is not None:
            self._report(Progress(done, total, stage))
