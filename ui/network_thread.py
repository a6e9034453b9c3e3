"""The one thread that talks to others for minutes; what it writes down goes to the store thread in short pieces."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from PySide6.QtCore import QObject

from ranger_app.errors import RangerAppError
from ranger_app.jobs import Cancelled, JobContext, Progress
from ui.job_runner import Job, JobRunner
from ui.store_thread import StoreThread

if TYPE_CHECKING:
    from concurrent.futures import Future

    from db.store import Store
    from ranger_app.services.at_store import AtStore

Answer = TypeVar("Answer")

TalkJob: TypeAlias = "Callable[[AtStore, JobContext], Answer]"
"""Work that talks to others; runs in the network thread and reaches the store in pieces."""

LOOK_S = 0.1
"""How often somebody who waits for the store looks whether the window is being closed."""

PATIENCE_S = 1.5
"""So long closing waits for an answer that is under way; then whoever waits for it is left alone."""


class NetworkThread(QObject):
    """Talks while the window works and forms are saved.

    Args:
        thread: Owns the open station.
    """

    def __init__(self, thread: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = JobRunner(self, patience_s=PATIENCE_S)
        self._thread = thread
        self._is_closed = threading.Event()

    def submit(
        self,
        work: TalkJob[Answer],
        *,
        title: str = "",
        on_done: Callable[[Answer], None] | None = None,
        on_error: Callable[[RangerAppError], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        owner: QObject | None = None,
    ) -> Job[Answer]:
        """Have *work* done; answers come back in the window's thread."""

        def run(context: JobContext) -> Answer:
            return work(self._at_store, context)

        self._thread.begin()
        return self.jobs.submit(Job(run, title, on_done, on_error, on_progress, owner=owner))

    def _at_store(self, work: Callable[[Store], Answer]) -> Answer:
        """Runs in the network thread, and waits there.

        Raises:
            Cancelled: The window was closed before the store came to it.
        """
        answer: Future[Answer] = self._thread.hand_over(work)
        while not answer.done():
            if self._is_closed.is_set():
                raise Cancelled(stage="sending")
            try:
                return answer.result(LOOK_S)
            except TimeoutError:
                if answer.done():
                    raise
        return answer.result()

    def close(self) -> None:
        """Stop talking and end; while it waits for an answer from far away, it is left alone after a moment.

        The store thread has to be closed after this one, so that what was heard last is written down.
        """
        self.jobs.close()
        self._is_closed.set()
