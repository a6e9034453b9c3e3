"""How far ``derived.db`` has come: number and ref of the last change applied, kept as one text."""

from __future__ import annotations

from sqlcipher3.dbapi2 import Connection


def last_applied(derived: Connection) -> tuple[int, str]:
    """Number and ref of the last change applied; (0, "") in an empty file."""
    row = derived.execute("SELECT value FROM meta WHERE key = 'applied'").fetchone()
    number, _, ref = (row[0] if row else "0 ").partition(" ")
    return int(number), ref
