"""A first look at a station before it is open for work: only what reading takes, so that a window can show it early."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlcipher3.dbapi2 import Connection, DatabaseError

from db import schema
from db.applied import last_tip
from db.connection import StationUnreadableError, connect
from db.keys_file import read_keys
from db.reader import Reader


class FirstSight(NamedTuple):
    """A read-only view; whoever has it closes both connections."""

    station_id: str
    reader: Reader
    derived: Connection
    journal: Connection


def first_sight(folder: Path) -> FirstSight | None:
    """Look at a plain station whose tables are in step with its journal: opening it will not make them anew.

    ``None`` when that cannot be said, for whatever reason; then it has to be opened before it can be seen.
    """
    if not (folder / schema.JOURNAL_NAME).exists() or not (folder / schema.DERIVED_NAME).exists():
        return None
    opened: list[Connection] = []
    try:
        _, station_id, _ = read_keys(folder)
        opened += [
            connect(folder / schema.DERIVED_NAME, read_only=True),
            connect(folder / schema.JOURNAL_NAME, read_only=True),
        ]
        reader = Reader(*opened)
        if _is_in_step(reader, opened[1]):
            return FirstSight(station_id, reader, *opened)
    except (StationUnreadableError, DatabaseError, OSError):
        pass  # opening it for work says what is wrong
    for connection in opened:
        connection.close()
    return None


def _is_in_step(reader: Reader, journal: Connection) -> bool:
    if reader.derived.execute("PRAGMA user_version").fetchone()[0] != schema.DERIVED_VERSION:
        return False
    newest = journal.execute("SELECT n, id FROM change ORDER BY n DESC LIMIT 1").fetchone()
    return newest is not None and newest == last_tip(reader.derived)


def open_read_only(folder: Path, *, key: bytes | None = None) -> tuple[Reader, Connection, Connection]:
    """The window's own view of an open station: reader, derived connection, journal connection."""
    derived = connect(folder / schema.DERIVED_NAME, key=key, read_only=True)
    journal = connect(folder / schema.JOURNAL_NAME, key=key, read_only=True)
    return Reader(derived, journal), derived, journal
