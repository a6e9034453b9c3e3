"""Folders in which creating a station was cut off."""

from __future__ import annotations

from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from db.connection import StationUnreadableError, connect
from db.keys_file import NAME as KEYS_NAME
from db.schema import DERIVED_NAME, JOURNAL_NAME


def is_unborn(folder: Path) -> bool:
    """Whether creating a station was cut off here before its first change: nothing in it is worth keeping."""
    ours = {KEYS_NAME, JOURNAL_NAME, DERIVED_NAME, "lock", "blobs"}
    for path in folder.iterdir():
        name = path.name.removesuffix("-wal").removesuffix("-shm")
        if name not in ours and not name.startswith(".new-"):
            return False
        if path.is_dir() and any(path.iterdir()):
            return False
    if not (folder / KEYS_NAME).exists():
        return False
    if not (folder / JOURNAL_NAME).exists():
        return True
    try:
        connection = connect(folder / JOURNAL_NAME, read_only=True)
    except StationUnreadableError:
        return False
    try:
        return int(connection.execute("SELECT count(*) FROM change").fetchone()[0]) == 0
    except sqlcipher.DatabaseError:
        return True  # the journal has no tables yet
    finally:
        connection.close()
