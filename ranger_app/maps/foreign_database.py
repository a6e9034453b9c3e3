"""SQLite files of strangers: only read, and not for longer or larger than a map needs.

What is called a table may be a view that its maker wrote to harm a reader. Tables and views are therefore read under an
authorizer that knows a list of functions and refuses recursion, with a clock that stops a statement, and with a limit
on the length of any value, which SQLite checks before it reads one.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ranger_app.maps.tiles import MOST_TILE_BYTES, Presence

SIGN: Final = b"SQLite format 3\x00"

LONGEST_S: Final = 2.0
"""How long one question may take: a stick that has to be woken up is waited for, a view that never ends is not."""

_STEPS_BETWEEN_LOOKS: Final = 20_000
"""Steps of SQLite's machine between two looks at the clock: about a millisecond."""

_FUNCTIONS: Final = frozenset(
    {"length", "typeof", "coalesce", "ifnull", "nullif", "substr", "min", "max", "abs", "count", "lower", "upper"}
)
"""What a view may call: none of these makes anything larger than what it is given."""

_ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_LIMITS: Final = (
    (sqlite3.SQLITE_LIMIT_LENGTH, MOST_TILE_BYTES + 4096),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (sqlite3.SQLITE_LIMIT_COLUMN, 500),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 50),
    (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 10),
    (sqlite3.SQLITE_LIMIT_VDBE_OP, 25_000),
    (sqlite3.SQLITE_LIMIT_FUNCTION_ARG, 8),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100),
    (sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 16),
    (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN)
_PRAGMAS: Final = (
    "PRAGMA trusted_schema = OFF", "PRAGMA query_only = ON", "PRAGMA mmap_size = 0", "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = FILE", "PRAGMA cache_size = -4000",
)  # fmt: skip


class TooSlowError(OSError):
    """A question took longer than `LONGEST_S` or what it was given."""


class ForeignDatabase:
    """One connection that can only read, shared by threads one after the other.

    Raises:
        OSError: The file is not there, is no database, or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._until = 0.0
        self._presence = Presence(path)
        self._connection: sqlite3.Connection | None = self._opened()

    def _opened(self) -> sqlite3.Connection:
        with told_by_system(self.path):
            connection = sqlite3.connect(
                read_only_name(self.path), uri=True, check_same_thread=False, isolation_level=None
            )
            try:
                connection.text_factory = bytes
                for limit, most in _LIMITS:
                    connection.setlimit(limit, most)
                for pragma in _PRAGMAS:
                    connection.execute(pragma)
                connection.set_progress_handler(self._is_over, _STEPS_BETWEEN_LOOKS)
                connection.set_authorizer(_may)
                self._until = time.monotonic() + LONGEST_S
                connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
            except (sqlite3.Error, UnicodeError):
                connection.close()
                raise
        return connection

    def _is_over(self) -> bool:
        return time.monotonic() > self._until

    @contextmanager
    def _asked(self, longest_s: float) -> Iterator[sqlite3.Connection]:
        """The connection for one question of this thread."""
        with self._lock:
            if self._connection is None:
                raise OSError(errno.EBADF, "closed", str(self.path))
            self._presence.check()
            self._until = time.monotonic() + longest_s
            with told_by_system(self.path):
                yield self._connection

    def rows(
        self, question: str, values: Sequence[int | str] = (), *, most: int = 1, longest_s: float = LONGEST_S
    ) -> list[tuple[Any, ...]]:
        """At most *most* rows; texts come as bytes.

        Raises:
            TooSlowError: It took longer than *longest_s*.
            OSError: The file is gone, damaged, or was closed; the question cannot be asked; a value is too long.
        """
        with self._asked(longest_s) as connection, closing(connection.execute(question, values)) as cursor:
            return cursor.fetchmany(most)

    def columns(self, table: str) -> frozenset[str]:
        """Names of the columns of a table or view, in lower case; empty when there is none that can be read.

        Raises:
            OSError: The file is gone, damaged, or was closed.
        """
        with self._asked(LONGEST_S) as connection:
            try:
                with closing(connection.execute(f'SELECT * FROM "{table}" LIMIT 0')) as cursor:
                    return frozenset(name.lower() for name, *_ in cursor.description)
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                    raise
                return frozenset()

    def require_there(self) -> None:
        """Do nothing while the file is there.

        Raises:
            OSError: It is gone, or another has its name.
        """
        self._presence.check()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


@contextmanager
def told_by_system(path: Path) -> Iterator[None]:
    """Turn what SQLite says of *path* into an error of the system; its own words may hold bytes that are no text.

    Raises:
        TooSlowError: The clock stopped a statement.
        OSError: Anything else that it said.
    """
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            raise TooSlowError(errno.ETIMEDOUT, "takes too long", str(path)) from error
        is_long = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_TOOBIG
        raise OSError(errno.EFBIG if is_long else errno.EIO, str(error), str(path)) from error
    except UnicodeError as error:
        raise OSError(errno.EIO, "no text", str(path)) from error


def _may(action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None) -> int:
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def read_only_name(path: Path) -> str:
    """What SQLite is told to open *path* by, so that nothing is written into it or beside it.

    A database in WAL mode whose log is empty is read as one that never changes: otherwise SQLite wants to make an index
    of the log beside it, which a read-only stick refuses.

    Raises:
        OSError: It cannot be read, or is no database.
    """
    with path.open("rb") as stream:
        head = stream.read(20)
    if not head.startswith(SIGN):
        raise OSError(errno.EINVAL, "no database", str(path))
    try:
        has_log = path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        has_log = False
    is_still = 2 in head[18:20] and not has_log
    told = os.path.abspath(path).replace(os.sep, "/")
    # A drive's letter stands after a third slash, and a server's name after a fourth.
    place = quote(os.fsencode(told if told.startswith("/") else f"/{told}"))
    return f"file://{place}?mode=ro" + ("&immutable=1" if is_still else "")
