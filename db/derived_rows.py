"""Record states in the derived tables: read one, write many, and settle what is visible."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlcipher3.dbapi2 import Connection

from db.connection import in_groups
from db.schema import CREATED, DISPUTED, HIDDEN, LEFT_OUT, NEWER, TYPED, VISIBLE
from db.track_rows import TrackRows
from ranger_app.domain import canonical
from ranger_app.domain.record_state import RecordState, Write
from ranger_app.json_bytes import dumped, loaded

BELOW = f"""
WITH RECURSIVE below (id, state) AS (
    SELECT id, state FROM record WHERE parent = ? AND state & {CREATED}
    UNION SELECT r.id, r.state FROM below b JOIN record r ON r.parent = b.id WHERE r.state & {CREATED}
) SELECT 1 FROM below WHERE state & {LEFT_OUT} = 0 LIMIT 1
"""
"""Whether something stands below a record that is to be seen; a ring of parents ends by itself."""

_CLASSES: dict[str, type] = {"TEXT": str, "INTEGER": int}
_COLUMNS = {
    kind: tuple((name, _CLASSES[column]) for name, column in columns.items()) for kind, (_, columns) in TYPED.items()
}


def typed_row(kind: str, no: int, values: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Split values into a row of the kind's table, beginning with the record's number, and the rest.

    A value whose type is not that of its column (a newer version wrote it) stays with the rest.
    """
    rest = dict(values)
    row: list[Any] = [no]
    for name, column in _COLUMNS[kind]:
        value = rest.pop(name, None)
        if value.__class__ is column:  # the very class: True is no number here
            row.append(value)
        else:
            row.append(None)
            if value is not None:
                rest[name] = value
    return tuple(row), rest


_INSERT = (
    "INSERT INTO record (id, kind, audience, parent, origin, state, heads, covers, extra, no)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE record SET kind = ?, audience = ?, parent = ?, origin = ?, state = ?, heads = ?, covers = ?, extra = ?"
    " WHERE no = ?"
)
_SELECT = "SELECT id, no, kind, audience, parent, origin, state, heads, covers, extra FROM record WHERE id IN "
_SELECT_ONE = f"{_SELECT}(?)"


