"""A station on a medium that takes no writing, a write-protected card or a full disk: read in a copy, never changed."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlcipher3.dbapi2 import Connection

from db.blobs import Blobs
from db.drafts import Draft, Drafts
from db.journal import Merged
from db.keys_file import NAME as KEYS_NAME
from db.lock import StationLockedError, is_held
from db.store import DERIVED, JOURNAL, Store
from ranger_app.domain.change import Change
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext

NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""What the system says where a file cannot be written, although its folder is there."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says where there is no room."""

IN_MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory: for the copy, when every disk is full."""

COPIED = tuple(name + more for name in (JOURNAL, DERIVED) for more in ("", "-wal"))
"""SQLite writes beside its files even to read them; what a crash left in the second one has to come along."""


class StationReadOnlyError(RangerAppError):
    """Something was to be written into a station that cannot be written here."""

    code = "station-read-only"


class StationFullError(StationReadOnlyError):
    """Something was to be written into a station whose disk had no room when it was opened."""

    code = "station-full"


class ReadOnlyDrafts(Drafts):
    """What was left unfinished, for reading."""

    def __init__(self, connection: Connection, refusal: StationReadOnlyError) -> None:
        super().__init__(connection)
        self._refusal = refusal

    def save(self, draft: Draft) -> None:
        """Refused: the copy is thrown away."""
        raise self._refusal

    def drop(self, officer: str, form: str, record: str) -> None:
        """Refused: it would be there again."""
        raise self._refusal


class ReadOnlyStore(Store):
    """A station whose folder cannot be written: its tables are a copy that is thrown away, its blobs the originals.

    Attributes:
        original: The station's own folder.
        refusal: Why nothing can be written.
    """

    def __init__(
        self, folder: Path, *, home: Path, place: Path, key: bytes | None = None, is_full: bool = False
    ) -> None:
        self.original = folder
        self.refusal = (StationFullError if is_full else StationReadOnlyError)(folder=str(folder))
        if is_held(folder):
            raise StationLockedError(folder=str(folder), holder="")
        self._copy = tempfile.TemporaryDirectory(prefix="ranger-", dir=place, ignore_cleanup_errors=True)
        try:
            copy = Path(self._copy.name)
            for name in (*COPIED, KEYS_NAME, "lock"):
                with suppress(FileNotFoundError):
                    shutil.copyfile(folder / name, copy / name)
            super().__init__(copy, home=home, key=key)
        except BaseException:
            self._copy.cleanup()
            raise

    def _bind(self) -> None:
        super()._bind()
        self.drafts = ReadOnlyDrafts(self._journal_db, self.refusal)
        self.blobs = Blobs(self._journal_db, self.original / "blobs")

    def _check_logs(self) -> None:
        """Nothing is ever written, so no log goes on in two places."""

    def _sweep(self) -> None:
        """Nothing is removed from what cannot be written."""

    def close(self) -> None:
        """Throw the copy away."""
        super().close()
        self._copy.cleanup()

    def begin(self) -> None:
        """Refused.

        Raises:
            StationReadOnlyError: Always.
        """
        raise self.refusal

    def make_room(self) -> bool:
        """None: nothing is saved here."""
        return False

    def merge(self, changes: Iterable[Change], context: JobContext | None = None) -> Merged:
        """Refused.

        Raises:
            StationReadOnlyError: Always.
        """
        raise self.refusal


def open_store(folder: Path, *, home: Path, key: bytes | None = None) -> Store:
    """Open a station folder for work, or only to be read where it cannot be written or has no room.

    Raises:
        StationMissingError, StationUnreadableError, StationLockedError: It cannot be opened.
        OSError: Not even reading is allowed, or there is no room for that.
    """
    try:
        return Store(folder, home=home, key=key)
    except OSError as error:
        if error.errno not in NOT_WRITABLE | FULL:
            raise
        found = error
    is_full = found.errno in FULL
    for place in _places():
        try:
            return ReadOnlyStore(folder, home=home, key=key, place=place, is_full=is_full)
        except OSError as error:
            if error.errno not in FULL:
                raise
            found = error
    raise found


def _places() -> Iterator[Path]:
    """Where a copy may lie, the first choice first."""
    with suppress(FileNotFoundError):  # what the library says of a disk where it could write nothing
        yield Path(tempfile.gettempdir())
    if IN_MEMORY.is_dir():
        yield IN_MEMORY
