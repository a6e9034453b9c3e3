"""How far ``derived.db`` has come: each change ends a branch, so the newest end of one is the last change applied."""

from __future__ import annotations

from sqlcipher3.dbapi2 import Connection


def last_tip(derived: Connection) -> tuple[int, bytes] | None:
    """Number and id of the last change applied; ``None`` in an empty file."""
    row = derived.execute("SELECT n, tip FROM branch ORDER BY n DESC LIMIT 1").fetchone()
    return (int(row[0]), bytes(row[1])) if row else None


def last_applied(derived: Connection) -> tuple[int, str]:
    """Number and ref of the last change applied; (0, "") in an empty file."""
    from ranger_app.domain.change import ref_of

    tip = last_tip(derived)
    return (tip[0], ref_of(tip[1])) if tip is not None else (0, "")