class RecordRows:
    """Loads and stores :class:`RecordState` over the derived connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._last_no: int | None = None
        self._new: set[int] = set()
        self._kinds: dict[int, str] = {}
        self._disputed: set[int] = set()
        self._old_parents: dict[str, str] = {}
        self._tracks = TrackRows(connection)
        self.has_lost = False
        self.has_seals = True
        self.has_taken_back = True

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
        row = self._db.execute(_SELECT_ONE, (raw,)).fetchone()
        return self._empty(record, raw) if row is None else self._state(row, self._typed_values((row,)))

    def load_all(self, records: Collection[str]) -> dict[str, RecordState]:
        """The states of records as they are stored, empty ones for those that are not."""
        found: dict[str, RecordState] = {}
        for marks, group in in_groups([bytes.fromhex(record) for record in records]):
            rows = self._db.execute(_SELECT + marks, group).fetchall()
            typed = self._typed_values(rows) if rows else {}
            for row in rows:
                found[row[0].hex()] = self._state(row, typed)
        for record in records if len(found) < len(records) else ():
            if record not in found:
                found[record] = self._empty(record, bytes.fromhex(record))
        return found

    def _empty(self, record: str, raw: bytes) -> RecordState:
        return RecordState(record, sealed_refs=self._sealed_refs(raw), superseded=self._superseded(raw))

    def _state(self, row: tuple[Any, ...], typed: Mapping[int, Mapping[str, Any]]) -> RecordState:
        raw, no, kind, audience, parent, origin, bits, heads, covers, extra = row
        record = raw.hex()
        self._kinds[no] = kind
        if parent:
            self._old_parents[record] = parent.hex()
        if bits & DISPUTED:
            self._disputed.add(no)
        return RecordState(
            record,
            kind=kind,
            audience=audience,
            parent=parent.hex() if parent else "",
            origin=origin.hex(),
            is_created=bits & CREATED != 0,
            is_hidden=bits & HIDDEN != 0,
            is_newer=bits & NEWER != 0,
            values={**_load(extra), **typed.get(no, {})},
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

    def _typed_values(self, rows: Sequence[tuple[Any, ...]]) -> dict[int, dict[str, Any]]:
        """Number of each record to the values in its typed table."""
        numbers: dict[str, list[Any]] = {}
        for row in rows:
            if row[2] in TYPED:
                numbers.setdefault(row[2], []).append(row[1])
        found = {}
        for kind, asked in numbers.items():
            table, columns = TYPED[kind]
            names = ", ".join(f'"{name}"' for name in columns)
            for marks, group in in_groups(asked):
                for no, *values in self._db.execute(f'SELECT no, {names} FROM "{table}" WHERE no IN {marks}', group):
                    found[no] = {name: v for name, v in zip(columns, values, strict=True) if v is not None}
        return found

    def _rivals(self, raw: bytes) -> dict[str, tuple[Write, ...]]:
        found: dict[str, list[Write]] = {}
        rows = self._db.execute("SELECT field, ref, at, value FROM rival WHERE record = ? ORDER BY field, ref", (raw,))
        for name, ref, at, value in rows:
            found.setdefault(name, []).append(Write(ref.hex(), at, json.loads(value)))
        return {name: tuple(writes) for name, writes in found.items()}

    def _sealed_refs(self, raw: bytes) -> frozenset[str]:
        if not self.has_seals:
            return frozenset()
        rows = self._db.execute(
            "SELECT s.covers FROM sealed d JOIN seal s ON s.ref = d.ref WHERE d.record = ?", (raw,)
        ).fetchall()
        return frozenset(ref for (covers,) in rows for ref in json.loads(covers))

    def write(self, states: Iterable[RecordState]) -> None:
        """Store states, each once."""
        inserts, updates = [], []
        typed: dict[str, list[tuple[Any, ...]]] = {}
        tracks: list[tuple[int, Mapping[str, Any], bool]] = []
        for state in states:
            no, kind = state.no or self.number(state), state.kind
            if self._kinds.get(no, kind) != kind:
                self._leave_old_table(no)
            rest: dict[str, Any] = state.values
            if kind in TYPED:
                row, rest = typed_row(kind, no, rest)
                typed.setdefault(kind, []).append(row)
            if kind == "track":
                tracks.append((no, state.values, no in self._new))
            if state.rivals or no in self._disputed:
                self._write_rivals(state)
            if state.covers:
                self.has_taken_back = True
            values = (
                kind, state.audience, bytes.fromhex(state.parent) or None, bytes.fromhex(state.origin),
                self._bits(state), _heads_text(state.heads) if state.heads else None, _dump(state.covers), _dump(rest),
                no,
            )  # fmt: skip
            if no in self._new:
                inserts.append((bytes.fromhex(state.id), *values))
            else:
                updates.append(values)
        if inserts:
            self._db.executemany(_INSERT, inserts)
        if updates:
            self._db.executemany(_UPDATE, updates)
        for kind, rows in typed.items():
            table, columns = TYPED[kind]
            marks = ", ".join("?" * (len(columns) + 1))
            self._db.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', rows)
        if tracks:
            self._tracks.write(tracks)
        self._new.clear()

    def _bits(self, state: RecordState) -> int:
        bits = CREATED if state.is_created else 0
        if state.is_hidden:
            bits |= HIDDEN
        if state.is_newer:
            bits |= NEWER
        if state.rivals or state.covers:
            bits |= DISPUTED
            if state.is_left_out:
                bits |= LEFT_OUT
        return bits

    def _leave_old_table(self, no: int) -> None:
        old = self._kinds.pop(no)
        if old in TYPED:
            self._db.execute(f'DELETE FROM "{TYPED[old][0]}" WHERE no = ?', (no,))
        if old == "track":
            self._tracks.forget(no)

    def _write_rivals(self, state: RecordState) -> None:
        raw = bytes.fromhex(state.id)
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
        if self.has_taken_back:
            for state in states.values():
                self._add_ancestors(state.parent, pending)
                self._add_ancestors(self._old_parents.get(state.id, ""), pending)
        self._old_parents.clear()
        looked_at = [
            state for state in pending.values()
            if state.covers or state.rivals or state.is_hidden or state.no in self._disputed
        ]  # fmt: skip
        for state in looked_at:
            self._write_visibility(state, state.is_left_out and not self._has_visible_below(state))
        for state in looked_at:
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
        is_disputed = bool(state.rivals or state.covers)
        if not is_disputed and state.no not in self._disputed:
            return
        raw = bytes.fromhex(state.id)
        self._db.execute("DELETE FROM conflict WHERE record = ?", (raw,))
        if not is_disputed:
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
    # Names of fields and refs need no escaping, and most fields have one head.
    texts = []
    for name, refs in sorted(heads.items()):
        joined = '","'.join(refs)
        texts.append(f'"{name}":"{joined}"' if len(refs) == 1 else f'"{name}":["{joined}"]')
    return f"{{{','.join(texts)}}}"


def _dump(value: Mapping[str, Any]) -> str | None:
    return dumped(value).decode() if value else None


def _load(text: str | None) -> dict[str, Any]:
    return loaded(text) if text else {}
