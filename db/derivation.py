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

from db.alarms import Alarms
from db.applied import last_applied
from db.branches import Branch, Branches
from db.derived_rows import RecordRows
from db.journal import Journal, Stored, act_of
from db.waiting import readable
from ranger_app.domain.change import NO_CHANGE, Act, Op, is_ref, refs_lost
from ranger_app.domain.record_state import POSITION, STATE, RecordState
from ranger_app.jobs import without_collecting

TAKEN_BACK = "SELECT 1 FROM record WHERE covers IS NOT NULL LIMIT 1"
KNOWN_ACTS = frozenset({
    "open", "create", "set", "retract", "reinstate", "hand_over", "seal", "clock_note", "witness", "lost",
})  # fmt: skip


LITTLE_BYTES = 64 * 1024
"""Of an ordinary save: it leaves less garbage than it takes to look for it."""

ON_RECORDS = frozenset({"create", "set", "retract", "reinstate"})


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
        self._branches = Branches(derived, journal)
        self._alarms = Alarms(derived, journal)
        self._place: tuple[int, str] | None = None
        self._lost: set[str] = set()
        self._notes: dict[bytes, dict[tuple[str, int, int], int]] = {}
        self._has_seals = False
        self._looked_at: dict[str, RecordState] = {}
        self._begin_batch()

    def _begin_batch(self) -> None:
        self._loaded: dict[str, RecordState] = {}
        self._states: dict[str, RecordState] = {}
        self._history: list[tuple[int, int, int]] = []
        self._exhibits: set[str] = set()
        self._resealed: set[str] = set()
        self._moments: dict[str, int] = {}

    def applied(self) -> tuple[int, str]:
        """Number and ref of the last change applied; (0, "") in an empty file."""
        if self._place is None:
            self._place = last_applied(self._db)
            self._remember_what_is_rare()
        return self._place

    def _remember_what_is_rare(self) -> None:
        """Most stations have no lost change, few seals and clock notes: what is known of them needs no question."""
        self._lost = {ref.hex() for (ref,) in self._db.execute("SELECT ref FROM lost")}
        self._rows.has_lost = bool(self._lost)
        self._rows.has_taken_back = self._db.execute(TAKEN_BACK).fetchone() is not None
        self._has_seals = self._db.execute("SELECT 1 FROM seal LIMIT 1").fetchone() is not None
        self._rows.has_seals = self._has_seals
        self._notes.clear()
        for log, *note in self._db.execute("SELECT log, ref, first, last, offset_ms FROM clock_note"):
            self._notes.setdefault(log, {})[note[0].hex(), note[1], note[2]] = note[3]

    def look_at(self, record: str) -> RecordState:
        """The state of a record, to be read and not altered; applying its next change need not load it again."""
        self.applied()
        state = self._looked_at.get(record)
        if state is None:
            state = self._looked_at[record] = self._rows.load(record)
        return state

    def apply(self, changes: Iterable[Stored], acts: Mapping[str, Act] | None = None) -> Touched:
        """Derive a batch; say which records it touched. After an error, another deriver must go on.

        Args:
            acts: What the payloads say, by ref, where somebody has read them already.
        """
        if isinstance(changes, list) and sum(len(stored.payload) for stored in changes) <= LITTLE_BYTES:
            return self._apply_batch(changes, acts or {})
        with without_collecting():
            return self._apply_batch(changes, acts or {})

    def _apply_batch(self, changes: Iterable[Stored], acts: Mapping[str, Act]) -> Touched:
        place = self.applied()
        place = self._apply_all(changes, acts) or place
        touched = self._finish()
        for held in (self._states, self._loaded):
            while held:  # one by one: other threads need not wait until thousands are gone
                held.popitem()
        self._begin_batch()
        self._place = place
        return touched

    def _apply_all(self, changes: Iterable[Stored], acts: Mapping[str, Act]) -> tuple[int, str] | None:
        self._begin_batch()
        read = [(stored, (acts.get(stored.ref) if acts else None) or readable(stored.payload)) for stored in changes]
        self._loaded, self._looked_at = self._looked_at, {}
        if sum(len(act.ops) for _, act in read if act) > 1:  # one alone is loaded when it is reached
            self._loaded.update(self._rows.load_all(_records_named(act for _, act in read) - self._loaded.keys()))
        for stored, act in read:
            self._apply(stored, act)
        return (read[-1][0].n, read[-1][0].ref) if read else None

    # One change

    def _apply(self, stored: Stored, act: Act | None) -> None:
        branch = self._grow_branch(stored)
        if act is None:
            self._alarms.note(f"unreadable/{stored.ref}", "change-unreadable", change=stored.ref)
            return
        ref = stored.ref
        self._moments[ref] = self._corrected(stored, act) if self._notes else act.at
        for op in act.ops:
            if op["act"] in ON_RECORDS:
                self._apply_to_record(stored, ref, branch, op)
            else:
                self._apply_op(stored, branch, op)

    def _grow_branch(self, stored: Stored) -> Branch:
        return self._branches.grow(stored)

    def _apply_op(self, stored: Stored, branch: Branch, op: Op) -> None:
        name = op["act"]
        record = op.get("record")
        if name == "open":
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

    def _apply_to_record(self, stored: Stored, ref: str, branch: Branch, op: Op) -> None:
        record = op.get("record")
        if record.__class__ is not str:
            return
        state = self._states.get(record)
        if state is None:
            if record not in self._loaded and not is_ref(record):
                return
            state = self._state(record)
        self._history.append((state.no or self._rows.number(state), stored.n, int("after_seal" in op)))
        at = self._moments[ref]
        if op["act"] == "create":
            state.create(ref, at, op, branch.audience, self._moment)
            return
        bases = op.get("bases")
        bases = bases if isinstance(bases, dict) else {}
        if not state.is_created:
            state.seen_before_create(ref, str(op.get("kind", "")), branch.audience)
        if op["act"] != "set":
            if self._lost:
                self._note_superseded(state, STATE, bases)
            state.change_state(ref, at, op, _refs(bases.get(STATE)), self._moment)
            return
        values = op.get("set")
        written = dict(values) if isinstance(values, dict) else {}
        if isinstance(op.get("position"), str):
            written[POSITION] = op["position"]
        for name, value in written.items():
            if self._lost:
                self._note_superseded(state, name, bases)
            state.write(name, ref, at, value, _texts(bases.get(name)), self._moment)

    def _note_lost(self, op: Op) -> None:
        for ref in refs_lost([op]):
            self._lost.add(ref)
            self._rows.has_lost = True
            self._db.execute("INSERT OR IGNORE INTO lost (ref) VALUES (?)", (bytes.fromhex(ref),))

    def _note_superseded(self, state: RecordState, name: str, bases: Mapping[str, Any]) -> None:
        """Remember what is replaced although it is not here: it was declared lost, and might come after all."""
        gone = self._lost.intersection(_refs(bases.get(name)))
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
        self._has_seals = self._rows.has_seals = True
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
        self._notes.setdefault(bytes.fromhex(str(log)), {})[stored.ref, first, last] = offset
        self._moments.clear()
        self._moment(stored.ref)
        for (record,) in self._db.execute("SELECT DISTINCT record FROM rival").fetchall():
            self._state(record.hex())
        for state in self._states.values():
            state.show_again(self._moment)

    # What a change needs to know

    def _state(self, record: str) -> RecordState:
        state = self._states.get(record)
        if state is None:
            state = self._loaded.get(record) or self._rows.load(record)
            self._states[record] = state
        return state

    def _remember(self, state: RecordState, stored: Stored, op: Op) -> None:
        self._history.append((state.no or self._rows.number(state), stored.n, int("after_seal" in op)))

    def _corrected(self, stored: Stored, act: Act) -> int:
        notes = self._notes.get(stored.log)
        if not notes:
            return act.at
        covering = [note for note in notes if note[1] <= stored.seq <= note[2]]
        return act.at - (notes[max(covering)] if covering else 0)

    def _moment(self, ref: str) -> int:
        moment = self._moments.get(ref)
        if moment is None:
            stored = self._journal.by_ref(ref)
            moment = 0 if stored is None else self._corrected(stored, act_of(stored))
            self._moments[ref] = moment
        return moment

    # The end of a batch

    def _finish(self) -> Touched:
        self._branches.write()
        self._db.executemany(
            "INSERT INTO history (record, n, after_seal) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET after_seal = max(after_seal, excluded.after_seal)",
            self._history,
        )
        self._rows.write(self._states.values())
        self._rows.settle(self._states)
        while self._branches.forked:
            self._alarms.note_fork(*self._branches.forked.pop())
        for exhibit in self._exhibits:
            self._alarms.note_custody(exhibit)
        if self._has_seals:
            for record in self._resealed | set(self._states):
                self._alarms.note_late(record)
        return Touched({(state.kind, state.id) for state in self._states.values()})


def _refs(value: Any) -> list[str]:
    return [ref for ref in value if is_ref(ref)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    """What names heads: a text that is no ref is the name of none."""
    return [ref for ref in value if ref.__class__ is str] if isinstance(value, list) else []


def _records_named(acts: Iterable[Act | None]) -> set[str]:
    """Records that these acts touch, as far as they name them by the usual word."""
    return {
        op["record"] for act in acts if act for op in act.ops if op["act"] in ON_RECORDS and is_ref(op.get("record"))
    }  # fmt: skip
