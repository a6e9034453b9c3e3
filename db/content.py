"""What the derived tables say, by ids: to compare them with a rebuild, or with another laptop's.

Row numbers follow arrival and say nothing; here they are replaced by the ids of the records and changes they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from sqlcipher3.dbapi2 import Connection

from db.journal import Journal
from db.schema import TYPED
from db.track_rows import MOST_CHUNKS, PLACE_BITS

Row = tuple[Any, ...]
"""Name of the table, then its columns."""

BY_ID = {
    "record": "SELECT id, kind, audience, parent, origin, state, heads, covers, extra FROM record ORDER BY id",
    "rival": "SELECT record, field, ref, at, value FROM rival ORDER BY record, field, ref",
    "conflict": "SELECT id, record, field, refs FROM conflict ORDER BY id",
    "custody": "SELECT entry, ref, exhibit, after FROM custody ORDER BY entry, ref",
    "seal": "SELECT ref, seal, audience, revision, covers, checkpoint FROM seal ORDER BY ref",
    "sealed": "SELECT record, ref FROM sealed ORDER BY record, ref",
    "late": "SELECT record, ref FROM late ORDER BY record, ref",
    "fork": "SELECT log, previous, ids FROM fork ORDER BY log, previous",
    "clock_note": "SELECT log, ref, first, last, offset_ms, found_by FROM clock_note ORDER BY log, ref, first, last",
    "witness": "SELECT ref, by_key, checkpoint, signature FROM witness ORDER BY ref, by_key",
    "alarm": "SELECT id, code, facts FROM alarm ORDER BY id",
    "opened": "SELECT log, ref, audience, device, device_name FROM opened ORDER BY log, ref",
    "branch": "SELECT tip, log, audience, size, peaks FROM branch ORDER BY tip",
    "lost": "SELECT ref FROM lost ORDER BY ref",
}
"""Tables whose rows name nothing by number."""

HISTORY = """
SELECT r.id, h.n, h.after_seal FROM record r JOIN history h ON h.record = r.no ORDER BY r.id, h.n
"""
CHUNKS = """
SELECT r.id, c.place, c.digest, c.first, c.count, c.shown FROM track_chunk c LEFT JOIN record r ON r.no = c.no
ORDER BY r.id, c.place
"""
BOXES = f"""
SELECT r.id, b.id & {2 * MOST_CHUNKS - 1}, b.west, b.east, b.south, b.north, b.begins, b.ends
FROM track_box b LEFT JOIN record r ON r.no = b.id >> {PLACE_BITS + 1} ORDER BY 1, 2
"""
STRAYS = "SELECT count(*) FROM history h LEFT JOIN record r ON r.no = h.record WHERE r.no IS NULL"


def derived_content(derived: Connection, journal: Journal) -> Iterator[Row]:
    """Every row of the derived tables, in an order and with names that are the same on all laptops.

    Args:
        journal: The journal that the tables were derived from.
    """
    for table, query in BY_ID.items():
        for row in derived.execute(query):
            yield (table, *row)
    for kind, (table, columns) in TYPED.items():
        names = ", ".join(f't."{name}"' for name in columns)
        query = f'SELECT r.id, r.kind, {names} FROM "{table}" t LEFT JOIN record r ON r.no = t.no ORDER BY r.id'
        for row in derived.execute(query):
            yield (kind, *row)
    for table, query in (("track_chunk", CHUNKS), ("track_box", BOXES)):
        for row in derived.execute(query):
            yield (table, *row)
    yield from _history(derived, journal)


def _history(derived: Connection, journal: Journal) -> Iterator[Row]:
    ids = journal.ids()
    record: bytes | None = None
    lines: list[tuple[bytes, int]] = []
    for identity, n, after_seal in derived.execute(HISTORY):
        if identity != record:
            yield from (("history", record, *line) for line in sorted(lines))
            record, lines = identity, []
        lines.append((ids.get(n, b""), after_seal))
    yield from (("history", record, *line) for line in sorted(lines))
    yield ("history", None, derived.execute(STRAYS).fetchone()[0])


def identical(one: Connection, other: Connection, journal: Journal) -> bool:
    """Whether two sets of derived tables of one journal say the same; both are read once, row by row."""
    return first_difference(one, other, journal) is None


def first_difference(one: Connection, other: Connection, journal: Journal) -> tuple[Row | None, Row | None] | None:
    """The first rows that differ, ``None`` for a side that has ended; ``None`` alone when there are none."""
    for pair in zip_longest(derived_content(one, journal), derived_content(other, journal)):
        if pair[0] != pair[1]:
            return pair
    return None
