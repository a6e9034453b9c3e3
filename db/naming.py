"""Records found by what people call them."""

from __future__ import annotations

from db.reader import Reader
from db.schema import VISIBLE
from db.stations import NUMBERED

TOGETHER = {"conflict": "incident"}
"""Kinds that share the numbers of another."""


def find_numbered(reader: Reader, kind: str, name: str) -> str:
    """Id of the record with this number, one that lists show before one that was taken back; empty when there is none.

    Args:
        kind: ``patrol``, ``incident`` (conflicts too), ``case`` or ``exhibit``; other kinds have no numbers.
    """
    found: list[tuple[bool, str]] = []
    for table in NUMBERED.get(TOGETHER.get(kind, kind), ()):
        rows = reader.derived.execute(
            f'SELECT NOT r.{VISIBLE}, r.id FROM "{table}" t JOIN record r ON r.no = t.no WHERE t.number = ?', (name,)
        )
        found += [(bool(is_hidden), raw.hex()) for is_hidden, raw in rows]
    return min(found, default=(False, ""))[1]


def has_namesake(reader: Reader, kind: str, record: str, number: str) -> bool:
    """Whether lists show another record that is numbered together with *record* and has its *number*."""
    for table in NUMBERED.get(TOGETHER.get(kind, kind), ()):
        found = reader.derived.execute(
            f'SELECT 1 FROM "{table}" t JOIN record r ON r.no = t.no WHERE t.number = ? AND r.id != ? AND r.{VISIBLE}',
            (number, bytes.fromhex(record)),
        ).fetchone()
        if found is not None:
            return True
    return False
