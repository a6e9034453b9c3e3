"""Record states in the derived tables: read one, write many, and settle what is visible."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlcipher3.dbapi2 import Connection

from db.schema import TYPED
from ranger_app.domain import canonical
from ranger_app.domain.record_state import RecordState, Write

CREATED, HIDDEN, NEWER, DISPUTED, LEFT_OUT = 1, 2, 4, 8, 16
"""Bits of ``record.state``; a list shows what is created and not hidden.

``LEFT_OUT`` is what the record says of itself; whether it is hidden depends on its children too.
"""

VISIBLE = f"state & {CREATED | HIDDEN} = {CREATED}"
"""SQL condition for what lists, maps and exports show."""

BELOW = f"""
WITH RECURSIVE below (id, state) AS (
    SELECT id, state FROM record WHERE parent = ? AND state & {CREATED}
    UNION SELECT r.id, r.state FROM below b JOIN record r ON r.parent = b.id WHERE r.state & {CREATED}
) SELECT 1 FROM below WHERE state & {LEFT_OUT} = 0 LIMIT 1
"""
"""Whether something stands below a record that is to be seen; a ring of parents ends by itself."""

_COLUMN_TYPES: dict[str, type] = {"TEXT": str, "INTEGER": int}


def typed_row(kind: str, values: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Split values into those of the kind's columns, in their order, and the rest.

    A value whose type is not that of its column (a newer version wrote it) stays with the rest.
    """
    rest = dict(values)
    row = []
    for name, column in TYPED[kind][1].items():
        value = rest.get(name)
        fits = isinstance(value, _COLUMN_TYPES[column]) and not isinstance(value, bool)
        row.append(rest.pop(name) if fits else None)
    return tuple(row), rest


