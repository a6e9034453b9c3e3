"""Derivation: the same ``apply`` makes every table from the changes, now, after a merge and at a rebuild.

What is derived is a function of the set of changes, not of their order. A batch is applied with the touched records
held in memory, and each is written once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlcipher3.dbapi2 import Connection

from db.derived_rows import RecordRows
from db.journal import Journal, Stored, act_of
from ranger_app.domain.change import NO_CHANGE, Act, NotAnActError, Op, decode_act, is_ref, ref_of, refs_lost
from ranger_app.domain.custody import custody_forks
from ranger_app.domain.merkle import Peaks
from ranger_app.domain.record_state import POSITION, STATE, RecordState
from ranger_app.domain.sealing import SealFacts, unaware_seals

KNOWN_ACTS = frozenset({
    "open", "create", "set", "retract", "reinstate", "hand_over", "seal", "clock_note", "witness", "lost",
})  # fmt: skip


@dataclass(slots=True)
class Branch:
    """A branch of a log while a batch is applied.

    Attributes:
        audience: What the opening of exactly this branch says.
    """

    log: bytes
    audience: str
    peaks: Peaks


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
        self._lost: set[str] | None = None
        self._begin_batch()

    def _begin_batch(self) -> None:
        self._states: dict[str, RecordState] = {}
        self._history: list[tuple[int, int, int]] = []
        self._branches: dict[bytes, Branch] = {}
        self._gone_branches: set[bytes] = set()
        self._exhibits: set[str] = set()
        self._resealed: set[str] = set()
        self._forked: set[tuple[bytes, bytes]] = set()
        self._moments: dict[str, int] = {}

    def applied(self) -> tuple[int, str]:
        """Number and ref of the last change applied; (0, "") in an empty file."""
        rows = dict(self._db.execute("SELECT key, value FROM meta WHERE key IN ('applied', 'applied_ref')").fetchall())
        return int(rows.get("applied", 0)), rows.get("applied_ref", "")

    def apply(self, changes: Iterable[Stored], acts: Mapping[str, Act] | None = None) -> Touched:
        """Derive a batch; say which records it touched.

        Args:
            acts: What the payloads say, by ref, where somebody has read them already.
        """
        self._begin_batch()
        if self._lost is None:
            self._lost = {ref.hex() for (ref,) in self._db.execute("SELECT ref FROM lost")}
            self._rows.has_lost = bool(self._lost)
        last: Stored | None = None
        for stored in changes:
            self._apply(stored, acts.get(stored.ref) if acts else None)
            last = stored
        touched = self._finish()
        if last is not None:
            self._db.executemany(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                [("applied", str(last.n)), ("applied_ref", last.ref)],
            )
        return touched

    # One change

    def _apply(self, stored: Stored, act: Act | None) -> None:
        branch = self._grow_branch(stored)
        try:
            act = act or decode_act(stored.payload)
        except NotAnActError:
            self._alarm(f"unreadable/{stored.ref}", "change-unreadable", change=stored.ref)
            return
        self._moments[stored.ref] = self._corrected(stored, act)
        for op in act.ops:
            self._apply_op(stored, branch, op)

    def _apply_op(self, stored: Stored, branch: Branch, op: Op) -> None:
        name = op["act"]
        record = op.get("record")
        if name in ("create", "set", "retract", "reinstate") and is_ref(record):
            self._apply_to_record(stored, branch, op, str(record))
        elif name == "open":
            self._open(stored, branch, op)
        elif name == "hand_over":
            self._hand_over(stored, branch, op)
        elif name == "seal":
            self._seal(stored, branch, op)
        elif name == "clock_note":
            self._clock_note(stored, op)
        elif name == "lost":
            self._note_lost(op)
        elif name == "witness":
            self._db.execute(
                "INSERT OR REPLACE INTO witness (ref, checkpoint, by_key, signature) VALUES (?, ?, ?, ?)",
                (bytes.fromhex(stored.ref), str(op.get("checkpoint")), str(op.get("by_key")), str(op.get("signature"))),
            )
        elif name not in KNOWN_ACTS and is_ref(record):
            state = self._state(str(record))
            state.is_newer = True
            state.seen_before_create(stored.ref, str(op.get("kind", "")), branch.audience)
            self._remember(state, stored, op)

    def _open(self, stored: Stored, branch: Branch, op: Op) -> None:
        if stored.previous != NO_CHANGE:
            return  # only a log's first change opens it
        branch.audience = str(op.get("audience"))
        self._db.execute(
            "INSERT OR IGNORE INTO opened (log, ref, audience, device, device_name) VALUES (?, ?, ?, ?, ?)",
            (stored.log, bytes.fromhex(stored.ref), branch.audience, str(op.get("device")), str(op.get("device_name"))),
        )

    def _apply_to_record(self, stored: Stored, branch: Branch, op: Op, record: str) -> None:
        state = self._state(record)
        self._remember(state, stored, op)
        at = self._moments[stored.ref]
        bases = op.get("bases")
        bases = bases if isinstance(bases, dict) else {}
        if op["act"] == "create":
            state.create(stored.ref, at, op, branch.audience, self._moment)
            return
        state.seen_before_create(stored.ref, str(op.get("kind", "")), branch.audience)
        if op["act"] != "set":
            self._note_superseded(state, STATE, bases)
            state.change_state(stored.ref, at, op, _refs(bases.get(STATE)), self._moment)
            return
        values = op.get("set")
        written = dict(values) if isinstance(values, dict) else {}
        if isinstance(op.get("position"), str):
            written[POSITION] = op["position"]
        for name, value in written.items():
            self._note_superseded(state, name, bases)
            state.write(name, stored.ref, at, value, _refs(bases.get(name)), self._moment)

    def _note_lost(self, op: Op) -> None:
        assert self._lost is not None
        for ref in refs_lost([op]):
            self._lost.add(ref)
            self._rows.has_lost = True
            self._db.execute("INSERT OR IGNORE INTO lost (ref) VALUES (?)", (bytes.fromhex(ref),))

    def _note_superseded(self, state: RecordState, name: str, bases: Mapping[str, Any]) -> None:
        """Remember what is replaced although it is not here: it was declared lost, and might come after all."""
        gone = self._lost.intersection(_refs(bases.get(name))) if self._lost else ()
        if gone:
            state.superseded |= {(name, ref) for ref in gone}
            self._db.executemany(
                "INSERT OR IGNORE INTO superseded (record, field, ref) VALUES (?, ?, ?)",
                [(bytes.fromhex(state.id), name, bytes.fromhex(ref)) for ref in gone],
            )

    def _hand_over(self, stored: Stored, branch: Branch, op: Op) -> None:
        exhibit, entry = op.get("exhibit"), op.get("entry")
        if not (is_ref(exhibit) and is_ref(entry)):
            return
        after = sorted(set(_refs(op.get("after"))))
        self._db.execute(
            "INSERT OR REPLACE INTO custody (entry, ref, exhibit, after) VALUES (?, ?, ?, ?)",
            (bytes.fromhex(str(entry)), bytes.fromhex(stored.ref), bytes.fromhex(str(exhibit)), json.dumps(after)),
        )
        state = self._state(str(entry))
        made = {**op, "kind": "custody", "parent": {"kind": "exhibit", "record": exhibit}}
        state.create(stored.ref, self._moments[stored.ref], made, branch.audience, self._moment)
        self._remember(state, stored, op)
        self._exhibits.add(str(exhibit))

    def _seal(self, stored: Stored, branch: Branch, op: Op) -> None:
        named = op.get("records")
        named = named if isinstance(named, list) else []
        records = [r["record"] for r in named if isinstance(r, dict) and is_ref(r.get("record"))]
        covers = sorted(set(_refs(op.get("covers"))))
        revision = op.get("revision")
        seal = op.get("seal")
        if not is_ref(seal):
            return
        self._db.execute(
            "INSERT OR REPLACE INTO seal (ref, seal, audience, revision, covers, checkpoint) VALUES (?, ?, ?, ?, ?, ?)",
            (bytes.fromhex(stored.ref), bytes.fromhex(str(seal)), branch.audience,
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
        written_now = stored.ref in self._moments
        self._moments.clear()
        if written_now:
            self._moment(stored.ref)
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

    def _corrected(self, stored: Stored, act: Act) -> int:
        row = self._db.execute(
            "SELECT offset_ms FROM clock_note WHERE log = ? AND first <= ? AND last >= ?"
            " ORDER BY ref DESC, first DESC, last DESC LIMIT 1",
            (stored.log, stored.seq, stored.seq),
        ).fetchone()
        return act.at - (row[0] if row else 0)

    def _moment(self, ref: str) -> int:
        moment = self._moments.get(ref)
        if moment is None:
            stored = self._journal.by_ref(ref)
            moment = 0 if stored is None else self._corrected(stored, act_of(stored))
            self._moments[ref] = moment
        return moment

    def _grow_branch(self, stored: Stored) -> Branch:
        branch = self._branches.pop(stored.previous, None)
        if branch is None and stored.previous == NO_CHANGE:
            branch = Branch(stored.log, "", Peaks())
            if self._db.execute("SELECT 1 FROM opened WHERE log = ?", (stored.log,)).fetchone() is not None:
                self._forked.add((stored.log, NO_CHANGE))
        elif branch is None:
            row = self._db.execute(
                "SELECT log, audience, size, peaks FROM branch WHERE tip = ?", (stored.previous,)
            ).fetchone()
            if row is not None and stored.previous not in self._gone_branches:
                branch = Branch(row[0], row[1], Peaks(row[2], row[3]))
            else:  # the log went on from here before: this is its other branch
                branch = self._branch_up_to(stored.log, stored.previous)
                self._forked.add((stored.log, stored.previous))
        if stored.previous != NO_CHANGE:
            self._gone_branches.add(stored.previous)
        branch.peaks.append(stored.id)
        self._branches[stored.id] = branch
        return branch

    def _branch_up_to(self, log: bytes, tip: bytes) -> Branch:
        ids = self._journal.ids_of_branch(tip)
        peaks = Peaks()
        for identity in ids:
            peaks.append(identity)
        opened = bytes.fromhex(ref_of(ids[0])) if ids else b""
        row = self._db.execute("SELECT audience FROM opened WHERE log = ? AND ref = ?", (log, opened)).fetchone()
        return Branch(log, row[0] if row else "", peaks)

    def _alarm(self, identity: str, code: str, **facts: str | list[str]) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO alarm (id, code, facts) VALUES (?, ?, ?)",
            (identity, code, json.dumps(facts, sort_keys=True)),
        )

    # The end of a batch

    def _finish(self) -> Touched:
        self._db.executemany("DELETE FROM branch WHERE tip = ?", [(tip,) for tip in self._gone_branches])
        self._db.executemany(
            "INSERT OR REPLACE INTO branch (tip, log, audience, size, peaks) VALUES (?, ?, ?, ?, ?)",
            [(tip, b.log, b.audience, b.peaks.size, bytes(b.peaks)) for tip, b in self._branches.items()],
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
        entries: dict[str, frozenset[str]] = {}
        for ref, after in self._db.execute(
            "SELECT ref, after FROM custody WHERE exhibit = ?", (bytes.fromhex(exhibit),)
        ):
            entries[ref.hex()] = entries.get(ref.hex(), frozenset()).union(json.loads(after))
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
