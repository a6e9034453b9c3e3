"""Long work: a plain function that is handed a context, which reports progress and carries the wish to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ranger_app.errors import RangerAppError


class Cancelled(RangerAppError):
    """A person asked to stop; nothing of the unfinished step is stored."""

    code = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        done: Steps finished, in the unit of the stage.
        total: Steps in all; ``None`` when nobody can know.
        stage: A key of ``messages.TEXTS`` that names what is being done.
    """

    done: int
    total: int | None
    stage: str


class JobContext:
    """Handed to long work: one call, :meth:`step`, both reports progress and honours cancel."""

    def __init__(self, report: Callable[[Progress], None] | None = None) -> None:
        self._report = report
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next step; may be called from any thread."""
        self._stop.set()

    @property
    def is_cancelled(self) -> bool:
        return self._stop.is_set()

    def step(self, done: int, total: int | None, stage: str) -> None:
        """Report progress; raise :class:`Cancelled` when a stop was asked for."""
        if self._stop.is_set():
            raise Cancelled(stage=stage)
        if self._report is not None:
            self._report(Progress(done, total, stage))
