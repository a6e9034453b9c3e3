"""Connections to the station's SQLite files, encrypted or not: one way for both.

SQLCipher without a key reads and writes plain SQLite, so that the same driver serves both kinds of station.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sqlcipher3.dbapi2 as sqlcipher
from sqlcipher3.dbapi2 import Connection

from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    import sqlite_utils

BUSY_MS = 5000
"""How long a statement waits for the other connection of this program."""

ROOM = 1 << 18
"""Bytes on the disk without which SQLite cannot even begin to read: its index of the WAL takes 32 KB at a time."""


GROUP_SIZES = (8, 64, 512)
"""How many values are looked for in one question."""


class StationUnreadableError(RangerAppError):
    """A station file cannot be opened: not a database, damaged, or another key."""

    code = "station-unreadable"


class DiskFullError(RangerAppError):
    """The disk has no room; nothing of the act was stored."""

    code = "disk-full"


class DiskFailingError(RangerAppError):
    """The disk cannot be read or written; nothing of the act was stored."""

    code = "disk-failing"


FULL = "database or disk is full"
FAILING = ("disk I/O error", "attempt to write a readonly database", "unable to open database file")


def disk_trouble(error: BaseException) -> RangerAppError | None:
    """What *error* says of the disk, as an error to be told; ``None`` when it is about something else."""
    if isinstance(error, sqlcipher.OperationalError):
        if FULL in str(error):
            return DiskFullError()
        return DiskFailingError(reason=str(error)) if str(error) in FAILING else None
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFullError()
        if error.errno in (errno.EIO, errno.EROFS):
            return DiskFailingError(reason=error.strerror or str(error))
    return None


def connect(path: Path, *, key: bytes | None = None, durable: bool = True, read_only: bool = False) -> Connection:
    """Open a station file in autocommit mode; transactions are begun and ended by name.

    Args:
        key: 32 raw bytes; ``None`` for a plain file.
        durable: Whether a commit waits for the disk (``synchronous=FULL``); derived tables need not.
        read_only: The window's connection: ``query_only``, never waits for the writer.

    Raises:
        StationUnreadableError: The file is no database, or another key wrote it.
        OSError: The disk is full.
    """
    # Another thread may only ever close it; every statement runs in the thread that owns the connection.
    connection = sqlcipher.connect(str(path), isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=False)
    try:
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        connection.execute("PRAGMA foreign_keys = ON")
        # No old copy of a text stays in the gaps of a page, where a check would not look and a thief would.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        if not read_only:
            # The pages of a batch stay in memory until its commit, so that none is written twice.
            connection.execute("PRAGMA cache_size = -8000")
        connection.execute(f"PRAGMA query_only = {int(read_only)}")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlcipher.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlcipher.OperationalError) and shutil.disk_usage(path.parent).free < ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
        raise StationUnreadableError(file=path.name, reason=str(error)) from error
    return connection


def in_groups(values: Sequence[bytes]) -> Iterator[tuple[str, Sequence[bytes]]]:
    """Cut *values* into groups for ``IN (…)``: the marks of each, and its values.

    There are few sizes of groups, so that few statements are prepared; the last value stands for those that lack.
    """
    if len(values) == 1:
        yield "(?)", values
        return
    size = next(size for size in GROUP_SIZES if size >= len(values) or size == GROUP_SIZES[-1])
    marks = f"({', '.join('?' * size)})"
    for start in range(0, len(values), size):
        group = values[start : start + size]
        yield marks, [*group, *[group[-1]] * (size - len(group))]


class Atomic:
    """A transaction over one connection: committed at the end of the ``with`` block, or rolled back.

    A class because each save opens two, and a generator takes longer.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._connection.rollback()
            return
        try:
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise


def as_sqlite_utils(connection: Connection) -> sqlite_utils.Database:
    """The same connection with sqlite-utils' tables and rows; loads sqlite-utils, so not in the window's thread."""
    sys.modules.setdefault("pysqlite3", sys.modules["sqlcipher3"])
    sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher)
    import sqlite_utils

    return sqlite_utils.Database(connection, execute_plugins=False)
