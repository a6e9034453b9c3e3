"""What a damaged file of a station does to who reads it."""

from __future__ import annotations

import struct

import sqlcipher3.dbapi2 as sqlcipher
from sqlcipher3.dbapi2 import Connection

ODD_ROWS = (TypeError, AttributeError, ValueError, LookupError, RuntimeError, struct.error)
"""What rows on a damaged page lead to, which may hold values of any type; a fault of ours where no page is damaged."""


def page_faults(connection: Connection) -> tuple[str, ...]:
    """What SQLite itself finds wrong with the file's pages; it cannot see altered content."""
    try:
        lines = [row[0] for row in connection.execute("PRAGMA quick_check(5)").fetchall()]
    except sqlcipher.DatabaseError as error:
        return (str(error),)
    return () if lines == ["ok"] else tuple(line for text in lines for line in text.splitlines())
