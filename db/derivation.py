"""Derivation: the same ``apply`` makes every table from the changes, now, after a merge and at a rebuild.

What is derived is a function of the set of changes, not of their order. A batch is applied with the touched records
held in memory, and each is written once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlcipher3.dbapi2 import Connection

from db.derived_rows import RecordRows
from db.journal import Journal, Stored
from ranger_app.domain.change import NO_CHANGE, Act, NotAnActError, Op, decode_act, is_ref
from ranger_app.domain.custody import custody_forks
from ranger_app.domain.merkle import Peaks
from ranger_app.domain.record_state import RecordState
from ranger_app.domain.sealing import SealFacts, unaware_seals

KNOWN_ACTS = frozenset({
    "open", "create", "set", "retract", "reinstate", "hand_over", "seal", "clock_note", "witness",
})  # fmt: skip


@dataclass(slots=True)
class Touched:
    """What a batch changed: for whoever shows it.

    Attributes:
        records: (kind, id) of each record.
    """

    records: set[tuple[str, str]] = field(default_factory=set)


class Deriver:
    """Applies changes to ``derived.db``; the caller begins and ends transactions."""

    def __init__(self, derived: Connection, journal: Journal) -> None:
        self._db = derived
        self._journal = journal
        self._rows = RecordRows(derived)
        self._begin_batch()

    def _begin_batch(self) -> None:
        self._states: dict[str, RecordState] = {}
        self._history: list[tuple[int, int, int]] = []
        self._audiences: dict[bytes, str] = {}
        self._peaks: dict[bytes, tuple[bytes, Peaks]] = {}
        self._gone_branches: set[bytes] = set()
        self._exhibits: set[str] = set()
        self._resealed: set[str] = set()
        self._forked: set[tuple[bytes, bytes]] = set()
        self._moments: dict[str, int] = {}

    def applied(self) -> tuple[int, str]:
        """Number and ref of the last change applied; (0, "") in an empty file."""
        rows = dict(self._db.execute("SELECT key, value FROM meta WHERE key IN ('applied', 'applied_ref')").fetchall())
        return int(rows.get("applied", 0)), rows.get("applied_ref", "")

    def apply(self, changes: Iterable[Stored]) -> Touched:
        """Derive a batch; say which records it touched."""
        self._begin_batch()
        last: Stored | None = None
        for stored in changes:
            self._apply(stored)
            last = stored
        touched = self._finish()
        if last is not None:
            self._db.executemany(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                [("applied", str(last.n)), ("applied_ref", last.ref)],
            )
        return touched

    # One change

    def _apply(self, stored: Stored) -> None:
        self._grow_branch(stored)
        try:
            act = decode_act(stored.payload)
        except NotAnActError:
            self._alarm(f"unreadable/{stored.ref}", "change-unreadable", change=stored.ref)
            return
        at = self._corrected(stored, act)
        self._moments[stored.ref] = at
        for op in act.ops:
            self._apply_op(stored, act, at, op)

    def _apply_op(self, stored: Stored, act: Act, at: int, op: Op) -> None:
        name = op["act"]
        record = op.get("record")
        if name in ("create", "set", "retract", "reinstate") and is_ref(record):
            self._apply_to_record(stored, at, op, str(record))
        elif name == "open":
            self._db.execute(
                "INSERT OR REPLACE INTO opened (log, ref, audience, device, device_name) VALUES (?, ?, ?, ?, ?)",
                (stored.log, bytes.fromhex(stored.ref), str(op.get("audience")), str(op.get("device")),
                 str(op.get("device_name"))),
            )  # fmt: skip
            self._audiences[stored.log] = str(op.get("audience"))
        elif name == "hand_over":
            self._hand_over(stored, at, op)
        elif name == "seal":
            self._seal(stored, op)
        elif name == "clock_note":
            self._clock_note(stored, op)
        elif name == "witness":
            self._db.execute(
                "INSERT OR REPLACE INTO witness (ref, checkpoint, by_key, signature) VALUES (?, ?, ?, ?)",
                (bytes.fromhex(stored.ref), str(op.get("checkpoint")), str(op.get("by_key")), str(op.get("signature"))),
            )
        elif name not in KNOWN_ACTS and is_ref(record):
            state = self._state(str(record))
            state.is_newer = True
            state.seen_before_create(stored.ref, str(op.get("kind", "")), self._audience(stored.log))
            self._remember(state, stored, op)

    def _apply_to_record(self, stored: Stored, at: int, op: Op, record: str) -> None:
        state = self._state(record)
        self._remember(state, stored, op)
        bases = op.get("bases")
        bases = bases if isinstance(bases, dict) else {}
        if op["act"] == "create":
            state.create(stored.ref, at, op, self._audience(stored.log), self._moment)
            return
        state.seen_before_create(stored.ref, str(op.get("kind", "")), self._audience(stored.log))
        if op["act"] == "set":
            values = op.get("set")
            written = dict(values) if isinstance(values, dict) else {}
            if isinstance(op.get("position"), str):
                written["~position"] = op["position"]
            for name, value in written.items():
                state.write(name, stored.ref, at, value, _refs(bases.get(name)), self._moment)
        else:
            state.change_state(stored.ref, at, op, _refs(bases.get("~state")), self._moment)

    def _hand_over(self, stored: Stored, at: int, op: Op) -> None:
        exhibit, entry = op.get("exhibit"), op.get("entry")
        if not (is_ref(exhibit) and is_ref(entry)):
            return
        after = sorted({ref for ref in _refs(op.get("after"))})
        self._db.execute(
            "INSERT OR REPLACE INTO custody (entry, ref, exhibit, after) VALUES (?, ?, ?, ?)",
            (bytes.fromhex(str(entry)), bytes.fromhex(stored.ref), bytes.fromhex(str(exhibit)), json.dumps(after)),
        )
        state = self._state(str(entry))
        made = {**op, "kind": "custody", "parent": {"kind": "exhibit", "record": exhibit}}
        state.create(stored.ref, at, made, self._audience(stored.log), self._moment)
        self._remember(state, stored, op)
        self._exhibits.add(str(exhibit))

    def _seal(self, stored: Stored, op: Op) -> None:
        records = [r["record"] for r in op.get("records", ()) if isinstance(r, dict) and is_ref(r.get("record"))]
        covers = sorted(set(_refs(op.get("covers"))))
        revision = op.get("revision")
        seal = op.get("seal")
        if not is_ref(seal):
            return
        self._db.execute(
            "INSERT OR REPLACE INTO seal (ref, seal, audience, revision, covers, checkpoint) VALUES (?, ?, ?, ?, ?, ?)",
            (bytes.fromhex(stored.ref), bytes.fromhex(str(seal)), self._audience(stored.log),
             revision if isinstance(revision, int) else 0, json.dumps(covers), str(op.get("checkpoint", ""))),
        )  # fmt: skip
        self._db.executemany(
            "INSERT OR IGNORE INTO sealed (record, ref) VALUES (?, ?)",
            [(bytes.fromhex(record), bytes.fromhex(stored.ref)) for record in records],
        )
        for record in records:
            self._resealed.add(record)
            state = self._state(record)
            state.sealed_refs |= frozenset(covers)
            state.show_again(self._moment)

    def _clock_note(self, stored: Stored, op: Op) -> None:
        log, first, last, offset = op.get("log"), op.get("first"), op.get("last"), op.get("offset_ms")
        if not (is_ref(log) and isinstance(first, int) and isinstance(last, int) and isinstance(offset, int)):
            return
        self._db.execute(
            "INSERT OR REPLACE INTO clock_note (ref, log, first, last, offset_ms, found_by) VALUES (?, ?, ?, ?, ?, ?)",
            (bytes.fromhex(stored.ref), bytes.fromhex(str(log)), first, last, offset, str(op.get("found_by", ""))),
        )
        self._moments.clear()
        for (record,) in self._db.execute("SELECT DISTINCT record FROM rival").fetchall():
            self._state(record.hex())
        for state in self._states.values():
            state.show_again(self._moment)

    # What a change needs to know

    def _state(self, record: str) -> RecordState:
        state = self._states.get(record)
        if state is None:
            state = self._rows.load(record)
            self._states[record] = state
        return state

    def _remember(self, state: RecordState, stored: Stored, op: Op) -> None:
        self._history.append((self._rows.number(state), stored.n, int("after_seal" in op)))

    def _audience(self, log: bytes) -> str:
        audience = self._audiences.get(log)
        if audience is None:
            row = self._db.execute("SELECT audience FROM opened WHERE log = ? ORDER BY ref LIMIT 1", (log,)).fetchone()
            audience = row[0] if row else ""
            self._audiences[log] = audience
        return audience

    def _corrected(self, stored: Stored, act: Act) -> int:
        row = self._db.execute(
            "SELECT offset_ms FROM clock_note WHERE log = ? AND first <= ? AND last >= ? ORDER BY ref DESC LIMIT 1",
            (stored.log, stored.seq, stored.seq),
        ).fetchone()
        return act.at - (row[0] if row else 0)

    def _moment(self, ref: str) -> int:
        moment = self._moments.get(ref)
        if moment is None:
            stored = self._journal.by_ref(ref)
            assert stored is not None, ref
            moment = self._corrected(stored, decode_act(stored.payload))
            self._moments[ref] = moment
        return moment

    def _grow_branch(self, stored: Stored) -> None:
        known = self._peaks.pop(stored.previous, None)
        if known is None and stored.previous != NO_CHANGE:
            row = self._db.execute("SELECT size, peaks FROM branch WHERE tip = ?", (stored.previous,)).fetchone()
            if row is not None and stored.previous not in self._gone_branches:
                known = (stored.log, Peaks(*row))
            else:  # the log went on from here before: this is its other branch
                peaks = Peaks()
                for identity in self._journal.ids_of_branch(stored.previous):
                    peaks.append(identity)
                known = (stored.log, peaks)
                self._forked.add((stored.log, stored.previous))
        elif known is None:
            known = (stored.log, Peaks())
            if stored.log in self._audiences or self._audience(stored.log):
                self._forked.add((stored.log, NO_CHANGE))
        self._gone_branches.add(stored.previous)
        known[1].append(stored.id)
        self._peaks[stored.id] = known

    def _alarm(self, identity: str, code: str, **facts: str | list[str]) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO alarm (id, code, facts) VALUES (?, ?, ?)",
            (identity, code, json.dumps(facts, sort_keys=True)),
        )

    # The end of a batch

    def _finish(self) -> Touched:
        self._db.executemany("DELETE FROM branch WHERE tip = ?", [(tip,) for tip in self._gone_branches])
        self._db.executemany(
            "INSERT OR REPLACE INTO branch (tip, log, size, peaks) VALUES (?, ?, ?, ?)",
            [(tip, log, peaks.size, bytes(peaks)) for tip, (log, peaks) in self._peaks.items()],
        )
        self._db.executemany(
            "INSERT INTO history (record, n, after_seal) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET after_seal = max(after_seal, excluded.after_seal)",
            self._history,
        )
        self._rows.write(self._states.values())
        self._rows.settle(self._states)
        for log, previous in self._forked:
            self._note_fork(log, previous)
        for exhibit in self._exhibits:
            self._note_custody(exhibit)
        if self._db.execute("SELECT 1 FROM sealed LIMIT 1").fetchone() is not None:
            for record in self._resealed | set(self._states):
                self._note_late(record)
        return Touched({(state.kind, state.id) for state in self._states.values()})

    def _note_fork(self, log: bytes, previous: bytes) -> None:
        ids = self._journal.continued_twice(log, previous)
        if len(ids) > 1:
            self._db.execute(
                "INSERT OR REPLACE INTO fork (log, previous, ids) VALUES (?, ?, ?)",
                (log, previous, json.dumps([identity.hex() for identity in ids])),
            )
            self._alarm(f"fork/{log.hex()}/{previous.hex()}", "log-forked", log=log.hex(), previous=previous.hex())

    def _note_custody(self, exhibit: str) -> None:
        entries = {
            ref.hex(): frozenset(json.loads(after))
            for ref, after in self._db.execute(
                "SELECT ref, after FROM custody WHERE exhibit = ?", (bytes.fromhex(exhibit),)
            )
        }
        self._db.execute("DELETE FROM alarm WHERE id LIKE ?", (f"custody/{exhibit}/%",))
        for fork in custody_forks(entries):
            self._alarm(
                f"custody/{exhibit}/{fork.after or 'first'}", "custody-forked",
                exhibit=exhibit, entries=list(fork.entries), explained_by=list(fork.explained_by),
            )  # fmt: skip

    def _note_late(self, record: str) -> None:
        raw = bytes.fromhex(record)
        seals = [
            SealFacts(ref.hex(), seal.hex(), frozenset(json.loads(covers)))
            for ref, seal, covers in self._db.execute(
                "SELECT s.ref, s.seal, s.covers FROM sealed d JOIN seal s ON s.ref = d.ref WHERE d.record = ?", (raw,)
            )
        ]
        if not seals:
            return
        covered = frozenset().union(*(seal.covers for seal in seals))
        touching = self._db.execute(
            "SELECT h.n FROM history h JOIN record r ON r.no = h.record WHERE r.id = ? AND h.after_seal = 0", (raw,)
        ).fetchall()
        refs = [self._journal.ref_at(n) for (n,) in touching]
        self._db.execute("DELETE FROM late WHERE record = ?", (raw,))
        self._db.executemany(
            "INSERT INTO late (record, ref) VALUES (?, ?)",
            [(raw, bytes.fromhex(ref)) for ref in refs if ref not in covered],
        )
        self._db.execute("DELETE FROM alarm WHERE id = ?", (f"seals/{record}",))
        apart = unaware_seals(seals)
        if apart:
            self._alarm(f"seals/{record}", "sealed-apart", record=record, seals=list(apart))


def _refs(value: Any) -> list[str]:
    return [ref for ref in value if is_ref(ref)] if isinstance(value, list) else []
