"""Long work beside the window: the only place that knows threads and carries answers back by signals."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal
from shiboken6 import isValid

from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext, Progress

Answer = TypeVar("Answer")

LEAST_PAUSE_S = 0.05
"""Progress is told to the window no more often than this."""

FOREVER_S = -1.0
"""Patience that never ends."""


@dataclass(eq=False, slots=True)
class Job(Generic[Answer]):
    """One piece of work.

    Attributes:
        title: What the status strip says while it runs; empty for work that nobody needs to see.
        on_done, on_error, on_progress: Called in the window's thread.
        is_urgent: Whether the window is to be closed only after it ran: saving what was typed.
        owner: Whoever wants the answer; when it is gone, nobody is told any more.
    """

    work: Callable[[JobContext], Answer]
    title: str = ""
    on_done: Callable[[Answer], None] | None = None
    on_error: Callable[[RangerAppError], None] | None = None
    on_progress: Callable[[Progress], None] | None = None
    is_urgent: bool = False
    owner: QObject | None = None
    context: JobContext = field(default_factory=JobContext)
    told_at: float = 0.0

    def cancel(self) -> None:
        """Ask the work to stop; ``on_error`` hears of it as ``Cancelled``."""
        self.context.cancel()


class _Told(NamedTuple):
    """What the worker says to the window."""

    job: Job[Any]
    began: bool = False
    progress: Progress | None = None
    error: BaseException | None = None
    answer: object = None


class _Worker(QThread):
    def __init__(self, runner: JobRunner) -> None:
        super().__init__(runner)
        self._runner = runner

    def run(self) -> None:
        self._runner.work_through()


class _LooseWorker:
    """A worker that may be left alone while it waits for somebody far away; it ends with the program at the latest."""

    def __init__(self, runner: JobRunner) -> None:
        self._run = runner.work_through
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def isRunning(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wait(self, patience_s: float) -> bool:
        """Wait for the end no longer than that; whether it came."""
        if self._thread is not None:
            self._thread.join(patience_s)
        return not self.isRunning()


class JobRunner(QObject):
    """Does one job after the other in a thread of its own.

    Signals carry the :class:`Job`, and arrive in the window's thread.

    Args:
        patience_s: How long closing waits for work that does not stop; then it is left alone, and heard no more.
    """

    began = Signal(object)
    progressed = Signal(object, object)
    ended = Signal(object)
    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None, *, patience_s: float = FOREVER_S) -> None:
        super().__init__(parent)
        self._patience_s = patience_s
        self._saying = threading.Lock()
        self._is_left = False
        self._waiting: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._unfinished: list[Job[Any]] = []
        self._is_closing = False
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._worker: _Worker | _LooseWorker = _Worker(self) if patience_s == FOREVER_S else _LooseWorker(self)

    def submit(self, job: Job[Answer]) -> Job[Answer]:
        """Queue *job*; the thread starts with the first one."""
        if self._is_closing:
            return job
        job.context = JobContext(lambda progress: self._report(job, progress))
        self._unfinished.append(job)
        self._waiting.put(job)
        if not self._worker.isRunning():
            self._worker.start()
        return job

    @property
    def is_busy(self) -> bool:
        return bool(self._unfinished)

    @property
    def title(self) -> str:
        """What is being done and has a name; empty when nothing is."""
        return next((job.title for job in self._unfinished if job.title), "")

    def close(self) -> None:
        """Cancel what may be cancelled, wait for the rest, end the thread; answers still on their way are dropped."""
        self._is_closing = True
        for job in self._unfinished:
            if not job.is_urgent:
                job.cancel()
        self._waiting.put(None)
        if isinstance(self._worker, _LooseWorker):
            self._worker.wait(self._patience_s)
            with self._saying:
                self._is_left = True
        elif self._worker.isRunning():
            self._worker.wait()

    # In the worker's thread

    def work_through(self) -> None:
        """Run the jobs until the runner is closed; only the worker calls this."""
        while (job := self._waiting.get()) is not None:
            self._run(job)

    def _report(self, job: Job[Any], progress: Progress) -> None:
        now = time.monotonic()
        if now - job.told_at >= LEAST_PAUSE_S or progress.done == progress.total:
            job.told_at = now
            self._say(_Told(job, progress=progress))

    def _run(self, job: Job[Any]) -> None:
        self._say(_Told(job, began=True))
        try:
            answer = job.work(job.context)
        except BaseException as error:  # noqa: BLE001 - carried to the window's thread, where it is told or crashes
            self._say(_Told(job, error=error))
            return
        self._say(_Told(job, answer=answer))

    def _say(self, told: _Told) -> None:
        """Nothing is said when nobody waits any more: the runner itself may be gone then."""
        with self._saying:
            if not self._is_left:
                self._heard.emit(told)

    # In the window's thread

    def _hear(self, told: _Told) -> None:
        job = told.job
        if told.began:
            self.began.emit(job)
            return
        if told.progress is not None:
            self.progressed.emit(job, told.progress)
            if job.on_progress is not None and not _is_gone(job.owner, job.on_progress):
                job.on_progress(told.progress)
            return
        self._unfinished.remove(job)
        self.ended.emit(job)
        if self._is_closing:
            return
        if told.error is None:
            if job.on_done is not None and not _is_gone(job.owner, job.on_done):
                job.on_done(told.answer)
        elif isinstance(told.error, RangerAppError) and job.on_error is not None:
            if not _is_gone(job.owner, job.on_error):
                job.on_error(told.error)
        else:
            sys.excepthook(type(told.error), told.error, told.error.__traceback__)


def _is_gone(owner: QObject | None, told: object) -> bool:
    """Whether whoever wants to hear was closed meanwhile: the owner, or the widget whose method is to be called."""
    whose = getattr(told, "__self__", None)
    return any(isinstance(one, QObject) and not isValid(one) for one in (owner, whose))
