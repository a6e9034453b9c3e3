"""Who changed what of a record and of everything that belongs to it: observations, photos, legs, waypoints."""

from __future__ import annotations

from db.journal import act_of
from db.reader import HistoryLine, Reader, RecordMissingError
from ranger_app.domain.change import is_ref

PARTS = (
    "WITH RECURSIVE tree(id, no) AS (SELECT id, no FROM record WHERE id = ? UNION"
    " SELECT r.id, r.no FROM record r JOIN tree t ON r.parent = t.id WHERE r.kind <> 'track')"
)
"""A record with its parts, those taken back too; a track is never edited, and is long."""


def tree_history(reader: Reader, record: str) -> tuple[HistoryLine, ...]:
    """Changes of a record and of its parts in causal order, each once with the ops that concern them."""
    raw = bytes.fromhex(record)
    inside = {identity.hex() for (identity,) in reader.derived.execute(f"{PARTS} SELECT id FROM tree", (raw,))}
    rows = reader.derived.execute(
        f"{PARTS} SELECT DISTINCT h.n FROM history h JOIN tree t ON h.record = t.no ORDER BY h.n", (raw,)
    ).fetchall()
    lines = []
    for (n,) in rows:
        for stored in reader.journal.stored(after=n - 1, up_to=n):
            act = act_of(stored)
            ops = tuple(op for op in act.ops if inside & {op.get("record"), op.get("entry"), op.get("exhibit")})
            lines.append(HistoryLine(stored.ref, act.at, act.by, ops, act.undoes))
    return tuple(lines)


def seal_history(reader: Reader, seal: str) -> tuple[HistoryLine, ...]:
    """The changes that sealed under this id, one in each audience concerned, in the order of their arrival.

    Raises:
        RecordMissingError: Nothing was sealed under it.
    """
    raw = bytes.fromhex(seal) if is_ref(seal) else b""
    refs = [ref.hex() for (ref,) in reader.derived.execute("SELECT ref FROM seal WHERE seal = ?", (raw,))]
    lines = []
    for n in sorted(n for n in map(reader.journal.n_of, refs) if n is not None):
        for stored in reader.journal.stored(after=n - 1, up_to=n):
            act = act_of(stored)
            ops = tuple(op for op in act.ops if op.get("seal") == seal)
            lines.append(HistoryLine(stored.ref, act.at, act.by, ops, act.undoes))
    if not lines:
        raise RecordMissingError(id=seal)
    return tuple(lines)
