"""The file of the derived tables: opened as it stands, or begun anew where it cannot be trusted; filled in batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlcipher3.dbapi2 import Connection

from db import schema
from db.connection import Atomic, StationUnreadableError, connect
from db.derivation import Deriver
from db.journal import Stored
from ranger_app.jobs import JobContext

BATCH = 5000
"""Changes that are derived in one transaction."""


def open_derived(path: Path, *, key: bytes | None, was_cut_off: bool) -> tuple[Connection, str]:
    """The tables as they stand, or empty ones with the code that says why.

    Args:
        was_cut_off: Nobody waited for the disk to keep these tables, and the machine went down or may have: pages of
            several moments may stand side by side.
    """
    if not path.exists():
        return fresh_derived(path, key=key), "derived-missing"
    if was_cut_off:
        return fresh_derived(path, key=key), "derived-doubtful"
    try:
        connection = connect(path, key=key, durable=False)
        if connection.execute("PRAGMA user_version").fetchone()[0] == schema.DERIVED_VERSION:
            return connection, ""
        connection.close()
    except (StationUnreadableError, sqlcipher.DatabaseError):
        return fresh_derived(path, key=key), "derived-unreadable"
    return fresh_derived(path, key=key), "derived-outdated"


def fresh_derived(path: Path, *, key: bytes | None) -> Connection:
    """Empty tables, in the place of whatever is there."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        (path.parent / name).unlink(missing_ok=True)
    connection = connect(path, key=key, durable=False)
    connection.executescript(f"BEGIN;{schema.derived()}COMMIT;")
    return connection


def derive_all(
    connection: Connection, deriver: Deriver, changes: Iterator[Stored], total: int, context: JobContext
) -> None:
    """Apply all of *changes*, a batch in each transaction; after an error another deriver must go on."""
    done = 0
    while batch := list(islice(changes, BATCH)):
        context.step(done, total, "deriving")
        with Atomic(connection):
            deriver.apply(batch)
        done += len(batch)
