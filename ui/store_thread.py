"""The one thread that owns the open station; the window asks it for work and hears what was touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from PySide6.QtCore import QObject, Signal

from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext, Progress
from ui.job_runner import Job, JobRunner

if TYPE_CHECKING:
    from concurrent.futures import Future

    from db.blobs import Blobs
    from db.derivation import Touched
    from db.reader import Reader
    from db.store import Store

Answer = TypeVar("Answer")
REPLACED = "replaced"
"""Property of a window in whose place another one stands already."""

StoreJob: TypeAlias = "Callable[[Store, JobContext], Answer]"
"""Work on the open station; runs in the store thread."""

Rescue: TypeAlias = Callable[[RangerAppError], Answer]
"""What is done in the same thread when work is refused; it answers in its place, or raises."""


class FolderGoneError(RangerAppError):
    """The folder of the open station is not there any more: a stick was pulled out, or somebody moved it."""

    code = "station-folder-gone"


class NoRoomError(RangerAppError):
    """The disk is so full that a station cannot even be read."""

    code = "station-no-room"


class NotReadableError(RangerAppError):
    """The system does not let this person read the files of a station."""

    code = "station-not-readable"


class Sight(NamedTuple):
    """What a reading thread sees of the station."""

    reader: Reader
    blobs: Blobs


ReadJob: TypeAlias = Callable[[Sight, JobContext], Answer]
"""Questions that may take longer than a blink; run in a reading thread with a connection of its own."""


class Opened(NamedTuple):
    """An open station.

    Attributes:
        notices: Codes with their facts: what opening had to mend, said once.
        tables: Folder of the two databases: the station's own, or that of a copy.
        refusal: Why the station is only read; ``None`` when it is open for work.
    """

    station_id: str
    notices: tuple[tuple[str, Mapping[str, Any]], ...]
    tables: Path
    refusal: RangerAppError | None


class StoreThread(QObject):
    """Owns the ``Store`` of one station folder from opening to closing.

    ``touched`` carries the set of (kind, id) after each use case.
    """

    touched = Signal(object)

    def __init__(self, folder: Path, *, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.home = home
        self.jobs = JobRunner(self)
        self._store: Store | None = None
        self._opening: Job[Opened] | None = None

    def prepare(
        self, on_done: Callable[[Opened], None], on_error: Callable[[RangerAppError], None] | None = None
    ) -> None:
        """Say who hears of the opening; it is done by :meth:`begin`, or before the first work that needs it."""
        self._opening = Job(self._open, on_done=on_done, on_error=on_error)

    def begin(self) -> None:
        """Open the station now, unless that was begun."""
        opening, self._opening = self._opening, None
        if opening is not None:
            self.jobs.submit(opening)

    def _open(self, _context: JobContext) -> Opened:
        from db.connection import disk_trouble
        from db.read_only import FULL, NOT_WRITABLE, ReadOnlyStore, open_store

        folder = str(self.folder)
        try:
            self._store = store = open_store(self.folder, home=self.home)
        except OSError as error:
            if error.errno in FULL:
                raise NoRoomError(folder=folder) from error
            if error.errno in NOT_WRITABLE:
                raise NotReadableError(folder=folder, reason=error.strerror or str(error)) from error
            trouble = disk_trouble(error)
            if trouble is None:
                raise
            raise trouble from error
        store.told.append(self._tell)
        refusal = store.refusal if isinstance(store, ReadOnlyStore) else None
        return Opened(store.station_id, tuple(store.notices), store.folder, refusal)

    def _tell(self, touched: Touched) -> None:
        self.touched.emit(frozenset(touched.records))

    def submit(
        self,
        work: StoreJob[Answer],
        *,
        title: str = "",
        on_done: Callable[[Answer], None] | None = None,
        on_error: Callable[[RangerAppError], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        is_urgent: bool = False,
        owner: QObject | None = None,
        rescue: Rescue[Answer] | None = None,
    ) -> Job[Answer]:
        """Have *work* done with the open store; answers come back in the window's thread."""

        def run(context: JobContext) -> Answer:
            try:
                return self._do(work, context)
            except RangerAppError as error:
                if rescue is None:
                    raise
                return rescue(error)

        self.begin()
        return self.jobs.submit(Job(run, title, on_done, on_error, on_progress, is_urgent, owner))

    def hand_over(self, work: Callable[[Store], Answer]) -> Future[Answer]:
        """Have a short piece of work done in its turn for another thread, which waits for the answer.

        It is never done once this thread is closed; whoever waits has to look whether somebody closes it.
        """
        from concurrent.futures import Future

        answer: Future[Answer] = Future()

        def run(context: JobContext) -> None:
            try:
                answer.set_result(self._do(lambda store, _context: work(store), context))
            except BaseException as error:  # noqa: BLE001 - carried to the thread that waits
                answer.set_exception(error)

        self.jobs.submit(Job(run))
        return answer

    def _do(self, work: StoreJob[Answer], context: JobContext) -> Answer:
        if self._store is None:
            raise RuntimeError("the station is not open")
        if not (self.folder / "journal.db").exists():
            raise FolderGoneError(folder=str(self.folder))
        try:
            return work(self._store, context)
        except (sqlcipher.OperationalError, OSError) as error:
            from db.connection import disk_trouble

            trouble = disk_trouble(error)
            if trouble is None:
                raise
            raise trouble from error

    def make_room(self) -> None:
        """Have room made for the saves to come, in steps between which other work is done."""
        self.submit(lambda store, _: store.make_room(), on_done=lambda more: self.make_room() if more else None)

    def close(self) -> None:
        """Finish what saves typing, cancel the rest, let go of the folder."""
        self._opening = None
        self.jobs.submit(Job(self._close, is_urgent=True))
        self.jobs.close()

    def _close(self, _context: JobContext) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


class ReadThread(QObject):
    """Answers long questions with a read-only connection of its own.

    Attributes:
        tables: Folder of the two databases, where it is another one than the station's.
    """

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.tables = folder
        self.jobs = JobRunner(self)
        self._sight: Sight | None = None
        self._close_files: Callable[[], None] = lambda: None

    def submit(
        self,
        work: ReadJob[Answer],
        *,
        on_done: Callable[[Answer], None] | None = None,
        on_error: Callable[[RangerAppError], None] | None = None,
        owner: QObject | None = None,
    ) -> Job[Answer]:
        """Have *work* done with a reader; answers come back in the window's thread."""

        def run(context: JobContext) -> Answer:
            return work(self._open(), context)

        return self.jobs.submit(Job(run, "", on_done, on_error, owner=owner))

    def _open(self) -> Sight:
        if self._sight is None:
            from db.blobs import Blobs
            from db.sight import open_read_only

            reader, derived, journal = open_read_only(self.tables)
            self._sight = Sight(reader, Blobs(journal, self.folder / "blobs"))

            def close_files() -> None:
                derived.close()
                journal.close()

            self._close_files = close_files
        return self._sight

    def forget(self) -> None:
        """Let go of the files before they are made anew; they are opened again with the next question."""
        self.jobs.submit(Job(self._forget))

    def _forget(self, _context: JobContext) -> None:
        self._close_files()
        self._close_files = lambda: None
        self._sight = None

    def close(self) -> None:
        """End the thread and close its files."""
        self.jobs.submit(Job(self._forget, is_urgent=True))
        self.jobs.close()
