"""A station on a medium that takes no writing, such as a write-protected card: looked at in a copy, never changed."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.blobs import Blobs
from db.journal import Merged
from db.keys_file import NAME as KEYS_NAME
from db.lock import StationLockedError, is_held
from db.store import DERIVED, JOURNAL, Store
from db.transaction import Transaction
from ranger_app.domain.change import Change
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext

NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""What the system says where a file cannot be written, although its folder is there."""

COPIED = tuple(name + more for name in (JOURNAL, DERIVED) for more in ("", "-wal"))
"""SQLite writes beside its files even to read them; what a crash left in the second one has to come along."""


class StationReadOnlyError(RangerAppError):
    """Something was to be written into a station that cannot be written here."""

    code = "station-read-only"


class ReadOnlyStore(Store):
    """A station whose folder cannot be written: its tables are a copy that is thrown away, its blobs the originals.

    Attributes:
        original: The station's own folder.
    """

    def __init__(self, folder: Path, *, home: Path, key: bytes | None = None) -> None:
        self.original = folder
        if is_held(folder):
            raise StationLockedError(folder=str(folder), holder="")
        self._copy = tempfile.TemporaryDirectory(prefix="ranger-", ignore_cleanup_errors=True)
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
        self.blobs = Blobs(self._journal_db, self.original / "blobs")

    def _check_logs(self) -> None:
        """Nothing is ever written, so no log goes on in two places."""

    def _sweep(self) -> None:
        """Nothing is removed from what cannot be written."""

    def close(self) -> None:
        """Throw the copy away."""
        super().close()
        self._copy.cleanup()

    @contextmanager
    def transaction(self, officer: str) -> Iterator[Transaction]:
        """Refused.

        Raises:
            StationReadOnlyError: Always.
        """
        raise StationReadOnlyError(folder=str(self.original))
        yield Transaction(self, officer)

    def merge(self, changes: Iterable[Change], context: JobContext | None = None) -> Merged:
        """Refused.

        Raises:
            StationReadOnlyError: Always.
        """
        raise StationReadOnlyError(folder=str(self.original))


def open_store(folder: Path, *, home: Path, key: bytes | None = None) -> Store:
    """Open a station folder for work, or only to be read where it cannot be written.

    Raises:
        StationMissingError, StationUnreadableError, StationLockedError: It cannot be opened.
        OSError: Not even reading is allowed.
    """
    try:
        return Store(folder, home=home, key=key)
    except OSError as error:
        if error.errno not in NOT_WRITABLE:
            raise
        return ReadOnlyStore(folder, home=home, key=key)