class RecordRows:
    """Loads and stores :class:`RecordState` over the derived connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._last_no: int | None = None
        self._new: set[int] = set()
        self._kinds: dict[int, str] = {}
        self._disputed: set[int] = set()
        self._old_parents: dict[str, str] = {}
        self.has_lost = False

    def number(self, state: RecordState) -> int:
        """The record's row number on this laptop; a new one for a record that has no row yet."""
        if not state.no:
            if self._last_no is None:
                self._last_no = int(self._db.execute("SELECT coalesce(max(no), 0) FROM record").fetchone()[0])
            self._last_no += 1
            state.no = self._last_no
            self._new.add(state.no)
        return state.no

    def load(self, record: str) -> RecordState:
        """The state of a record as it is stored; an empty one when there is none."""
        raw = bytes.fromhex(record)
        row = self._db.execute(
            "SELECT no, kind, audience, parent, origin, state, heads, covers, extra FROM record WHERE id = ?", (raw,)
        ).fetchone()
        if row is None:
            return RecordState(record, sealed_refs=self._sealed_refs(raw), superseded=self._superseded(raw))
        no, kind, audience, parent, origin, bits, heads, covers, extra = row
        self._kinds[no] = kind
        if parent:
            self._old_parents[record] = parent.hex()
        if bits & DISPUTED:
            self._disputed.add(no)
        values: dict[str, Any] = json.loads(extra) if extra else {}
        values.update(self._typed_values(kind, no))
        return RecordState(
            record,
            kind=kind,
            audience=audience,
            parent=parent.hex() if parent else "",
            origin=origin.hex(),
            is_created=bool(bits & CREATED),
            is_hidden=bool(bits & HIDDEN),
            is_newer=bool(bits & NEWER),
            values=values,
            heads={name: (refs,) if isinstance(refs, str) else tuple(refs) for name, refs in _load(heads).items()},
            rivals=self._rivals(raw) if bits & DISPUTED else {},
            covers={ref: tuple(seen) for ref, seen in _load(covers).items()},
            sealed_refs=self._sealed_refs(raw),
            superseded=self._superseded(raw),
            no=no,
        )

    def _superseded(self, raw: bytes) -> frozenset[tuple[str, str]]:
        if not self.has_lost:
            return frozenset()
        rows = self._db.execute("SELECT field, ref FROM superseded WHERE record = ?", (raw,)).fetchall()
        return frozenset((name, ref.hex()) for name, ref in rows)

    def _typed_values(self, kind: str, no: int) -> dict[str, Any]:
        if kind not in TYPED:
            return {}
        table, columns = TYPED[kind]
        names = ", ".join(f'"{name}"' for name in columns)
        row = self._db.execute(f'SELECT {names} FROM "{table}" WHERE no = ?', (no,)).fetchone()
        return {} if row is None else {n: v for n, v in zip(columns, row, strict=True) if v is not None}

    def _rivals(self, raw: bytes) -> dict[str, tuple[Write, ...]]:
        found: dict[str, list[Write]] = {}
        rows = self._db.execute("SELECT field, ref, at, value FROM rival WHERE record = ? ORDER BY field, ref", (raw,))
        for name, ref, at, value in rows:
            found.setdefault(name, []).append(Write(ref.hex(), at, json.loads(value)))
        return {name: tuple(writes) for name, writes in found.items()}

    def _sealed_refs(self, raw: bytes) -> frozenset[str]:
        rows = self._db.execute(
            "SELECT s.covers FROM sealed d JOIN seal s ON s.ref = d.ref WHERE d.record = ?", (raw,)
        ).fetchall()
        return frozenset(ref for (covers,) in rows for ref in json.loads(covers))

    def write(self, states: Iterable[RecordState]) -> None:
        """Store states, each once."""
        inserts, updates = [], []
        typed: dict[str, list[tuple[Any, ...]]] = {}
        for state in states:
            self.number(state)
            self._leave_old_table(state)
            rest: dict[str, Any] = state.values
            if state.kind in TYPED:
                row, rest = typed_row(state.kind, state.values)
                typed.setdefault(state.kind, []).append((state.no, *row))
            self._write_rivals(state)
            values = (
                state.kind, state.audience, bytes.fromhex(state.parent) or None, bytes.fromhex(state.origin),
                self._bits(state), _heads_text(state.heads), _dump(state.covers), _dump(rest), state.no,
            )  # fmt: skip
            if state.no in self._new:
                inserts.append((bytes.fromhex(state.id), *values))
            else:
                updates.append(values)
        self._db.executemany(
            "INSERT INTO record (id, kind, audience, parent, origin, state, heads, covers, extra, no)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            inserts,
        )
        self._db.executemany(
            "UPDATE record SET kind = ?, audience = ?, parent = ?, origin = ?, state = ?, heads = ?, covers = ?,"
            " extra = ? WHERE no = ?",
            updates,
        )
        for kind, rows in typed.items():
            table, columns = TYPED[kind]
            marks = ", ".join("?" * (len(columns) + 1))
            self._db.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', rows)
        self._new.clear()

    def _bits(self, state: RecordState) -> int:
        return (
            CREATED * state.is_created | HIDDEN * state.is_hidden | NEWER * state.is_newer
            | DISPUTED * bool(state.rivals or state.covers) | LEFT_OUT * state.is_left_out
        )  # fmt: skip

    def _leave_old_table(self, state: RecordState) -> None:
        old = self._kinds.get(state.no)
        if old is not None and old != state.kind and old in TYPED:
            self._db.execute(f'DELETE FROM "{TYPED[old][0]}" WHERE no = ?', (state.no,))

    def _write_rivals(self, state: RecordState) -> None:
        raw = bytes.fromhex(state.id)
        if state.no in self._disputed:
            self._db.execute("DELETE FROM rival WHERE record = ?", (raw,))
        self._db.executemany(
            "INSERT INTO rival (record, field, ref, at, value) VALUES (?, ?, ?, ?, ?)",
            [
                (raw, name, bytes.fromhex(write.ref), write.at, canonical.encode(write.value).decode())
                for name, writes in state.rivals.items()
                for write in writes
            ],
        )

    # What is visible

    def settle(self, states: Mapping[str, RecordState]) -> None:
        """Write which touched records are hidden and what is to be decided about them.

        A record that somebody took back stays visible while a child of it is still to be seen; so its
        ancestors are looked at again too.
        """
        pending = dict(states)
        if self._db.execute("SELECT 1 FROM record WHERE covers IS NOT NULL LIMIT 1").fetchone() is not None:
            for state in states.values():
                self._add_ancestors(state.parent, pending)
                self._add_ancestors(self._old_parents.get(state.id, ""), pending)
        self._old_parents.clear()
        for state in pending.values():
            self._write_visibility(state, state.is_left_out and not self._has_visible_below(state))
        for state in pending.values():
            self._write_conflicts(state)

    def _add_ancestors(self, parent: str, pending: dict[str, RecordState]) -> None:
        climbed: set[str] = set()
        while parent and parent not in climbed:
            climbed.add(parent)
            above = pending.get(parent) or self.load(parent)
            if not above.no:
                return
            pending[parent] = above
            parent = above.parent

    def _has_visible_below(self, state: RecordState) -> bool:
        return self._db.execute(BELOW, (bytes.fromhex(state.id),)).fetchone() is not None

    def _write_conflicts(self, state: RecordState) -> None:
        raw = bytes.fromhex(state.id)
        if state.no in self._disputed:
            self._db.execute("DELETE FROM conflict WHERE record = ?", (raw,))
        if not (state.rivals or state.covers):
            self._disputed.discard(state.no)
            return
        self._disputed.add(state.no)
        children: tuple[str, ...] = ()
        if state.is_taken_back:
            rows = self._db.execute(f"SELECT origin FROM record WHERE parent = ? AND {VISIBLE}", (raw,))
            children = tuple(origin.hex() for (origin,) in rows)
        self._db.executemany(
            "INSERT OR REPLACE INTO conflict (id, record, field, refs) VALUES (?, ?, ?, ?)",
            [(bytes.fromhex(c.id), raw, c.field, json.dumps(c.refs)) for c in state.conflicts(children)],
        )

    def _write_visibility(self, state: RecordState, is_hidden: bool) -> None:
        if is_hidden != state.is_hidden:
            state.is_hidden = is_hidden
            self._db.execute("UPDATE record SET state = ? WHERE no = ?", (self._bits(state), state.no))


def _heads_text(heads: Mapping[str, tuple[str, ...]]) -> str | None:
    return _dump({name: refs[0] if len(refs) == 1 else refs for name, refs in heads.items()})


def _dump(value: Mapping[str, Any]) -> str | None:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if value else None


def _load(text: str | None) -> dict[str, Any]:
    return json.loads(text) if text else {}
